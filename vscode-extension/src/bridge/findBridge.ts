// Finds the program `peerline`: which places are tried, and which one answers.
import { isAbsolute } from "node:path";
import { type Executable, type Processes, ProcessFailed } from "./processes";
import { programOf, RUN_MODULE } from "./python";

/** A way to run `peerline`, and where it came from for messages. */
export interface Program extends Executable {
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

/** The places where the bridge may be; each an absolute path. */
export interface Places {
  /** The program named by the user's settings. */
  readonly setting: string | undefined;
  /** The first `peerline` of the PATH that is not the workspace's. */
  readonly onPath: string | undefined;
  /** The Python interpreter that is selected, and whether the user allowed just this one. */
  readonly interpreter: { readonly path: string; readonly isChosen: boolean } | undefined;
  /** The environment into which the extension installs. */
  readonly environment: string;
}

/** The places in the order in which they are tried; a setting is the only one if there is one. */
export function candidates(places: Places, platform = process.platform): Program[] {
  const { setting, onPath, interpreter, environment } = places;
  if (setting !== undefined) {
    return [{ command: setting, args: [], source: "setting", isChosen: true }];
  }
  const found: Program[] = [];
  if (onPath !== undefined) {
    found.push({ command: onPath, args: [], source: "path" });
  }
  if (interpreter !== undefined) {
    const { path: command, isChosen } = interpreter;
    found.push({ command, args: RUN_MODULE, source: "interpreter", isChosen });
  }
  found.push({ command: programOf(environment, platform), args: [], source: "installed" });
  return found;
}

/**
 * The program that the setting names: an absolute path, or a name on the PATH. A file of the
 * workspace only counts while the workspace is trusted. Throws BridgeNotFound.
 */
export async function configuredBridge(
  setting: string,
  isTrusted: boolean,
  processes: Pick<Processes, "resolve" | "isInWorkspace">,
): Promise<string | undefined> {
  if (setting === "") {
    return undefined;
  }
  const path = isAbsolute(setting) ? setting : await processes.resolve(setting);
  if (path === undefined) {
    throw new BridgeNotFound(
      "The setting peerline.bridge.path must be an absolute path or the name of a program on the PATH.",
      true,
    );
  }
  if (!isTrusted && (await processes.isInWorkspace(path))) {
    throw new BridgeNotFound(
      "The setting peerline.bridge.path names a file of this workspace, which is not trusted. Trust the workspace, or name another file.",
      true,
    );
  }
  return path;
}

/** The first candidate that answers; throws BridgeNotFound. */
export async function findBridge(places: Places, probe: Probe): Promise<FoundProgram> {
  const problems: string[] = [];
  for (const program of candidates(places)) {
    const answer = await probe(program);
    if ("version" in answer) {
      return { ...program, version: answer.version };
    }
    problems.push(answer.problem);
  }
  throw places.setting === undefined
    ? new BridgeNotFound(
        "Peerline's bridge is not installed: there is no `peerline` on the PATH and none in the selected Python environment.",
        false,
      )
    : new BridgeNotFound(
        `The setting peerline.bridge.path names a program that does not run: ${problems[0]}.`,
        true,
      );
}

const PROBE_MS = 20_000;

/** Ask a program for its version. */
export async function probeProgram(
  program: Program,
  processes: Pick<Processes, "run">,
): Promise<{ version: string } | { problem: string }> {
  try {
    const stdout = await processes.run(program, ["--version"], { timeoutMs: PROBE_MS });
    const version = /^peerline (\S+)/.exec(stdout)?.[1];
    return version ? { version } : { problem: `${program.command} is another program` };
  } catch (error) {
    return { problem: problemOf(program.command, error) };
  }
}

function problemOf(command: string, error: unknown): string {
  const code = error instanceof ProcessFailed ? error.code : undefined;
  if (code === "ENOENT") {
    return `${command} was not found`;
  }
  if (code === "EACCES") {
    return `${command} is not executable`;
  }
  return `${command} failed (${String(code ?? "no answer")})`;
}
