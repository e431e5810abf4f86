// Events of the extension: who is called, and that one failure stops no other listener.
import { supervisor } from "@peerline/ui/supervise";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { Signal } from "../../src/shared/signal";
import type { Disposable } from "../vscode";

let failures: string[];
let signal: Signal<number>;
let heard: string[];

function hear(name: string): (value: number) => void {
  return (value) => void heard.push(`${name}${value}`);
}

beforeEach(() => {
  failures = [];
  heard = [];
  supervisor.reportTo({ log: (text) => failures.push(text), tell: () => undefined });
  signal = new Signal("counting");
});

describe("a listener", () => {
  it("that fails stops no other, and is logged by what is done", async () => {
    signal.event(() => {
      throw new TypeError("secret");
    });
    signal.event(async () => {
      throw new RangeError("secret");
    });
    signal.event(hear("a"));
    signal.fire(1);
    await vi.waitFor(() => expect(failures).toHaveLength(2));
    expect(heard).toEqual(["a1"]);
    expect(failures.map((text) => text.split("\n")[0])).toEqual([
      "counting failed: TypeError",
      "counting failed: RangeError",
    ]);
  });

  it("hears until it is disposed", () => {
    const listening = signal.event(hear("a"));
    signal.fire(1);
    listening.dispose();
    signal.fire(2);
    expect(heard).toEqual(["a1"]);
  });

  it("that is registered twice hears twice, and each ends alone", () => {
    const listener = hear("a");
    const [first] = [signal.event(listener), signal.event(listener)];
    signal.fire(1);
    first?.dispose();
    signal.fire(2);
    expect(heard).toEqual(["a1", "a1", "a2"]);
  });

  it("that comes during an event hears the next one", () => {
    const once = signal.event(() => {
      once.dispose();
      signal.event(hear("late"));
    });
    signal.fire(1);
    expect(heard).toEqual([]);
    signal.fire(2);
    expect(heard).toEqual(["late2"]);
  });

  it("has the object that it was registered with, and a place in the list", () => {
    const seen: unknown[] = [];
    const disposables: Disposable[] = [];
    const owner = { name: "owner" };
    const listening = signal.event(
      function (this: unknown) {
        seen.push(this);
      },
      owner,
      disposables as never,
    );
    signal.fire(1);
    expect(seen).toEqual([owner]);
    expect(disposables).toEqual([listening]);
  });
});

it("a signal that is disposed calls nobody", () => {
  signal.event(hear("a"));
  signal.dispose();
  signal.fire(1);
  expect(heard).toEqual([]);
});
