import { describe, expect, it, vi } from "vitest";
import { Once } from "../../src/shared/once";

/** Something that ends when it is told to. */
function pending(): { promise: Promise<void>; end: () => void } {
  let end = (): void => undefined;
  const promise = new Promise<void>((resolve) => {
    end = resolve;
  });
  return { promise, end };
}

const atOnce = () => Promise.resolve();

describe("Once", () => {
  it("drops what is asked for while the same is being done", async () => {
    const once = new Once<string>(atOnce);
    const done: string[] = [];
    const { promise, end } = pending();
    const act = (name: string) => async () => {
      await promise;
      done.push(name);
    };
    const first = once.do("a", act("first"));
    expect(await once.do("a", act("second"))).toBe(false);
    end();
    expect(await first).toBe(true);
    expect(done).toEqual(["first"]);
  });

  it("drops a press that was made before, and comes afterwards", async () => {
    const arrival = pending();
    const arrived = vi.fn(() => arrival.promise);
    const once = new Once<string>(arrived);
    expect(await once.do("a", atOnce)).toBe(true);
    expect(await once.do("a", atOnce)).toBe(false);
    await vi.waitFor(() => expect(arrived).toHaveBeenCalledOnce());
    expect(await once.do("a", atOnce)).toBe(false);
    expect(await once.do("b", atOnce)).toBe(true);
    arrival.end();
    await vi.waitFor(async () => expect(await once.do("a", atOnce)).toBe(true));
  });

  it.each([
    ["done", atOnce],
    ["refused", () => Promise.reject(new Error("no"))],
  ])("asks what has arrived only when it is %s and its caller knows", async (_, act) => {
    const order: string[] = [];
    const once = new Once<string>(async () => order.push("asked"));
    await once.do("a", act).then(
      () => order.push("known"),
      () => order.push("known"),
    );
    await vi.waitFor(() => expect(order).toEqual(["known", "asked"]));
  });

  it("does the next one afterwards, also after a failure", async () => {
    const once = new Once<string>(() => Promise.reject(new Error("the window is gone")));
    await expect(once.do("a", () => Promise.reject(new Error("no")))).rejects.toThrow("no");
    await vi.waitFor(async () => expect(await once.do("a", atOnce)).toBe(true));
  });
});
