// The one place that starts processes: Peerline's own, which run nothing of the workspace.
//
// A command that a person types, to be run in a folder that they name, would be another kind: it
// belongs here as a second function, with that folder and an environment without PEERLINE_*.
import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { mkdir } from "node:fs/promises";
import { isAbsolute } from "node:path";
import type { Boundary } from "../shared/boundary";
import { cleanEnvironment, isOutside, resolveProgram } from "./programs";

/** How much a program may print. */
export const MAX_OUTPUT_CHARS = 16 * 1024 * 1024;

/** A process that was started, with its streams. */
export type OwnProcess = ChildProcessWithoutNullStreams;

/** A program of ours, and what comes before the arguments of each call. */
export interface Executable {
  /** An absolute path. */
  readonly command: string;
  readonly args: readonly string[];
  /** Whether the user named this very file: then it may be in a workspace that is trusted. */
  readonly isChosen?: boolean;
}

/** A program ended with another code than 0, by a signal, or was not started. */
export class ProcessFailed extends Error {
  constructor(
    /** The exit code, the signal or the system's error code. */
    readonly code: number | string,
    readonly stderr: string,
  ) {
    super(`the program ended with ${code}`);
    this.name = "ProcessFailed";
  }
}

/** Starts Peerline's own programs in the extension's folder and never in the workspace. */
export class Processes {
  readonly #folder: string;
  readonly #boundary: () => Promise<Boundary>;

  /** `folder` is the extension's own; the boundary is asked for at each start. */
  constructor(folder: string, boundary: () => Promise<Boundary>) {
    this.#folder = folder;
    this.#boundary = boundary;
  }

  /** The absolute path of a program on the PATH, outside of the workspace. */
  async resolve(name: string): Promise<string | undefined> {
    return resolveProgram(name, process.env, await this.#boundary());
  }

  /** Whether a file belongs to the workspace. */
  async isInWorkspace(path: string): Promise<boolean> {
    return !(await isOutside(path, await this.#boundary()));
  }

  /** Start a program; secrets go to its standard input, never into its arguments. */
  async start(
    { command, args: first, isChosen = false }: Executable,
    args: readonly string[],
  ): Promise<OwnProcess> {
    const boundary = await this.#boundary();
    if (!isAbsolute(command)) {
      throw new ProcessFailed("ENOENT", "");
    }
    if (!isChosen && !(await isOutside(command, boundary))) {
      throw new ProcessFailed("EACCES", "");
    }
    await mkdir(this.#folder, { recursive: true });
    return spawn(command, [...first, ...args], {
      cwd: this.#folder,
      env: cleanEnvironment(process.env, boundary),
      shell: false,
      windowsHide: true,
    });
  }

  /** Run a program to its end and return what it printed; throws ProcessFailed. */
  async run(
    program: Executable,
    args: readonly string[],
    { timeoutMs, signal }: { readonly timeoutMs: number; readonly signal?: AbortSignal },
  ): Promise<string> {
    const child = await this.start(program, args);
    const output = { stdout: "", stderr: "" };
    return new Promise((resolve, reject) => {
      const end = (finish: () => void) => {
        clearTimeout(timer);
        signal?.removeEventListener("abort", abort);
        finish();
      };
      const stop = (code: string) => {
        child.kill("SIGKILL");
        end(() => reject(new ProcessFailed(code, output.stderr)));
      };
      const abort = () => stop("ABORT_ERR");
      const timer = setTimeout(() => stop("ETIMEDOUT"), timeoutMs);
      signal?.addEventListener("abort", abort);
      for (const name of ["stdout", "stderr"] as const) {
        child[name].setEncoding("utf8").on("data", (text: string) => {
          output[name] += text;
          if (output[name].length > MAX_OUTPUT_CHARS) {
            stop("ENOBUFS");
          }
        });
      }
      child.stdin.on("error", () => undefined).end();
      child.on("error", (error: NodeJS.ErrnoException) =>
        end(() => reject(new ProcessFailed(error.code ?? "UNKNOWN", output.stderr))),
      );
      child.on("close", (code, killedBy) =>
        end(() =>
          code === 0
            ? resolve(output.stdout)
            : reject(new ProcessFailed(code ?? killedBy ?? "UNKNOWN", output.stderr)),
        ),
      );
      if (signal?.aborted) {
        abort();
      }
    });
  }
}
