// Whether a change of an editor is one's own move, which ends following. Pure.
import type { LineRange } from "@peerline/ui/generated/protocol";

/** Whether a line is hidden between two of the parts that an editor shows, as folded lines are. */
export function isFoldedAway(
  visible: readonly { readonly start: { line: number }; readonly end: { line: number } }[],
  line: number,
): boolean {
  return (
    visible.some(({ end }) => end.line < line) &&
    visible.some(({ start }) => start.line > line) &&
    !visible.some(({ start, end }) => start.line <= line && line <= end.line)
  );
}

/** The place that following moved the view to, and whether the view has arrived. */
export class FollowPlan {
  #uri = "";
  #line = 0;
  #hasArrived = false;

  /** The view is being moved to this line of a document. */
  goTo(uri: string, line: number): void {
    this.#uri = uri;
    this.#line = line;
    this.#hasArrived = false;
  }

  /** The view shows these lines: where it was put may be in sight already, without any scroll. */
  arrivesAt(visible: LineRange | undefined): void {
    this.#hasArrived ||= visible !== undefined && this.#isInSight(visible);
  }

  /** An editor has become the active one: whether the user chose it. */
  isOwnEditor(uri: string | undefined): boolean {
    return this.#uri !== "" && uri !== undefined && uri !== this.#uri;
  }

  /** An editor shows these lines: whether the user has scrolled away from where it was put. */
  isOwnScroll(uri: string, visible: LineRange): boolean {
    if (uri !== this.#uri) {
      return false;
    }
    // A scroll takes several steps, and the first ones are not there yet.
    const hasLeft = this.#hasArrived && !this.#isInSight(visible);
    this.arrivesAt(visible);
    return hasLeft;
  }

  #isInSight(visible: LineRange): boolean {
    return visible.start <= this.#line && this.#line <= visible.end;
  }

  clear(): void {
    this.#uri = "";
    this.#hasArrived = false;
  }
}
