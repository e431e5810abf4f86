// The scroll position of the messages: it stays with the reader when messages are added above or below.
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import type { Controller, Scroll } from "../controller";
import type { Row } from "../model/grouping";
import type { PanelState } from "../model/state";
import { useController } from "./context";

/** So near to an end counts as being there, in pixels. */
const NEAR_BOTTOM = 24;
const NEAR_TOP = 160;

/** Keeps the scroll position of the log, and loads older messages when the top is near. */
export function useScroll(
  log: { current: HTMLElement | null },
  state: PanelState,
  rows: readonly Row[],
): void {
  const controller = useController();
  const before = useRef<{ first: string; height: number }>(undefined);
  const first = state.messages[0]?.id ?? "";

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
    look(element, controller);
  }, [rows]);

  useEffect(() => {
    const element = log.current;
    if (element === null) {
      return;
    }
    const scrolled = (): void => {
      look(element, controller);
      controller.keepScroll(controller.state.isAtBottom ? undefined : topOf(element));
    };
    // A narrower panel or a longer composer must not scroll the last message away.
    const resized = new ResizeObserver(() => {
      if (controller.state.isAtBottom) {
        element.scrollTop = element.scrollHeight;
      }
      look(element, controller);
    });
    element.addEventListener("scroll", scrolled, { passive: true });
    resized.observe(element);
    return () => {
      element.removeEventListener("scroll", scrolled);
      resized.disconnect();
    };
  }, []);

  // When an answer has come and the top is still near, there is room for more.
  useEffect(() => {
    if (log.current !== null && !state.history.isLoading) {
      look(log.current, controller);
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

function look(element: HTMLElement, controller: Controller): void {
  const below = element.scrollHeight - element.scrollTop - element.clientHeight;
  controller.act({ type: "scrolled", isAtBottom: below <= NEAR_BOTTOM });
  const isNearTop = element.clientHeight > 0 && element.scrollTop <= NEAR_TOP;
  if (isNearTop && controller.state.history.refusal === undefined) {
    controller.loadHistory();
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
