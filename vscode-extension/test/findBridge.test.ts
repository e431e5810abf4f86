import { describe, expect, it } from "vitest";
import {
  BridgeNotFound,
  candidates,
  findBridge,
  type Program,
  probeProgram,
  programOf,
} from "../src/findBridge";

const NOWHERE = { setting: "", interpreter: undefined, environment: "/storage/bridge" };

/** Answers for one source only. */
function only(source: Program["source"]) {
  return async (program: Program) =>
    program.source === source
      ? { version: "1.2" }
      : { problem: `${program.command} was not found` };
}

describe("findBridge", () => {
  it("tries the PATH, then the interpreter, then what was installed", () => {
    const found = candidates({ ...NOWHERE, interpreter: "/venv/python" }, "linux");
    expect(found.map(({ source }) => source)).toEqual(["path", "interpreter", "installed"]);
    expect(found[1]).toMatchObject({ command: "/venv/python", args: ["-m", "peerline"] });
    expect(found[2]?.command).toBe("/storage/bridge/bin/peerline");
  });

  it("takes nothing but the setting if there is one", async () => {
    const places = { ...NOWHERE, setting: "/x/peerline" };
    expect(candidates(places)).toHaveLength(1);
    await expect(findBridge(places, only("path"))).rejects.toThrow(
      "The setting peerline.bridge.path names a program that does not run: /x/peerline was not found",
    );
  });

  it("takes the first that answers", async () => {
    const places = { ...NOWHERE, interpreter: "/venv/python" };
    expect(await findBridge(places, only("interpreter"))).toMatchObject({
      source: "interpreter",
      version: "1.2",
    });
  });

  it("says what is missing", async () => {
    const failure = await findBridge(NOWHERE, only("setting")).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(BridgeNotFound);
    expect(failure).toMatchObject({ isConfigured: false });
  });

  it("knows where Windows keeps programs", () => {
    expect(programOf("env", "win32")).toMatch(/Scripts.peerline\.exe$/);
  });
});

describe("probeProgram", () => {
  it("tells another program from peerline", async () => {
    const program = { command: process.execPath, args: [], source: "setting" } as const;
    expect(await probeProgram(program)).toEqual({
      problem: `${process.execPath} is another program`,
    });
  });

  it("tells what is not there", async () => {
    const program = { command: "/nowhere/peerline", args: [], source: "setting" } as const;
    expect(await probeProgram(program)).toEqual({ problem: "/nowhere/peerline was not found" });
  });
});
