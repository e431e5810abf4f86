// The questions of AI agents in words.
import { expect, it } from "vitest";
import { askedText } from "../../model/approvals";

it.each([
  [{ tool: "Bash" }, "claude asks: Run (Bash)"],
  [{}, "claude asks: Run"],
  [{ tool: null }, "claude asks: Run"],
])("%j", (fields, text) => {
  expect(askedText({ username: "claude", title: "Run", ...fields } as never)).toBe(text);
});
