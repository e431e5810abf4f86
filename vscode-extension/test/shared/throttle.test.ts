import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { Throttle } from "../../src/shared/throttle";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

it("calls at once, then once more for all that came meanwhile", () => {
  const call = vi.fn();
  const throttle = new Throttle(call, 30);
  throttle.request();
  throttle.request();
  throttle.request();
  expect(call).toHaveBeenCalledTimes(1);
  vi.advanceTimersByTime(30);
  expect(call).toHaveBeenCalledTimes(2);
  vi.advanceTimersByTime(300);
  expect(call).toHaveBeenCalledTimes(2);
});

it("does nothing any more when it is disposed of", () => {
  const call = vi.fn();
  const throttle = new Throttle(call, 30);
  throttle.request();
  throttle.request();
  throttle.dispose();
  vi.advanceTimersByTime(300);
  expect(call).toHaveBeenCalledTimes(1);
});
