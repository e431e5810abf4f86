import { beforeEach, expect, it } from "vitest";
import { OwnSteps, STEP_MS } from "../../src/documents/ownSteps";

let steps: OwnSteps;

beforeEach(() => {
  steps = new OwnSteps();
});

it("takes the first edit after an undo for its effect, in that document", () => {
  steps.ask("a", 0);
  expect(steps.take("b", STEP_MS)).toBe(false);
  expect(steps.take("a", STEP_MS)).toBe(true);
  expect(steps.take("a", STEP_MS)).toBe(false);
});

it("takes a later edit for somebody else's", () => {
  steps.ask("a", 0);
  expect(steps.take("a", STEP_MS + 1)).toBe(false);
});
