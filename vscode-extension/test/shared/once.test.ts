import { describe, expect, it } from "vitest";
import { Once } from "../../src/shared/once";

describe("Once", () => {
  it("drops what is asked for while the same is being done", async () => {
    const once = new Once<string>();
    const done: string[] = [];
    let finish = (): void => undefined;
    const act = (name: string) => async () => {
      await new Promise<void>((resolve) => {
        finish = resolve;
      });
      done.push(name);
    };
    const first = once.do("a", act("first"));
    expect(await once.do("a", act("second"))).toBe(false);
    finish();
    expect(await first).toBe(true);
    expect(done).toEqual(["first"]);
  });

  it("does the next one afterwards, also after a failure, and another key's at once", async () => {
    const once = new Once<string>();
    const failing = once.do("a", () => Promise.reject(new Error("no")));
    expect(await once.do("b", () => Promise.resolve())).toBe(true);
    await expect(failing).rejects.toThrow("no");
    expect(await once.do("a", () => Promise.resolve())).toBe(true);
  });
});
