// The keys of a replay, wherever the focus is: what a control needs itself stays with it. Pure.

/** A key that was pressed, and the element that has the focus. */
export interface Press {
  readonly key: string;
  readonly isShift: boolean;
  /** With Ctrl, Alt or Meta it is the browser's, or something has taken it already. */
  readonly isOther: boolean;
  /** The name of the element in lower case. */
  readonly element: string;
  /** The type of an `input`. */
  readonly type: string;
}

export type Command =
  | { readonly kind: "play" }
  | { readonly kind: "step" | "minute"; readonly by: 1 | -1 };

/** The elements that do something at the space bar, and those that do at arrows. */
const TAKE_SPACE = ["a", "button", "select", "textarea"];
const TAKE_ARROWS = ["pre", "select", "textarea"];

/** The command of a key; undefined if it is not the replay's. */
export function commandOf({ key, isShift, isOther, element, type }: Press): Command | undefined {
  // The slider of the replay moves by arrows as the replay does.
  const isField = element === "input" && type !== "range";
  if (isOther) {
    return undefined;
  }
  if (key === " ") {
    return isField || TAKE_SPACE.includes(element) ? undefined : { kind: "play" };
  }
  const by = key === "ArrowRight" ? 1 : key === "ArrowLeft" ? -1 : undefined;
  const isTaken = (isField && type !== "checkbox") || TAKE_ARROWS.includes(element);
  return by === undefined || isTaken ? undefined : { kind: isShift ? "minute" : "step", by };
}
