// The place of a scrolled list, now and after a change: the layout moves it too, which is not the
// reader leaving. Pure.

/** The place and the sizes of a scrolled element, in pixels. */
export interface Extent {
  readonly scrollTop: number;
  readonly clientHeight: number;
  readonly scrollHeight: number;
}

/** So near to the end counts as being there, in pixels. */
export const NEAR_END = 24;

export function isNearEnd({ scrollTop, clientHeight, scrollHeight }: Extent): boolean {
  return scrollHeight - scrollTop - clientHeight <= NEAR_END;
}

/**
 * Whether the layout has moved the end: then a reader who was there goes along, unless they have
 * scrolled up in the same frame. The layout alone moves the place with the end at most.
 */
export function hasEndMoved(before: Extent, now: Extent): boolean {
  const end = now.scrollHeight - now.clientHeight;
  return (
    (now.clientHeight !== before.clientHeight || now.scrollHeight !== before.scrollHeight) &&
    now.scrollTop >= Math.min(before.scrollTop, end) - NEAR_END
  );
}

/** So near to the beginning counts as being there, in pixels. */
export const NEAR_START = 160;

/** Whether older messages are to be loaded; a list that is hidden has no height. */
export function isNearStart({ scrollTop, clientHeight }: Extent): boolean {
  return clientHeight > 0 && scrollTop <= NEAR_START;
}

/** A list before it changed: its first message and its height. */
export interface Before {
  readonly first: string;
  readonly height: number;
}

/** The place of a list that is shown: the reader's last one, the first unread message, or the end. */
export function placeAtFirst(
  { clientHeight, scrollHeight }: Extent,
  kept: number | undefined,
  unread: number | undefined,
): number {
  return kept ?? (unread === undefined ? scrollHeight : unread - clientHeight / 4);
}

/**
 * The place of a list that has changed, for a reader who is not at its end; `kept` was on top.
 * Undefined where the browser has kept it: to set it would end a scroll that is under way.
 */
export function placeAfter(
  now: Extent,
  before: Before,
  first: string,
  kept: number | undefined,
): number | undefined {
  const hasChangedAbove = first !== before.first && before.first !== "";
  return hasChangedAbove ? (kept ?? now.scrollTop + now.scrollHeight - before.height) : undefined;
}

/** A message as it lies in the list. */
export interface Lying {
  readonly id: string;
  readonly top: number;
  readonly height: number;
}

/** The message at the upper edge, and how much of it is above that. */
export function messageAt(
  scrollTop: number,
  messages: Iterable<Lying>,
): { id: string; offset: number } | undefined {
  for (const { id, top, height } of messages) {
    if (top + height > scrollTop) {
      return { id, offset: Math.round(scrollTop - top) };
    }
  }
  return undefined;
}
