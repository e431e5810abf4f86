// The initials of everybody in the panel, which differ where the names do.
import { createContext } from "preact";
import { useMemo } from "preact/hooks";
import type { EditorChatMessage, EditorParticipant } from "../generated/protocol";
import { distinctInitials } from "../model/initials";

export const InitialsContext = createContext<ReadonlyMap<string, string>>(new Map());

/** The initials by name, of the people who are here and of the authors of messages. */
export function useInitials(
  participants: readonly EditorParticipant[],
  messages: readonly EditorChatMessage[],
): ReadonlyMap<string, string> {
  const names = useMemo(() => {
    const all = [...participants, ...messages].map(({ username }) => username);
    return [...new Set(all)].sort().join("\n");
  }, [participants, messages]);
  return useMemo(() => distinctInitials(names.split("\n")), [names]);
}
