// The scroll position of the messages: it stays with the reader when messages are added above or below.
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import type { Controller, Scroll } from "../controller";
import type { Row } from "../model/grouping";
import { type Extent, hasEndMoved, isNearEnd } from "../model/scrolling";
import type { PanelState } from "../model/state";
import { useController } from "./context";

/** So near to the top counts as being there, in pixels. */
const NEAR_TOP = 160;

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
  const before = useRef<{ first: string; height: number }>(undefined);
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
    const isNearTop = clientHeight > 0 && scrollTop <= NEAR_TOP;
    if (isNearTop && controller.state.history.refusal === undefined) {
      controller.loadHistory();
    }
  };

  useLayoutEffect(() => {
    const element = log.current;
    if (element === null) {
      return;
    }
    if (before.current === undefined) {
      begin(element, controller);
    } else if (state.isAtBottom) {
      element.scrollTop = element.scrollHeight;
    } else if (first !== before.current.first && before.current.first !== "") {
      // Something came above, or went from there.
      const place = controller.scroll && articleOf(element, controller.scroll.id);
      if (controller.scroll !== undefined && place !== null && place !== undefined) {
        element.scrollTop = place.offsetTop + controller.scroll.offset;
      } else {
        element.scrollTop += element.scrollHeight - before.current.height;
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

/** Scroll to the reader's last position, else to the first unread message, else to the end. */
function begin(element: HTMLElement, controller: Controller): void {
  const { scroll } = controller;
  const place = scroll === undefined ? null : articleOf(element, scroll.id);
  const divider = element.querySelector<HTMLElement>(".unread");
  if (scroll !== undefined && place !== null) {
    element.scrollTop = place.offsetTop + scroll.offset;
  } else if (divider !== null) {
    element.scrollTop = divider.offsetTop - element.clientHeight / 4;
  } else {
    element.scrollTop = element.scrollHeight;
  }
}

/** The message at the upper edge. */
function topOf(element: HTMLElement): Scroll | undefined {
  for (const article of element.querySelectorAll<HTMLElement>("article")) {
    const id = article.dataset.id;
    if (id !== undefined && article.offsetTop + article.offsetHeight > element.scrollTop) {
      return { id, offset: Math.round(element.scrollTop - article.offsetTop) };
    }
  }
  return undefined;
}

/** A message in the log, by its id. */
export function articleOf(element: HTMLElement, id: string): HTMLElement | null {
  return element.querySelector<HTMLElement>(`[data-id="${CSS.escape(id)}"]`);
}
