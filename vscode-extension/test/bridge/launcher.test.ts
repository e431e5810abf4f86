import { mkdir, mkdtemp, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { FIRST_RESTART_SECONDS, MAX_CRASHES } from "@peerline/ui/generated/limits";
import { supervisor } from "@peerline/ui/supervise";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Launcher } from "../../src/bridge/launcher";
import { begin, code, Kept, Uri, workspace } from "../vscode";

vi.mock("vscode", () => import("../vscode"));

const MISSING =
  "error: Peerline's bridge is not installed: there is no `peerline` on the PATH and none in the selected Python environment.";
const CHOICES = "[Install It] [Set the Path…]";

let folder: string;
let kept: Kept;
/** How the bridge was started: with which program and options. */
let started: [command: string, options: Record<string, unknown>][];
let bridge: { isRunning: boolean; start(open: () => Promise<unknown>, options: object): unknown };
let launcher: Launcher;

beforeEach(async () => {
  begin();
  folder = await realpath(await mkdtemp(join(tmpdir(), "peerline-")));
  await mkdir(join(folder, "w"));
  workspace.workspaceFolders = [{ uri: Uri.file(join(folder, "w")) }];
  vi.stubEnv("PATH", `${join(folder, "bin")}:/bin`);
  kept = new Kept();
  started = [];
  bridge = {
    isRunning: false,
    start: (_open, options) => {
      started.push([launcher.program?.command ?? "", options as Record<string, unknown>]);
      bridge.isRunning = true;
    },
  };
  const context = {
    globalStorageUri: Uri.file(join(folder, "storage")),
    extensionPath: join(folder, "extension"),
    workspaceState: kept,
  };
  const log = { info: () => {}, warn: () => {}, error: () => {}, debug: () => {}, show: () => {} };
  launcher = new Launcher(context as never, bridge as never, log as never);
  supervisor.reportTo({ log: () => undefined, tell: () => undefined });
});

afterEach(async () => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
  await rm(folder, { recursive: true });
});

/** Write a program that prints a version. */
async function program(path: string, text = "peerline 1.2"): Promise<string> {
  const whole = join(folder, path);
  await mkdir(dirname(whole), { recursive: true });
  await writeFile(whole, `#!/bin/sh\necho ${text}\n`, { mode: 0o755 });
  return whole;
}

/** Have the Python extension select an interpreter. */
function select(path: string): void {
  const environments = {
    getActiveEnvironmentPath: () => ({ path }),
    resolveEnvironment: async () => ({ executable: { uri: Uri.file(path) } }),
  };
  code.extensions.set("ms-python.python", { activate: async () => ({ environments }) });
}

/** The messages that were shown. */
function messages(): string[] {
  return code.shown.filter((text) => !text.includes("setContext"));
}

describe.skipIf(process.platform === "win32")("the bridge", () => {
  it("is started once, with what the user has set", async () => {
    const command = await program("bin/peerline");
    workspace.changeSettings({ username: " ann ", "status.idleSeconds": 7 });
    expect(await launcher.ensure()).toBe("running");
    expect(await launcher.ensure()).toBe("running");
    expect(started).toEqual([[command, expect.objectContaining({ username: "ann" })]]);
    expect(code.shown).toEqual(["command: setContext peerline.hasBridge true"]);
    bridge.isRunning = false;
    workspace.changeSettings({ username: " ", root: " ../.. " });
    await launcher.ensure();
    expect(started[1]?.[1]).toMatchObject({ username: undefined, root: "../.." });
    expect(started[0]?.[1]).toMatchObject({ plugin: true, root: undefined, idle_seconds: 7 });
    expect(launcher.program?.version).toBe("1.2");
    expect(messages()).toEqual([]);
  });

  it("that is missing is offered to be installed, unless nobody is to be asked", async () => {
    expect(await launcher.ensure({ quiet: true })).toBe("missing");
    expect(code.shown).toEqual([]);
    expect(await launcher.ensure()).toBe("missing");
    expect(code.shown).toEqual([`${MISSING} ${CHOICES}`]);
    code.presses = ["Set the Path…"];
    expect(await launcher.ensure()).toBe("missing");
    expect(code.shown.at(-1)).toBe("command: workbench.action.openSettings peerline.bridge.path");
  });

  it("that was named by a setting is not installed beside it", async () => {
    const path = join(folder, "none");
    workspace.changeSettings({ "bridge.path": path });
    await program("bin/peerline");
    expect(await launcher.find()).toBeUndefined();
    expect(messages()).toEqual([
      `error: The setting peerline.bridge.path names a program that does not run: ${path} was not found. [Set the Path…]`,
    ]);
  });

  it("is started again after growing pauses, and then given up", async () => {
    await program("bin/peerline");
    const pauses: unknown[] = [];
    vi.spyOn(globalThis, "setTimeout").mockImplementation(((done: () => void, wait: number) => {
      pauses.push(wait);
      if (wait < 20_000) {
        done();
      }
    }) as never);
    bridge.start = () => {
      throw new Error("ended");
    };
    expect(await launcher.ensure()).toBe("crashing");
    const between = pauses.filter((wait) => Number(wait) < 20_000);
    const first = FIRST_RESTART_SECONDS * 1000;
    expect(between).toHaveLength(MAX_CRASHES - 1);
    expect(between.slice(0, 2)).toEqual([first, 2 * first]);
    expect(await launcher.waitAfterCrash()).toBe(false);
    launcher.forgetCrashes();
    expect(await launcher.waitAfterCrash()).toBe(true);
  });
});

describe.skipIf(process.platform === "win32")("the selected Python", () => {
  const USE = `${MISSING} [Install It] [Use the Workspace's Python] [Set the Path…]`;

  it("is used without a question outside of the workspace", async () => {
    const python = await program("venv/python");
    select(python);
    const found = await launcher.find();
    expect(found).toMatchObject({ command: python, isChosen: false });
    expect(found?.args).toEqual(["-P", "-m", "peerline"]);
    expect(messages()).toEqual([]);
  });

  it("of the workspace runs only once the user has said so, and only that one", async () => {
    const python = await program("w/venv/python");
    select(python);
    expect(await launcher.find()).toBeUndefined();
    expect(messages()).toEqual([USE]);
    code.presses = ["Use the Workspace's Python"];
    expect(await launcher.find()).toMatchObject({ command: python, isChosen: true });
    code.shown = [];
    expect(await launcher.find()).toMatchObject({ command: python });
    expect(messages()).toEqual([]);
    select(await program("w/other/python"));
    expect(await launcher.find()).toBeUndefined();
    expect(messages()).toEqual([USE]);
  });

  it("is not offered as the workspace's where it is not in it", async () => {
    select(await program("venv/python", "Python 3.12"));
    expect(await launcher.find()).toBeUndefined();
    expect(messages()).toEqual([`${MISSING} ${CHOICES}`]);
  });

  it("is not offered again where it was chosen and has no bridge", async () => {
    select(await program("w/venv/python", "Python 3.12"));
    code.presses = ["Use the Workspace's Python"];
    expect(await launcher.find()).toBeUndefined();
    expect(messages()).toEqual([USE, `${MISSING} ${CHOICES}`]);
  });

  it("is neither used nor offered while the workspace is not trusted", async () => {
    const python = await program("w/venv/python");
    select(python);
    workspace.isTrusted = false;
    expect(await launcher.find()).toBeUndefined();
    await kept.update("peerline.interpreter", python);
    expect(await launcher.find()).toBeUndefined();
    expect(messages()).toEqual([`${MISSING} ${CHOICES}`, `${MISSING} ${CHOICES}`]);
  });

  it("is none if its extension fails", async () => {
    code.extensions.set("ms-python.python", { activate: () => Promise.reject(new Error("no")) });
    expect(await launcher.find()).toBeUndefined();
    expect(messages()).toEqual([`${MISSING} ${CHOICES}`]);
  });
});

describe.skipIf(process.platform === "win32")("the installation", () => {
  it("needs a workspace that is trusted", async () => {
    workspace.isTrusted = false;
    expect(await launcher.install()).toBeUndefined();
    expect(messages()).toEqual([
      "warning: Trust the workspace before you install Peerline's bridge.",
    ]);
  });

  it("that fails says why, with the log", async () => {
    code.presses = ["Install It"];
    expect(await launcher.find()).toBeUndefined();
    expect(messages()).toEqual([
      `${MISSING} ${CHOICES}`,
      expect.stringMatching(/^error: This build of the extension .* \[Show Log\]$/),
    ]);
  });

  it("uses the selected Python first, and finds what it has installed", async () => {
    await program("extension/bridge/peerline-1.whl");
    const python = await program("venv/python");
    await writeFile(
      python,
      `#!/bin/sh
case "$*" in
  *" peerline --version") exit 1;;
  *" -m venv "*) mkdir -p "$4/bin"; cp ${await program("made")} "$4/bin/peerline"; cp "$0" "$4/bin/python";;
esac
`,
    );
    select(python);
    const found = await launcher.install();
    expect(found).toMatchObject({ source: "installed", version: "1.2" });
    expect(messages().at(-1)).toBe("info: Peerline's bridge 1.2 was installed.");
  });
});
