// Installs the bridge into an environment of the extension's own, by pip.
import { execFile } from "node:child_process";
import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { type CancellationToken, type LogOutputChannel, ProgressLocation, window } from "vscode";
import { programOf } from "./findBridge";

const run = promisify(execFile);
const INSTALL_MS = 600_000;

/** It could not be installed; the message is for the user. */
export class InstallFailed extends Error {}

/** Make the environment and install the package that comes with the extension; the program. */
export async function installBridge(
  environment: string,
  extensionFolder: string,
  pythons: readonly string[],
  log: LogOutputChannel,
): Promise<string> {
  return window.withProgress(
    { location: ProgressLocation.Notification, title: "Peerline", cancellable: true },
    async (progress, token) => {
      progress.report({ message: "looking for Python 3.11 or newer…" });
      const python = await findPython(pythons);
      progress.report({ message: "making an environment…" });
      await rm(environment, { recursive: true, force: true });
      await step(log, token, python, ["-m", "venv", environment]);
      progress.report({ message: "installing the bridge…" });
      const pip = join(
        environment,
        process.platform === "win32" ? "Scripts/python.exe" : "bin/python",
      );
      await step(log, token, pip, [
        ...["-m", "pip", "install", "--disable-pip-version-check", "--no-input"],
        await packageToInstall(extensionFolder),
      ]);
      return programOf(environment);
    },
  );
}

/** The wheel that the extension brings, or the package's name. */
async function packageToInstall(extensionFolder: string): Promise<string> {
  const folder = join(extensionFolder, "bridge");
  const files = await readdir(folder).catch(() => []);
  const wheel = files.find((file) => file.endsWith(".whl"));
  return wheel ? join(folder, wheel) : "peerline";
}

async function findPython(pythons: readonly string[]): Promise<string> {
  const check = "import sys, ensurepip, venv; sys.exit(sys.version_info < (3, 11))";
  for (const python of pythons) {
    try {
      await run(python, ["-c", check], { timeout: 20_000, windowsHide: true });
      return python;
    } catch {
      // The next one may do.
    }
  }
  throw new InstallFailed(
    "Peerline needs Python 3.11 or newer with venv. Install it, or put `peerline` on the PATH.",
  );
}

async function step(
  log: LogOutputChannel,
  token: CancellationToken,
  command: string,
  args: string[],
): Promise<void> {
  const controller = new AbortController();
  const listener = token.onCancellationRequested(() => controller.abort());
  log.info(`${command} ${args.join(" ")}`);
  try {
    const { stdout } = await run(command, args, {
      timeout: INSTALL_MS,
      windowsHide: true,
      signal: controller.signal,
      maxBuffer: 16 * 1024 * 1024,
    });
    log.debug(stdout);
  } catch (error) {
    if (token.isCancellationRequested) {
      throw new InstallFailed("The installation was cancelled.");
    }
    const stderr = error instanceof Error && "stderr" in error ? String(error.stderr) : "";
    log.error(stderr || String(error));
    const last = stderr.trim().split("\n").at(-1) ?? "";
    throw new InstallFailed(`The bridge could not be installed: ${last || "see the log"}`);
  } finally {
    listener.dispose();
  }
}
