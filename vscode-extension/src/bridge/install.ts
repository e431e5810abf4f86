// Installs the bridge into an environment of the extension's own, from the wheel that it brings.
import { rm } from "node:fs/promises";
import { listen } from "@peerline/ui/supervise";
import { type CancellationToken, type LogOutputChannel, ProgressLocation, window } from "vscode";
import { type Processes, ProcessFailed } from "./processes";
import {
  bundledWheel,
  checkArguments,
  pipArguments,
  programOf,
  pythonOf,
  venvArguments,
} from "./python";

const INSTALL_MS = 600_000;
const CHECK_MS = 20_000;

/** It could not be installed; the message is for the user. */
export class InstallFailed extends Error {}

/** Make the environment and install the wheel that comes with the extension; the program. */
export async function installBridge(
  environment: string,
  extensionFolder: string,
  pythons: readonly string[],
  processes: Processes,
  log: LogOutputChannel,
): Promise<string> {
  const wheel = await bundledWheel(extensionFolder);
  if (wheel === undefined) {
    throw new InstallFailed(
      "This build of the extension does not contain the bridge. Install Peerline's Python package, and set peerline.bridge.path to its program.",
    );
  }
  return window.withProgress(
    { location: ProgressLocation.Notification, title: "Peerline", cancellable: true },
    async (progress, token) => {
      progress.report({ message: "looking for Python 3.11 or newer…" });
      const python = await findPython(pythons, processes);
      progress.report({ message: "creating an environment…" });
      await rm(environment, { recursive: true, force: true });
      const step = (command: string, args: readonly string[]) =>
        carryOut(processes, log, token, command, args);
      await step(python, venvArguments(environment));
      progress.report({ message: "installing the bridge…" });
      await step(pythonOf(environment), pipArguments(wheel));
      return programOf(environment);
    },
  );
}

async function findPython(pythons: readonly string[], processes: Processes): Promise<string> {
  for (const name of pythons) {
    const command = await processes.resolve(name);
    try {
      if (command !== undefined) {
        await processes.run({ command, args: [] }, checkArguments(), { timeoutMs: CHECK_MS });
        return command;
      }
    } catch {
      // The next one may do.
    }
  }
  throw new InstallFailed(
    "Peerline needs Python 3.11 or newer with venv. Install it, or put `peerline` on the PATH.",
  );
}

async function carryOut(
  processes: Processes,
  log: LogOutputChannel,
  token: CancellationToken,
  command: string,
  args: readonly string[],
): Promise<void> {
  const controller = new AbortController();
  const listener = listen(token.onCancellationRequested, "cancelling the installation", () =>
    controller.abort(),
  );
  log.info(`${command} ${args.join(" ")}`);
  try {
    const { signal } = controller;
    log.debug(await processes.run({ command, args: [] }, args, { timeoutMs: INSTALL_MS, signal }));
  } catch (error) {
    if (token.isCancellationRequested) {
      throw new InstallFailed("The installation was cancelled.");
    }
    const stderr = error instanceof ProcessFailed ? error.stderr.trim() : "";
    log.error(stderr || String(error));
    const last = stderr.split("\n").at(-1) ?? "";
    throw new InstallFailed(`The bridge could not be installed: ${last || "see the log"}`);
  } finally {
    listener.dispose();
  }
}
