// A hook for a list of which only what is in sight is drawn.
import type { RefObject } from "preact";
import { useLayoutEffect, useState } from "preact/hooks";
import { drawnRows, MOST_WHOLE, type Rows, type Sight, sightOf } from "./rows.ts";

/** The rows of a list of `count` to draw, the one at `kept` always; and the height of one. */
export function useRows(
  list: RefObject<HTMLElement | null>,
  count: number,
  kept: number,
): { rows: Rows[]; height: number } {
  const [sight, setSight] = useState<Sight>(() => sightOf(0, innerHeight, 24));
  const isLong = count > MOST_WHOLE;
  useLayoutEffect(() => {
    const element = list.current;
    if (!isLong || element === null) {
      return;
    }
    const look = (): void => {
      const row = element.querySelector<HTMLElement>('[role="treeitem"]');
      const { top } = element.getBoundingClientRect();
      const next = sightOf(top, innerHeight, row?.offsetHeight || 24);
      setSight((last) =>
        last.first === next.first && last.rows === next.rows && last.height === next.height
          ? last
          : next,
      );
    };
    look();
    // Whatever it is that scrolls.
    const options = { capture: true, passive: true };
    document.addEventListener("scroll", look, options);
    addEventListener("resize", look);
    return () => {
      document.removeEventListener("scroll", look, options);
      removeEventListener("resize", look);
    };
  }, [list, isLong]);
  return { rows: drawnRows(count, sight, kept), height: sight.height };
}
