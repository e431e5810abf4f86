import { tmpdir } from "node:os";
import { describe, expect, it } from "vitest";
import {
  BridgeNotFound,
  candidates,
  configuredBridge,
  findBridge,
  type Program,
  probeProgram,
} from "../../src/bridge/findBridge";
import { Processes } from "../../src/bridge/processes";
import { programOf } from "../../src/bridge/python";
import { Boundary } from "../../src/shared/boundary";

const NOWHERE = {
  setting: undefined,
  onPath: undefined,
  interpreter: undefined,
  environment: "/storage/bridge",
};
const SELECTED = { path: "/venv/python", isChosen: false };

/** Answers for one source only. */
function only(source: Program["source"]) {
  return async (program: Program) =>
    program.source === source
      ? { version: "1.2" }
      : { problem: `${program.command} was not found` };
}

describe("findBridge", () => {
  it("tries the PATH, then the interpreter, then what was installed", () => {
    const places = { ...NOWHERE, onPath: "/usr/bin/peerline", interpreter: SELECTED };
    const found = candidates(places, "linux");
    expect(found.map(({ source }) => source)).toEqual(["path", "interpreter", "installed"]);
    expect(found[0]?.command).toBe("/usr/bin/peerline");
    expect(found[1]).toMatchObject({ command: "/venv/python", args: ["-P", "-m", "peerline"] });
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
    const places = { ...NOWHERE, interpreter: SELECTED };
    expect(await findBridge(places, only("interpreter"))).toMatchObject({
      source: "interpreter",
      version: "1.2",
    });
  });

  it("says what is missing", async () => {
    const failure = await findBridge(NOWHERE, only("path")).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(BridgeNotFound);
    expect(failure).toMatchObject({ isConfigured: false });
  });

  it("knows where Windows keeps programs", () => {
    expect(programOf("env", "win32")).toMatch(/Scripts.peerline\.exe$/);
  });
});

describe("configuredBridge", () => {
  const onPath = {
    resolve: async (name: string) => (name === "peerline" ? "/usr/bin/peerline" : undefined),
    isInWorkspace: async (path: string) => path.startsWith("/ws/"),
  };

  it("takes an absolute path or a name on the PATH", async () => {
    expect(await configuredBridge("", true, onPath)).toBeUndefined();
    expect(await configuredBridge("/opt/peerline", true, onPath)).toBe("/opt/peerline");
    expect(await configuredBridge("peerline", true, onPath)).toBe("/usr/bin/peerline");
  });

  it.each(["./peerline", "bin/peerline", "nothing"])("refuses %s", async (setting) => {
    await expect(configuredBridge(setting, true, onPath)).rejects.toThrow(
      "The setting peerline.bridge.path must be an absolute path or the name of a program on the PATH.",
    );
  });

  it("takes a file of the workspace only while that is trusted", async () => {
    expect(await configuredBridge("/ws/bin/peerline", true, onPath)).toBe("/ws/bin/peerline");
    await expect(configuredBridge("/ws/bin/peerline", false, onPath)).rejects.toThrow(
      "is not trusted",
    );
  });
});

describe("probeProgram", () => {
  const processes = new Processes(tmpdir(), async () => new Boundary([]));

  it("tells another program from peerline", async () => {
    const program = { command: process.execPath, args: [], source: "setting" } as const;
    expect(await probeProgram(program, processes)).toEqual({
      problem: `${process.execPath} is another program`,
    });
  });

  it("tells what is not there", async () => {
    const program = { command: "/nowhere/peerline", args: [], source: "setting" } as const;
    expect(await probeProgram(program, processes)).toEqual({
      problem: "/nowhere/peerline was not found",
    });
  });
});
