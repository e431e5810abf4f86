import { describe, expect, it } from "vitest";
import type { EditorState } from "../../generated/protocol";
import { shownAfter } from "../../model/shownSession";

const state = (given: Partial<EditorState>): EditorState => ({
  state: "joined",
  participants: 1,
  ...given,
});

describe("shownAfter", () => {
  it("is the session that is joined", () => {
    expect(shownAfter(undefined, state({ session_id: "a", title: "A" }))).toEqual({
      id: "a",
      title: "A",
    });
    expect(shownAfter({ id: "a", title: "A" }, state({ session_id: "b" }))).toEqual({ id: "b" });
  });

  it("stays when it is left, so that its messages can be read", () => {
    const shown = { id: "a", title: "A" };
    expect(shownAfter(shown, state({ state: "offline" }))).toBe(shown);
    expect(shownAfter(undefined, state({ state: "offline" }))).toBeUndefined();
  });
});
