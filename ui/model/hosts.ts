// The hosts of a session in words, for a user who may not do what they may. Pure.
import type { EditorParticipant } from "../generated/protocol";
import { revealed } from "./reveal";

type Person = Pick<EditorParticipant, "username" | "role" | "agent">;

/** The advice to ask the hosts for what only they may do: `ask alice, the host, for a link`. */
export function askHosts(people: readonly Person[], wanted: string): string {
  const [first, other, ...more] = people
    .filter(({ role, agent }) => role === "host" && agent == null)
    .map(({ username }) => revealed(username));
  if (first === undefined) {
    return `ask a host ${wanted}`;
  }
  if (other === undefined) {
    return `ask ${first}, the host, ${wanted}`;
  }
  return more.length === 0
    ? `ask ${first} or ${other}, the hosts, ${wanted}`
    : `ask a host, such as ${first}, ${wanted}`;
}
