import { chmod, mkdir, mkdtemp, realpath, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { cleanEnvironment, resolveProgram } from "../../src/bridge/programs";
import { Boundary } from "../../src/shared/boundary";

let folder: string;
let workspace: string;
let system: string;
let boundary: Boundary;

async function program(path: string, mode = 0o755): Promise<string> {
  await writeFile(path, "#!/bin/sh\n");
  await chmod(path, mode);
  return path;
}

beforeEach(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), "peerline-")));
  workspace = join(folder, "workspace");
  system = join(folder, "system");
  await mkdir(join(workspace, "bin"), { recursive: true });
  await mkdir(system);
  boundary = new Boundary([workspace]);
});

describe.skipIf(process.platform === "win32")("resolveProgram", () => {
  const resolve = (name: string, ...path: string[]) =>
    resolveProgram(name, { PATH: path.join(":") }, boundary, "linux");

  it("takes the first of the PATH that is not the workspace's", async () => {
    await program(join(workspace, "git"));
    await program(join(workspace, "bin", "git"));
    const wanted = await program(join(system, "git"));
    expect(await resolve("git", workspace, join(workspace, "bin"), system)).toBe(wanted);
    expect(await resolve("git", workspace)).toBeUndefined();
  });

  it.each(["", ".", "bin", "./bin", ".."])("skips the entry %j", async (entry) => {
    await program(join(workspace, "git"));
    expect(await resolve("git", entry)).toBeUndefined();
  });

  it("follows links into the workspace, and refuses", async () => {
    await symlink(await program(join(workspace, "evil")), join(system, "git"));
    await symlink(join(workspace, "bin"), join(folder, "linked"));
    await program(join(workspace, "bin", "python3"));
    expect(await resolve("git", system)).toBeUndefined();
    expect(await resolve("python3", join(folder, "linked"))).toBeUndefined();
    expect(await resolve(join(system, "git"))).toBeUndefined();
  });

  it("takes an absolute path, and no relative one", async () => {
    const wanted = await program(join(system, "git"));
    expect(await resolve(wanted)).toBe(wanted);
    expect(await resolve("system/git", folder)).toBeUndefined();
    expect(await resolve("../system/git", workspace)).toBeUndefined();
    expect(await resolve("", system)).toBeUndefined();
  });

  it("passes by folders and files that cannot be run", async () => {
    await mkdir(join(system, "git"));
    await program(join(folder, "git"), 0o644);
    expect(await resolve("git", system, folder)).toBeUndefined();
  });

  it("never looks in the current folder, as Windows would", async () => {
    await program(join(process.cwd(), "peerline-test-only.exe"), 0o755);
    try {
      const found = await resolveProgram("peerline-test-only", { Path: "" }, boundary, "win32");
      expect(found).toBeUndefined();
    } finally {
      const { rm } = await import("node:fs/promises");
      await rm(join(process.cwd(), "peerline-test-only.exe"));
    }
  });
});

describe("cleanEnvironment", () => {
  const clean = (environment: Record<string, string>, platform: NodeJS.Platform = "linux") =>
    cleanEnvironment(environment, new Boundary(["/ws"], "linux"), platform);

  it("drops what would load code of the workspace", () => {
    expect(
      clean({
        PATH: "/ws/bin:/usr/bin::.:bin:/bin",
        PYTHONPATH: ":/ws:/opt/lib:lib",
        PYTHONSTARTUP: "/ws/start.py",
        PYTHONHOME: "/ws/.venv",
        PYTHONUSERBASE: "base",
        LD_PRELOAD: "/ws/evil.so",
        GIT_EXEC_PATH: "/ws/git-core",
        PIP_CONFIG_FILE: "/ws/pip.conf",
      }),
    ).toEqual({ PATH: "/usr/bin:/bin", PYTHONPATH: "/opt/lib", PYTHONSAFEPATH: "1" });
  });

  it("keeps the rest as it is", () => {
    const rest = {
      HOME: "/home/me",
      PATH: "/usr/bin:/bin",
      PYTHONUTF8: "1",
      PIP_INDEX_URL: "https://example.org/simple",
      PEERLINE_DATA_DIR: "/data",
      HTTPS_PROXY: "http://proxy:3128",
      PWD: "/ws",
    };
    expect(clean(rest)).toEqual({ ...rest, PYTHONSAFEPATH: "1" });
  });

  it("knows the variables of Windows by any case", () => {
    const windows = new Boundary(["C:\\ws"], "win32");
    const environment = { Path: '"C:\\ws\\bin";C:\\Windows;.;', PythonPath: "c:\\WS\\lib" };
    expect(cleanEnvironment(environment, windows, "win32")).toEqual({
      Path: "C:\\Windows",
      PYTHONSAFEPATH: "1",
    });
  });
});
