// Work that is done once a frame.
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { OncePerFrame } from "../../src/editor/oncePerFrame.ts";

let frames: Map<number, () => void>;
let next: number;

beforeEach(() => {
  frames = new Map();
  next = 0;
  vi.stubGlobal("requestAnimationFrame", (draw: () => void) => {
    frames.set(next, draw);
    return next++;
  });
  vi.stubGlobal("cancelAnimationFrame", (frame: number) => frames.delete(frame));
});

afterEach(() => {
  vi.unstubAllGlobals();
});

function draw(): void {
  const now = [...frames.values()];
  frames.clear();
  for (const each of now) {
    each();
  }
}

describe("work that is asked for often", () => {
  it("is done once at the next frame, not before", () => {
    const work = vi.fn();
    const often = new OncePerFrame(work);
    for (let time = 0; time < 50; time += 1) {
      often.ask();
    }
    expect(work).not.toHaveBeenCalled();
    draw();
    expect(work).toHaveBeenCalledTimes(1);
    draw();
    expect(work).toHaveBeenCalledTimes(1);
  });

  it("is done again when it is asked for after that, also in the middle of it", () => {
    const often = new OncePerFrame(() => {
      if (work() === 1) {
        often.ask();
      }
    });
    const work = vi.fn().mockReturnValueOnce(1);
    often.ask();
    draw();
    draw();
    draw();
    expect(work).toHaveBeenCalledTimes(2);
  });

  it("is not done once it is cancelled, and can be asked for again", () => {
    const work = vi.fn();
    const often = new OncePerFrame(work);
    often.ask();
    often.cancel();
    draw();
    expect(work).not.toHaveBeenCalled();
    often.ask();
    draw();
    expect(work).toHaveBeenCalledTimes(1);
  });
});
