// Starts a session on a server of one's own by `peerline start`, which starts the server if needed.
import { isAbsolute } from "node:path";
import type { Settings } from "../shared/settings";
import { type Executable, type Processes, ProcessFailed } from "./processes";

/** A session that was just created. */
export interface StartedSession {
  /** Without an invite: for the host, who is identified by the token. */
  readonly link: string;
  readonly token: string;
  /** The link for others. */
  readonly invite: string;
  /** Whether the invite works on this computer only. */
  readonly isLocal: boolean;
}

export interface StartOptions {
  readonly title: string;
  readonly user: string;
  readonly name: string;
  /** A session to go on with instead of a new one. */
  readonly session?: string;
  readonly settings: Pick<
    Settings,
    "serverListen" | "serverSshHost" | "serverAddress" | "serverDataDir"
  >;
}

const START_MS = 60_000;

/** The arguments of `peerline start`. */
export function startArguments({ title, user, name, session, settings }: StartOptions): string[] {
  return [
    ...["start", "--json"],
    // In one word each: a title may begin with a dash.
    ...[`--title=${title}`, `--user=${user}`, `--name=${name}`],
    ...(session ? [`--session=${session}`] : []),
    ...(settings.serverListen === "ask" ? [] : [`--reach=${settings.serverListen}`]),
    ...(settings.serverListen === "ssh" ? [`--ssh-host=${settings.serverSshHost}`] : []),
    ...(settings.serverAddress ? [`--address=${settings.serverAddress}`] : []),
    ...(settings.serverDataDir ? [`--data-dir=${settings.serverDataDir}`] : []),
  ];
}

/** Start a session; or why that is not possible. */
export async function startSession(
  program: Executable,
  options: StartOptions,
  processes: Pick<Processes, "run">,
): Promise<StartedSession | { problem: string }> {
  const { serverDataDir } = options.settings;
  if (serverDataDir !== "" && !isAbsolute(serverDataDir)) {
    return { problem: "The setting peerline.server.dataDir must be an absolute path." };
  }
  let stdout: string;
  try {
    stdout = await processes.run(program, startArguments(options), { timeoutMs: START_MS });
  } catch (error) {
    const stderr = error instanceof ProcessFailed ? error.stderr.trim() : "";
    const last = stderr.split("\n").at(-1) ?? "";
    return { problem: last.replace(/^peerline: /, "") || "`peerline start` did not answer" };
  }
  return read(stdout);
}

function read(stdout: string): StartedSession | { problem: string } {
  const answer = parsed(stdout);
  if (
    typeof answer !== "object" ||
    answer === null ||
    !("link" in answer && "token" in answer && "invite" in answer && "is_local" in answer)
  ) {
    return { problem: "`peerline start` has another version" };
  }
  return {
    link: String(answer.link),
    token: String(answer.token),
    invite: String(answer.invite),
    isLocal: answer.is_local === true,
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
