import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Quiet } from "../../src/documents/quiet";

describe("Quiet", () => {
  let called: string[];
  let quiet: Quiet;

  beforeEach(() => {
    vi.useFakeTimers();
    called = [];
    quiet = new Quiet(100, (uri) => called.push(uri));
  });

  afterEach(() => {
    quiet.dispose();
    vi.useRealTimers();
  });

  it("calls once after the last change", () => {
    quiet.changed("a");
    vi.advanceTimersByTime(99);
    quiet.changed("a");
    vi.advanceTimersByTime(99);
    expect(called).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(called).toEqual(["a"]);
    vi.advanceTimersByTime(1000);
    expect(called).toEqual(["a"]);
  });

  it("waits for each document on its own, as long as it is told to", () => {
    quiet.changed("a");
    quiet.changed("b", 10);
    vi.advanceTimersByTime(10);
    expect(called).toEqual(["b"]);
    vi.advanceTimersByTime(90);
    expect(called).toEqual(["b", "a"]);
  });

  it("forgets one document, and all at the end", () => {
    for (const uri of ["a", "b", "c"]) {
      quiet.changed(uri);
    }
    quiet.forget("a");
    vi.advanceTimersByTime(50);
    quiet.changed("b");
    vi.advanceTimersByTime(50);
    expect(called).toEqual(["c"]);
    quiet.dispose();
    vi.advanceTimersByTime(1000);
    expect(called).toEqual(["c"]);
  });
});
