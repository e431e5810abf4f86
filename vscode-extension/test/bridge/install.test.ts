import { mkdir, mkdtemp, readFile, realpath, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { InstallFailed, installBridge } from "../../src/bridge/install";
import { Processes } from "../../src/bridge/processes";
import { Boundary } from "../../src/shared/boundary";
import { begin, code } from "../vscode";

vi.mock("vscode", () => import("../vscode"));

let folder: string;
let environment: string;
let logged: string[];

beforeEach(async () => {
  begin();
  folder = await realpath(await mkdtemp(join(tmpdir(), "peerline-")));
  environment = join(folder, "storage", "bridge");
  logged = [];
  await mkdir(join(folder, "extension", "bridge"), { recursive: true });
  await mkdir(join(folder, "bin"));
  vi.stubEnv("PATH", `${join(folder, "bin")}:/usr/bin:/bin`);
});

afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true });
});

/** Put a wheel into the extension. */
async function bring(): Promise<string> {
  const wheel = join(folder, "extension", "bridge", "peerline-1.0-py3-none-any.whl");
  await writeFile(wheel, "");
  return wheel;
}

/** A Python that notes how it is called; the environment that it makes has one like it. */
async function python(name: string, { check = "exit 0", pip = "exit 0" } = {}): Promise<string> {
  const path = join(folder, "bin", name);
  const script = `#!/bin/sh
echo "$0 $*" >> ${folder}/calls
case "$*" in
  *" -c "*) ${check};;
  *" -m venv "*) mkdir -p "$4/bin" && cp "$0" "$4/bin/python";;
  *" -m pip "*) ${pip};;
esac
`;
  await writeFile(path, script, { mode: 0o755 });
  return path;
}

/** The calls so far, without the script of the check. */
async function calls(): Promise<string[]> {
  const text = await readFile(join(folder, "calls"), "utf8");
  return text
    .trim()
    .split("\n")
    .map((line) => line.replace(/ -c .*/, " -c"));
}

function install(...pythons: string[]): Promise<string> {
  const processes = new Processes(join(folder, "storage"), async () => new Boundary([]));
  const note = (text: string) => logged.push(text);
  const log = { info: note, debug: note, error: note } as never;
  return installBridge(environment, join(folder, "extension"), pythons, processes, log);
}

/** The message with which it fails. */
async function failure(...pythons: string[]): Promise<string> {
  const error = await install(...pythons).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(InstallFailed);
  return (error as Error).message;
}

describe.skipIf(process.platform === "win32")("the installation", () => {
  it("takes the first Python that will do, and the wheel of the extension", async () => {
    const wheel = await bring();
    const old = await python("python3", { check: "exit 1" });
    const fit = await python("python3.12");
    await python("python3.11");
    const program = await install("python-none", "python3", "python3.12", "python3.11");
    expect(program).toBe(join(environment, "bin", "peerline"));
    expect(await calls()).toEqual([
      `${old} -I -c`,
      `${fit} -I -c`,
      `${fit} -I -m venv ${environment}`,
      `${environment}/bin/python -I -m pip install --disable-pip-version-check --no-input ${wheel}`,
    ]);
    expect(code.shown).toEqual([
      "progress: Peerline",
      "step: looking for Python 3.11 or newer…",
      "step: creating an environment…",
      "step: installing the bridge…",
    ]);
  });

  it("begins with an empty environment", async () => {
    await bring();
    const fit = await python("python3");
    await mkdir(environment, { recursive: true });
    await writeFile(join(environment, "old"), "");
    await install(fit);
    await expect(stat(join(environment, "old"))).rejects.toMatchObject({ code: "ENOENT" });
  });

  it("leaves what is installed where no Python will do", async () => {
    await bring();
    await python("python3", { check: "exit 1" });
    await mkdir(environment, { recursive: true });
    expect(await failure("python3", "python-none")).toBe(
      "Peerline needs Python 3.11 or newer with venv. Install it, or put `peerline` on the PATH.",
    );
    expect((await stat(environment)).isDirectory()).toBe(true);
  });

  it("starts nothing if the extension has no wheel", async () => {
    await python("python3");
    expect(await failure("python3")).toMatch(/^This build of the extension does not contain/);
    await expect(calls()).rejects.toMatchObject({ code: "ENOENT" });
    expect(code.shown).toEqual([]);
  });

  it.each([
    ["echo one >&2; echo 'no space left' >&2; exit 1", "no space left", "one\nno space left"],
    ["exit 1", "see the log", "program ended with 1"],
  ])("that fails by %j says the end of it and logs all", async (pip, shown, whole) => {
    await bring();
    await python("python3", { pip });
    expect(await failure("python3")).toBe(`The bridge could not be installed: ${shown}`);
    expect(logged.at(-1)).toContain(whole);
  });

  it("is cancelled while it runs", async () => {
    await bring();
    await python("python3", { pip: `: > ${folder}/runs; exec sleep 600` });
    const failing = failure("python3");
    await vi.waitFor(() => stat(join(folder, "runs")));
    code.cancel();
    expect(await failing).toBe("The installation was cancelled.");
  });
});
