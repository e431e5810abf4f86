// Finds the program `peerline`: which places are tried, and which one answers. Pure but for `probe`.
import { execFile } from "node:child_process";
import { access } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";

/** A way to run `peerline`, and where it came from for messages. */
export interface Program {
  readonly command: string;
  /** Before the arguments of `peerline` itself. */
  readonly args: readonly string[];
  readonly source: "setting" | "path" | "interpreter" | "installed";
}

/** A program that answered. */
export interface FoundProgram extends Program {
  readonly version: string;
}

/** The version of a program, or why it does not run. */
export type Probe = (program: Program) => Promise<{ version: string } | { problem: string }>;

/** Nothing was found; the message says what to do. */
export class BridgeNotFound extends Error {
  readonly isConfigured: boolean;

  constructor(message: string, isConfigured: boolean) {
    super(message);
    this.name = "BridgeNotFound";
    this.isConfigured = isConfigured;
  }
}

/** What is known about where it may be. */
export interface Places {
  readonly setting: string;
  readonly interpreter: string | undefined;
  readonly environment: string;
}

/** The places in the order in which they are tried; a setting is the only one if there is one. */
export function candidates(places: Places, platform = process.platform): Program[] {
  if (places.setting) {
    return [{ command: places.setting, args: [], source: "setting" }];
  }
  const found: Program[] = [{ command: "peerline", args: [], source: "path" }];
  if (places.interpreter) {
    found.push({ command: places.interpreter, args: ["-m", "peerline"], source: "interpreter" });
  }
  found.push({
    command: programOf(places.environment, platform),
    args: [],
    source: "installed",
  });
  return found;
}

/** The `peerline` of a virtual environment. */
export function programOf(environment: string, platform = process.platform): string {
  return platform === "win32"
    ? join(environment, "Scripts", "peerline.exe")
    : join(environment, "bin", "peerline");
}

/** The first candidate that answers; throws BridgeNotFound. */
export async function findBridge(
  places: Places,
  probe: Probe = probeProgram,
): Promise<FoundProgram> {
  const problems: string[] = [];
  for (const program of candidates(places)) {
    const answer = await probe(program);
    if ("version" in answer) {
      return { ...program, version: answer.version };
    }
    problems.push(answer.problem);
  }
  throw places.setting
    ? new BridgeNotFound(
        `The setting peerline.bridge.path names a program that does not run: ${problems[0]}`,
        true,
      )
    : new BridgeNotFound(
        "Peerline's bridge is not installed: there is no `peerline` on the PATH and none in the selected Python environment.",
        false,
      );
}

const PROBE_MS = 20_000;

/** Ask a program for its version. */
export async function probeProgram(
  program: Program,
): Promise<{ version: string } | { problem: string }> {
  if (program.source === "installed" && !(await exists(program.command))) {
    return { problem: `${program.command} is not there` };
  }
  try {
    const { stdout } = await promisify(execFile)(program.command, [...program.args, "--version"], {
      timeout: PROBE_MS,
      windowsHide: true,
    });
    const version = /^peerline (\S+)/.exec(stdout)?.[1];
    return version ? { version } : { problem: `${program.command} is another program` };
  } catch (error) {
    return { problem: problemOf(program.command, error) };
  }
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

function problemOf(command: string, error: unknown): string {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  if (code === "ENOENT") {
    return `${command} was not found`;
  }
  if (code === "EACCES") {
    return `${command} may not be run`;
  }
  return `${command} failed (${String(code ?? "no answer")})`;
}
