// The commands: their results, and what becomes of a refusal and of a fault.
import { CommandRefused } from "@peerline/ui/refusal";
import { supervisor } from "@peerline/ui/supervise";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { registerCommands } from "../src/commands";
import { begin, code, type Disposable } from "./vscode";

vi.mock("vscode", () => import("./vscode"));

let warnings: string[];
let failures: string[];
let registered: Disposable;

beforeEach(() => {
  begin();
  warnings = [];
  failures = [];
  supervisor.reportTo({ log: (text) => failures.push(text), tell: () => undefined });
});

afterEach(() => registered.dispose());

/** Run a command as VS Code does. */
async function run(work: (...args: never[]) => unknown, ...args: unknown[]): Promise<unknown> {
  const log = { warn: (text: string) => warnings.push(text) };
  registered = registerCommands({ act: work }, log as never) as never;
  return await code.commands.get("peerline.act")?.(...(args as never[]));
}

describe("a command", () => {
  it("has its arguments and gives its result", async () => {
    expect(await run(async (one: number, two: number) => one + two, 1, 2)).toBe(3);
    expect([warnings, failures, code.shown]).toEqual([[], [], []]);
  });

  it("that is refused says why, and is logged by the code alone", async () => {
    const refused = () => Promise.reject(new CommandRefused("NAME_TAKEN", "ann has this name."));
    expect(await run(refused)).toBeUndefined();
    expect(warnings).toEqual(["act: NAME_TAKEN"]);
    expect(code.shown).toEqual(["warning: Peerline: ann has this name."]);
    expect(failures).toEqual([]);
  });

  it("that fails is a fault, which is logged without what was written", async () => {
    const fails = () => {
      throw new TypeError("secret");
    };
    expect(await run(fails)).toBeUndefined();
    expect(failures).toEqual([expect.stringMatching(/^peerline\.act failed: TypeError\n/)]);
    expect(failures[0]).not.toContain("secret");
    expect([warnings, code.shown]).toEqual([[], []]);
  });

  it("is registered until the extension ends", async () => {
    await run(() => undefined);
    registered.dispose();
    expect(code.commands.has("peerline.act")).toBe(false);
  });
});
