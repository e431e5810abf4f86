// The next and the previous open thread, through all files and around. Pure.
import type { EditorThread } from "@peerline/ui/generated/protocol";

/** A thread and the URI of its document. */
export interface PlacedThread {
  readonly uri: string;
  readonly thread: EditorThread;
}

/** The user's place: a line, and the thread that was gone to last. */
export interface Here {
  readonly uri: string;
  readonly line: number;
  readonly threadId?: string | undefined;
}

/** A thread that was gone to, and the document in which it was shown. */
export interface Visit {
  readonly threadId: string;
  readonly shownIn: string;
  /** Whether that document has only the code that the thread quotes. */
  readonly isQuote: boolean;
}

/** The user's place among the threads: what was shown for want of a file counts as the file. */
export function hereOf(
  cursor: Pick<Here, "uri" | "line"> | undefined,
  visit: Visit | undefined,
  threads: readonly PlacedThread[],
): Here | undefined {
  if (cursor === undefined || visit === undefined) {
    return cursor;
  }
  const { threadId, shownIn, isQuote } = visit;
  const visited = threads.find(({ thread }) => thread.id === threadId);
  if (visited === undefined || cursor.uri !== shownIn) {
    return { ...cursor, threadId };
  }
  return { uri: visited.uri, line: isQuote ? visited.thread.line : cursor.line, threadId };
}

/** The open thread after the user's place, or before it; undefined if there is none. */
export function neighbor(
  threads: Iterable<PlacedThread>,
  here: Here | undefined,
  direction: "next" | "previous",
): PlacedThread | undefined {
  const open = [...threads].filter(({ thread }) => !thread.resolved).sort(compare);
  if (here === undefined) {
    return direction === "next" ? open[0] : open.at(-1);
  }
  const at = ({ uri, thread }: PlacedThread) => uri === here.uri && thread.line === here.line;
  // Of several threads on a line, the one that was gone to last is where the user is.
  const last = open.findIndex((one) => at(one) && one.thread.id === here.threadId);
  if (direction === "next") {
    const next = last >= 0 ? last + 1 : open.findIndex((one) => isBehind(one, here));
    return open[next] ?? open[0];
  }
  const previous = last >= 0 ? last - 1 : open.findLastIndex((one) => isBefore(one, here));
  return open[previous] ?? open.at(-1);
}

function compare(one: PlacedThread, other: PlacedThread): number {
  return (
    order(one.uri, other.uri) ||
    one.thread.line - other.thread.line ||
    order(one.thread.timestamp, other.thread.timestamp)
  );
}

function isBehind({ uri, thread }: PlacedThread, here: Here): boolean {
  return order(uri, here.uri) > 0 || (uri === here.uri && thread.line > here.line);
}

function isBefore({ uri, thread }: PlacedThread, here: Here): boolean {
  return order(uri, here.uri) < 0 || (uri === here.uri && thread.line < here.line);
}

function order(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}
