// The command lines of Python: isolated from the folder and from what the user has installed there.
import { readdir } from "node:fs/promises";
import { join } from "node:path";

/**
 * Options of Python to run the module `peerline`: `-P` keeps the current folder off the search path.
 * The user's site-packages stay on it, in which `pip install --user` puts the package.
 */
export const RUN_MODULE = ["-P", "-m", "peerline"] as const;

/**
 * Python isolated from the folder, from PYTHON* variables and from the user's site-packages: what
 * makes an environment needs none of them.
 */
const ISOLATED = "-I";

const CHECK = "import sys, ensurepip, venv; sys.exit(sys.version_info < (3, 11))";

/** The `peerline` of a virtual environment. */
export function programOf(environment: string, platform = process.platform): string {
  return platform === "win32"
    ? join(environment, "Scripts", "peerline.exe")
    : join(environment, "bin", "peerline");
}

/** The arguments of Python to make a virtual environment. */
export function venvArguments(environment: string): string[] {
  return [ISOLATED, "-m", "venv", environment];
}

/** The arguments of the environment's Python to install a file; what it requires comes by index. */
export function pipArguments(wheel: string): string[] {
  return [
    ...[ISOLATED, "-m", "pip", "install", "--disable-pip-version-check", "--no-input"],
    wheel,
  ];
}

/** The arguments of Python to see whether it will do. */
export function checkArguments(): string[] {
  return [ISOLATED, "-c", CHECK];
}

/** The interpreter of a virtual environment. */
export function pythonOf(environment: string, platform = process.platform): string {
  return join(environment, platform === "win32" ? "Scripts/python.exe" : "bin/python");
}

/**
 * The wheel that the extension brings, if it does. Never the package's name instead: the owner of
 * that name on an index would decide what runs.
 */
export async function bundledWheel(extensionFolder: string): Promise<string | undefined> {
  const folder = join(extensionFolder, "bridge");
  const files = await readdir(folder).catch(() => []);
  const wheel = files.find((file) => /^peerline-.*\.whl$/.test(file));
  return wheel === undefined ? undefined : join(folder, wheel);
}
