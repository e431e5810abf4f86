import { mkdir, mkdtemp, readdir, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { type Executable, Processes, ProcessFailed } from "../../src/bridge/processes";
import { checkArguments, pipArguments, RUN_MODULE, venvArguments } from "../../src/bridge/python";
import { Boundary } from "../../src/shared/boundary";
import { writeHostileFiles } from "../hostile";

const NODE: Executable = { command: process.execPath, args: [] };
const LIMIT = { timeoutMs: 60_000 };

let folder: string;
let storage: string;
let workspace: string;
let processes: Processes;

beforeEach(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), "peerline-")));
  storage = join(folder, "storage");
  workspace = join(folder, "workspace");
  await mkdir(workspace);
  processes = new Processes(storage, async () => new Boundary([workspace]));
});

afterEach(() => {
  vi.unstubAllEnvs();
});

describe("Processes", () => {
  it("runs in the extension's folder, with a clean environment", async () => {
    vi.stubEnv("PYTHONPATH", workspace);
    const script = "console.log(process.cwd()); console.log(process.env.PYTHONPATH ?? 'none')";
    const output = await processes.run(NODE, ["-e", script], LIMIT);
    expect(output.trim().split("\n")).toEqual([storage, "none"]);
  });

  it("reports how a program ended, and its output", async () => {
    const script = "console.error('why'); process.exit(3)";
    const failure = await processes.run(NODE, ["-e", script], LIMIT).catch((error) => error);
    expect(failure).toBeInstanceOf(ProcessFailed);
    expect(failure).toMatchObject({ code: 3, stderr: "why\n" });
  });

  it.each([
    ["/nowhere/program", "ENOENT"],
    ["program", "ENOENT"],
    ["./program", "ENOENT"],
  ])("does not start %s", async (command, code) => {
    const run = processes.run({ command, args: [] }, [], LIMIT);
    await expect(run).rejects.toMatchObject({ code });
  });

  it("starts nothing of the workspace unless the user named it", async () => {
    const command = join(workspace, "program");
    await writeFile(command, "#!/bin/sh\necho ran\n", { mode: 0o755 });
    const run = (isChosen: boolean) => processes.run({ command, args: [], isChosen }, [], LIMIT);
    await expect(run(false)).rejects.toMatchObject({ code: "EACCES" });
    expect(await run(true)).toBe("ran\n");
  });

  it("ends a program that takes too long, or that is not wanted any more", async () => {
    const forever = ["-e", "setInterval(() => {}, 1000)"];
    await expect(processes.run(NODE, forever, { timeoutMs: 1 })).rejects.toMatchObject({
      code: "ETIMEDOUT",
    });
    const controller = new AbortController();
    const run = processes.run(NODE, forever, { ...LIMIT, signal: controller.signal });
    controller.abort();
    await expect(run).rejects.toMatchObject({ code: "ABORT_ERR" });
  });
});

describe.skipIf(process.platform === "win32")("in a hostile workspace", () => {
  let python: Executable;
  let marker: string;
  let before: string;

  beforeEach(async () => {
    marker = join(folder, "marker");
    await mkdir(marker);
    await writeHostileFiles(workspace, marker);
    const command = await processes.resolve("python3");
    expect(command).toBeDefined();
    python = { command: command ?? "", args: [] };
    vi.stubEnv("PATH", `${workspace}:${workspace}/bin:.::${process.env.PATH}`);
    vi.stubEnv("PYTHONPATH", `:${workspace}`);
    vi.stubEnv("PYTHONSTARTUP", join(workspace, "sitecustomize.py"));
    before = process.cwd();
    process.chdir(workspace);
  });

  afterEach(async () => {
    process.chdir(before);
    await rm(folder, { recursive: true });
  });

  it("would be run by a careless call", async () => {
    // Otherwise the other tests would show nothing.
    const { execFile } = await import("node:child_process");
    const { promisify } = await import("node:util");
    await promisify(execFile)("python3", ["-c", ""]).catch(() => undefined);
    expect(await readdir(marker)).not.toEqual([]);
  });

  it("finds the system's programs, and they run none of its files", {
    timeout: 120_000,
  }, async () => {
    expect(await processes.resolve("python3")).toBe(python.command);
    const environment = join(storage, "bridge");
    await processes.run(python, checkArguments(), LIMIT);
    await processes.run(python, venvArguments(environment), LIMIT);
    const inEnvironment = { command: join(environment, "bin", "python"), args: [] };
    const wheel = join(storage, "peerline-none.whl");
    await expect(processes.run(inEnvironment, pipArguments(wheel), LIMIT)).rejects.toThrow();
    await expect(
      processes.run({ ...python, args: RUN_MODULE }, ["--version"], LIMIT),
    ).rejects.toMatchObject({ stderr: expect.stringContaining("No module named peerline") });
    expect(await readdir(marker)).toEqual([]);
  });
});
