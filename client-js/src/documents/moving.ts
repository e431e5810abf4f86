// Own edits that one history of a text has and another lacks, brought over.
//
// Two generations have the same text under other ids, so that their updates cannot be merged: the
// texts are compared instead.
import { EditRefused } from "../errors.ts";
import { UpdateError } from "./bytes.ts";
import { type Delta, transformed } from "./delta.ts";
import { difference } from "./difference.ts";
import type { LocalText } from "./localText.ts";

/** The way from the text that the user has to the fresh one. */
export interface Moved {
  readonly delta: Delta;
  /** Whether everything that was left over is in the fresh text. */
  readonly isWhole: boolean;
}

/**
 * Bring what the text before has left over into a fresh text, as an own edit.
 *
 * `base` is the server's text that `before` was made from, without what is left over; undefined if
 * both are of one generation, so that they can be merged to find it. Without `mayEdit` nothing is
 * brought over. `before` is of no use afterwards.
 */
export function bringOver(
  before: LocalText,
  fresh: LocalText,
  base: string | undefined,
  mayEdit: boolean,
): Moved {
  const shown = before.text;
  const known = base ?? fresh.text;
  if (base === undefined) {
    ignoring(UpdateError, () => before.take(fresh.whole)); // else it is compared as it is
  }
  const leftover = difference(known, before.text);
  let isWhole = leftover.length === 0;
  if (!isWhole && mayEdit) {
    const edit = transformed(leftover, difference(known, fresh.text));
    isWhole = ignoring(EditRefused, () => fresh.edit(edit));
  }
  return { delta: difference(shown, fresh.text), isWhole };
}

/** Whether it was done, without such an error. */
function ignoring(kind: typeof UpdateError | typeof EditRefused, act: () => void): boolean {
  try {
    act();
    return true;
  } catch (error) {
    if (!(error instanceof kind)) {
      throw error;
    }
    return false;
  }
}
