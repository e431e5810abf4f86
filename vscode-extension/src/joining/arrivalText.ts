// The notice to a user who has joined a session: where they are, and who else is. Pure.
import { oneLine, shortList } from "../shared/names";

export function arrivalText(title: string | undefined, others: readonly string[]): string {
  const session = title === undefined ? "the session" : `"${oneLine(title)}"`;
  return others.length === 0
    ? `You joined ${session}. Nobody else is here yet.`
    : `You joined ${session} with ${shortList(others)}.`;
}
