// How a command was refused, in words for the user. Pure.

/** A command that the bridge or the server refused; the message is for the user. */
export class CommandRefused extends Error {
  readonly isRefusal = true;

  constructor(
    readonly code: string,
    message: string,
  ) {
    super(message);
    this.name = "CommandRefused";
  }
}

/** The bridge ended before it answered; it is started again. */
export const BRIDGE_STOPPED = "BRIDGE_STOPPED";

/** JSON-RPC's codes of a connection that was closed (vscode-jsonrpc: messages.ts, connection.ts). */
const CLOSED: ReadonlySet<unknown> = new Set([-32097, -32096, 1, 2]);

/** The names of the parts of a request, for people. */
const PARTS: Readonly<Record<string, string>> = {
  auth_token: "token",
  content: "text",
  create: "session",
  emoji: "reaction",
  file: "file name",
  invite: "invite link",
  link: "link",
  message: "message",
  query: "search",
  role: "role",
  server: "server",
  since: "date",
  status: "status",
  title: "title",
  username: "name",
};

/** A message of the bridge or the server as a person reads it: a sentence without names of fields. */
export function plainMessage(text: string): string {
  return asSentence(plainReason(text));
}

/** The same as a part of a sentence. */
export function plainReason(text: string): string {
  // The person who has just pressed the button knows the command.
  const message = text.replace(/^peerline\.\w+: /, "").trim();
  const [, field, rest] = /^([a-z]+(?:[_.][a-z0-9_]+)*): (.+)$/s.exec(message) ?? [];
  if (field === undefined || rest === undefined) {
    return message;
  }
  const part = PARTS[field] ?? PARTS[field.split(".").at(-1) ?? ""];
  if (part === undefined && !/[_.]/.test(field)) {
    return message; // a word of the sentence, and no field
  }
  const subject = part === undefined ? "one of the values" : `the ${part}`;
  if (/^(Input|String|Value|Field|Extra|List|Dictionary)\b/.test(rest)) {
    return `${subject} is not valid`; // the validator's wording is for programmers
  }
  if (/^at (most|least) /.test(rest)) {
    return `${subject} can have ${rest}`;
  }
  if (/^(is|has|must|may|cannot) /.test(rest)) {
    return `${subject} ${rest}`;
  }
  return rest.replace(/^it (is|has) /, `${subject} $1 `).replace(/^its /, `${subject}: its `);
}

/** An error of the transport as a refusal. */
export function asRefusal(error: unknown): CommandRefused {
  if (error instanceof CommandRefused) {
    return error;
  }
  if (error instanceof Error && "code" in error && CLOSED.has(error.code)) {
    return new CommandRefused(
      BRIDGE_STOPPED,
      "Peerline's bridge stopped before it answered. Try again in a moment.",
    );
  }
  const data: unknown = error instanceof Error && "data" in error ? error.data : undefined;
  const code =
    typeof data === "object" && data !== null && "error_code" in data
      ? String(data.error_code)
      : "FAILED";
  return new CommandRefused(
    code,
    plainMessage(error instanceof Error ? error.message : String(error)),
  );
}

/** A text with a capital letter and a full stop. */
export function asSentence(text: string): string {
  const [first = "", ...rest] = text;
  const sentence = first.toLocaleUpperCase() + rest.join("");
  return /[.!?…]$/.test(sentence) || sentence === "" ? sentence : `${sentence}.`;
}
