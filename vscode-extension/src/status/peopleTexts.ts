// The notices about people: who is here, who joined and left, and what roles they have. Pure.
import type { Role } from "@peerline/ui/generated/protocol";
import { nameList } from "@peerline/ui/model/format";
import type { ComingsAndGoings } from "../session/session";
import { oneLine } from "../shared/names";

/** More names than these are counted. */
const MAX_NAMES = 3;

const ROLE_TEXTS: { readonly [Name in Role]: string } = {
  host: "You are a host now: you can invite people, change roles and remove people.",
  editor: "You are an editor now: you can write in shared files and the chat, and comment.",
  viewer:
    "You are a viewer now: you see everything, but you cannot write in shared files or the chat, or comment.",
};

/** For the participant whose role was changed. */
export function roleText(role: Role): string {
  return ROLE_TEXTS[role];
}

/** The session that was joined, and the others who are there. */
export function arrivalText(title: string | undefined, others: readonly string[]): string {
  const session = title === undefined ? "the session" : `"${oneLine(title)}"`;
  return others.length === 0
    ? `You joined ${session}. Nobody else is here yet.`
    : `You joined ${session} with ${names(others)}.`;
}

/** The news that are told: those about everybody, and about people removed by a host. */
export interface Wanted {
  readonly all: boolean;
  readonly removals: boolean;
}

/** The people who joined, left and were removed; empty if nothing is to be told. */
export function comingsText({ joined, left }: ComingsAndGoings, wanted: Wanted): string {
  const removed = left.filter((person) => person.was_removed === true);
  const gone = left.filter((person) => person.was_removed !== true);
  const parts = [
    wanted.all && joined.length > 0 ? `${names(joined.map(nameOf))} joined.` : "",
    wanted.all && gone.length > 0 ? `${names(gone.map(nameOf))} left.` : "",
    (wanted.all || wanted.removals) && removed.length > 0
      ? `${names(removed.map(nameOf))} ${removed.length === 1 ? "was" : "were"} removed.`
      : "",
  ];
  return parts.filter((part) => part !== "").join(" ");
}

function nameOf({ username }: { readonly username: string }): string {
  return username;
}

function names(all: readonly string[]): string {
  return nameList(
    all.map((name) => oneLine(name)),
    MAX_NAMES,
  );
}
