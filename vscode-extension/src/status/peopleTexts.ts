// The notices about people: who joined and left, and what roles they have. Pure.
import type { Role } from "@peerline/ui/generated/protocol";
import type { ComingsAndGoings } from "../session/session";
import { shortList } from "../shared/names";

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
    wanted.all && joined.length > 0 ? `${shortList(joined.map(nameOf))} joined.` : "",
    wanted.all && gone.length > 0 ? `${shortList(gone.map(nameOf))} left.` : "",
    (wanted.all || wanted.removals) && removed.length > 0
      ? `${shortList(removed.map(nameOf))} ${removed.length === 1 ? "was" : "were"} removed.`
      : "",
  ];
  return parts.filter((part) => part !== "").join(" ");
}

function nameOf({ username }: { readonly username: string }): string {
  return username;
}
