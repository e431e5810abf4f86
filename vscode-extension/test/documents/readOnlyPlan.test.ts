import { beforeEach, expect, it } from "vitest";
import { ReadOnlyPlan } from "../../src/documents/readOnlyPlan";

const A = "file:///a.py";
const B = "file:///b.py";
const VIEWER = new Set([A]);
const NOBODY = new Set<string>();

let plan: ReadOnlyPlan;

beforeEach(() => {
  plan = new ReadOnlyPlan();
});

it("sets a viewer's editor read-only once, and back when the user may write", () => {
  expect(plan.next(A, VIEWER)).toBe("set");
  plan.done("set", A, A);
  expect(plan.next(A, VIEWER)).toBeUndefined();
  expect(plan.next(A, NOBODY)).toBe("reset");
  plan.done("reset", A, A);
  expect(plan.next(A, NOBODY)).toBeUndefined();
  expect(plan.next(A, VIEWER)).toBe("set");
});

it("leaves other editors alone", () => {
  plan.done("set", A, A);
  expect(plan.next(B, VIEWER)).toBeUndefined();
  expect(plan.next(undefined, VIEWER)).toBeUndefined();
});

it("sets an editor back that is not active now as soon as it is", () => {
  plan.done("set", A, A);
  expect(plan.next(B, NOBODY)).toBeUndefined();
  expect(plan.next(A, NOBODY)).toBe("reset");
});

it("sets the wrong one back if another editor became active before the command", () => {
  expect(plan.next(A, VIEWER)).toBe("set");
  plan.done("set", A, B);
  expect(plan.next(B, VIEWER)).toBe("reset");
  plan.done("reset", B, B);
  expect(plan.next(B, VIEWER)).toBeUndefined();
  expect(plan.next(A, VIEWER)).toBe("set");
});

it("sets a viewer's editor again if it was perhaps set back by mistake", () => {
  plan.done("set", A, A);
  plan.done("set", B, B);
  plan.done("reset", B, A);
  expect(plan.next(A, VIEWER)).toBe("set");
  plan.done("set", A, A);
  expect(plan.next(A, VIEWER)).toBeUndefined();
  expect(plan.next(B, VIEWER)).toBe("reset");
});
