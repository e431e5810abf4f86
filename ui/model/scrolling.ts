// The end of a scrolled list: the layout moves the list too, which is not the reader leaving.

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
