import {
  CRASH_WINDOW_SECONDS,
  FIRST_RESTART_SECONDS,
  LONGEST_RESTART_SECONDS,
  MAX_CRASHES,
} from "@peerline/ui/generated/limits";
import { describe, expect, it } from "vitest";
import { Restarts } from "../../src/bridge/restarts";

const FIRST_DELAY_MS = FIRST_RESTART_SECONDS * 1_000;
const MAX_DELAY_MS = LONGEST_RESTART_SECONDS * 1_000;
const CRASH_WINDOW_MS = CRASH_WINDOW_SECONDS * 1_000;

describe("Restarts", () => {
  it("waits longer each time, and gives up at the limit", () => {
    const restarts = new Restarts();
    const delays = Array.from({ length: MAX_CRASHES }, () => restarts.crashed(1000));
    expect(delays.slice(0, -1)).toEqual([1, 2, 4, 8].map((factor) => factor * FIRST_DELAY_MS));
    expect(delays.at(-1)).toBeUndefined();
    expect(restarts.crashed(1000)).toBeUndefined();
    expect(Math.max(...delays.slice(0, -1).map(Number))).toBeLessThanOrEqual(MAX_DELAY_MS);
  });

  it("counts crashes within the window only", () => {
    const crashes = (last: number) => {
      const restarts = new Restarts();
      for (let count = 0; count < MAX_CRASHES - 1; count += 1) {
        restarts.crashed(0);
      }
      return restarts.crashed(last);
    };
    expect(crashes(CRASH_WINDOW_MS - 1)).toBeUndefined();
    expect(crashes(CRASH_WINDOW_MS)).toBe(FIRST_DELAY_MS);
  });

  it("begins again when the user wants it started", () => {
    const restarts = new Restarts();
    for (let count = 0; count < MAX_CRASHES; count += 1) {
      restarts.crashed(0);
    }
    restarts.reset();
    expect(restarts.crashed(0)).toBe(FIRST_DELAY_MS);
  });
});
