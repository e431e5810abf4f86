// The keys of a replay, wherever the focus is.
import { describe, expect, it } from "vitest";
import { commandOf, type Press } from "../../src/replay/keys.ts";

const PRESS: Press = { key: " ", isShift: false, isOther: false, element: "body", type: "" };
const right = { key: "ArrowRight" };

describe("a key of the replay", () => {
  it.each([
    ["the page", {}, { kind: "play" }],
    ["the slider", { element: "input", type: "range" }, { kind: "play" }],
    ["a button", { element: "button" }, undefined],
    ["a box to check", { element: "input", type: "checkbox" }, undefined],
    ["the speed", { element: "select" }, undefined],
    ["a link", { element: "a" }, undefined],
    ["the page, with Ctrl", { isOther: true }, undefined],
  ])("Space on %s", (_, press, command) => {
    expect(commandOf({ ...PRESS, ...press })).toEqual(command);
  });

  it.each([
    ["the page", {}, { kind: "step", by: 1 }],
    ["the page, left", { key: "ArrowLeft" }, { kind: "step", by: -1 }],
    ["the page, with Shift", { isShift: true }, { kind: "minute", by: 1 }],
    ["the slider", { element: "input", type: "range" }, { kind: "step", by: 1 }],
    ["a button", { element: "button" }, { kind: "step", by: 1 }],
    ["a box to check", { element: "input", type: "checkbox" }, { kind: "step", by: 1 }],
    ["the speed", { element: "select" }, undefined],
    ["code that can be scrolled", { element: "pre" }, undefined],
    ["the page, with Alt", { isOther: true }, undefined],
    ["the page, up", { key: "ArrowUp" }, undefined],
  ])("an arrow on %s", (_, press, command) => {
    expect(commandOf({ ...PRESS, ...right, ...press })).toEqual(command);
  });
});
