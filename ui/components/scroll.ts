// The scroll position of the messages: it stays with the reader when messages are added above or below.
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import type { Controller, Scroll } from "../controller";
import type { Row } from "../model/grouping";
import {
  type Before,
  type Extent,
  hasEndMoved,
  isNearEnd,
  isNearStart,
  type Lying,
  messageAt,
  placeAfter,
  placeAtFirst,
} from "../model/scrolling";
import type { PanelState } from "../model/state";
import { useController } from "./context";

/**
 * Keeps the scroll position of the log, and loads older messages when the top is near. `content` is
 * the element in the log that holds the messages.
 */
export function useScroll(
  log: { current: HTMLElement | null },
  content: { current: HTMLElement | null },
  state: PanelState,
  rows: readonly Row[],
): void {
  const controller = useController();
  const before = useRef<Before>(undefined);
  const seen = useRef<Extent>(undefined);
  const first = state.messages[0]?.id ?? "";

  /** Find out where the reader is; one who was at the end goes along when the layout moves it. */
  const look = (element: HTMLElement): void => {
    const { isAtBottom } = controller.state;
    if (isAtBottom && seen.current !== undefined && hasEndMoved(seen.current, element)) {
      element.scrollTop = element.scrollHeight;
    }
    const { scrollTop, clientHeight, scrollHeight } = element;
    seen.current = { scrollTop, clientHeight, scrollHeight };
    controller.act({ type: "scrolled", isAtBottom: isNearEnd(element) });
    if (isNearStart(element) && controller.state.history.refusal === undefined) {
      controller.loadHistory();
    }
  };

  useLayoutEffect(() => {
    const element = log.current;
    if (element === null) {
      return;
    }
    if (before.current === undefined) {
      const divider = element.querySelector<HTMLElement>(".unread")?.offsetTop;
      element.scrollTop = placeAtFirst(element, keptPlace(element, controller), divider);
    } else if (state.isAtBottom) {
      element.scrollTop = element.scrollHeight;
    } else {
      const kept = keptPlace(element, controller);
      const place = placeAfter(element, before.current, first, kept);
      if (place !== undefined) {
        element.scrollTop = place;
      }
    }
    before.current = { first, height: element.scrollHeight };
    look(element);
  }, [rows]);

  useEffect(() => {
    const element = log.current;
    if (element === null) {
      return;
    }
    // A scroll that the layout has caused arrives before the observer: `look` tells it apart.
    const scrolled = (): void => {
      look(element);
      controller.keepScroll(controller.state.isAtBottom ? undefined : topOf(element));
    };
    // A narrower panel, a longer composer or a larger font must not scroll the last message away.
    const resized = new ResizeObserver(() => look(element));
    element.addEventListener("scroll", scrolled, { passive: true });
    resized.observe(element);
    if (content.current !== null) {
      resized.observe(content.current);
    }
    return () => {
      element.removeEventListener("scroll", scrolled);
      resized.disconnect();
    };
  }, []);

  // When an answer has come and the top is still near, there is room for more.
  useEffect(() => {
    if (log.current !== null && !state.history.isLoading) {
      look(log.current);
    }
  }, [state.history.isLoading, state.hasMore]);
}

/** The place at which the reader was last, if its message is there. */
function keptPlace(element: HTMLElement, { scroll }: Controller): number | undefined {
  const place = scroll === undefined ? null : articleOf(element, scroll.id);
  return scroll === undefined || place === null ? undefined : place.offsetTop + scroll.offset;
}

/** The message at the upper edge. */
function topOf(element: HTMLElement): Scroll | undefined {
  return messageAt(element.scrollTop, articlesIn(element));
}

function* articlesIn(element: HTMLElement): Iterable<Lying> {
  for (const { dataset, offsetTop: top, offsetHeight: height } of element.querySelectorAll(
    "article",
  )) {
    if (dataset.id !== undefined) {
      yield { id: dataset.id, top, height };
    }
  }
}

/** A message in the log, by its id. */
export function articleOf(element: HTMLElement, id: string): HTMLElement | null {
  return element.querySelector<HTMLElement>(`[data-id="${CSS.escape(id)}"]`);
}
