// The server's refusals in words: the protocol names the field, a person reads a sentence. Pure.
import type { ErrorCode } from "./generated/protocol.ts";
import { revealControls } from "./text.ts";

const FIELD = /^([a-z][a-z0-9_]*(?:[.[][A-Za-z0-9_?\]-]+)*): (.+)$/s;
/** How pydantic begins what it says of a field's value. */
const ABOUT_VALUE = /^(?:String|Input|Value|List|Dictionary|Tuple|Datetime|Number|Field) (?=\S)/;
const CONTINUES = ["must ", "is ", "has ", "needs ", "should "];
const NAMES = new Map([
  ["auth_token", "token"],
  ["comment_id", "comment"],
  ["content", "text"],
  ["file", "file name"],
  ["invite_id", "invite"],
  ["message_id", "message"],
  ["parent_id", "message"],
  ["session_id", "session"],
  ["user_id", "participant"],
  ["username", "name"],
]);

/** A refusal without the name of a field; a text that has none stays as it is. */
export function inWords(code: ErrorCode, message: string): string {
  const text = revealControls(message);
  const found = FIELD.exec(text);
  if (found === null) {
    return text;
  }
  const name = nameOf(found[1] ?? "");
  const rest = sentence(name, found[2] ?? "");
  if (rest.trim() === "") {
    return code;
  }
  const [first = "", ...others] = rest;
  return `${first.toUpperCase()}${others.join("")}${/[.!?]$/.test(rest) ? "" : "."}`;
}

function sentence(name: string, said: string): string {
  let rest = said;
  if (name === "token") {
    rest = rest.replace(/^it (?=\S)/, "your token ").replace(/^its (?=\S)/, "your token's ");
  } else if (rest.startsWith("at most ") || rest.startsWith("at least ")) {
    return `the ${name} can have ${rest}`;
  } else if (rest.startsWith("this field is not known")) {
    return `this server does not know the ${name}: it may be older than this program`;
  } else if (CONTINUES.some((start) => rest.startsWith(start))) {
    return `the ${name} ${rest}`;
  } else {
    rest = rest.replace(ABOUT_VALUE, `the ${name} `);
  }
  return rest;
}

function nameOf(path: string): string {
  const parts = path.split(/[.[]/).map((part) => part.replace(/\]+$/, ""));
  const last = parts.findLast((part) => !/^\d+$/.test(part)) ?? path;
  return NAMES.get(last) ?? last.replaceAll("_", " ");
}
