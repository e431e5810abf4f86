// How wide the panes beside the code are, in pixels. Pure.

export interface Pane {
  readonly name: "side" | "chat";
  readonly isLeft: boolean;
  readonly least: number;
  readonly usual: number;
  readonly most: number;
}

export const SIDE: Pane = { name: "side", isLeft: true, least: 160, usual: 240, most: 480 };
export const CHAT: Pane = { name: "chat", isLeft: false, least: 260, usual: 360, most: 640 };

export interface Widths {
  readonly side: number;
  readonly chat: number;
}

const STEP = 20;

/** The width after a key, if it is one that moves the line. */
export function widthAfter(key: string, width: number, pane: Pane): number | undefined {
  const step = pane.isLeft ? STEP : -STEP;
  const within = (after: number) => Math.max(pane.least, Math.min(after, pane.most));
  switch (key) {
    case "ArrowLeft":
      return within(width - step);
    case "ArrowRight":
      return within(width + step);
    case "Home":
      return pane.least;
    case "End":
      return pane.most;
    case "Enter":
      return pane.usual;
    default:
      return undefined;
  }
}

/** The widths that were kept; the usual ones for what is no width. */
export function widthsFrom(kept: string | undefined): Widths {
  const [side, chat] = (kept ?? "").split(" ").map(Number);
  const sound = (width: number | undefined, pane: Pane) =>
    width !== undefined && width >= pane.least && width <= pane.most ? width : pane.usual;
  return { side: sound(side, SIDE), chat: sound(chat, CHAT) };
}
