// A sentence about what a user has written in a session and nobody else has yet. Pure.

/** The numbers of what was written and not sent. */
export interface Unwritten {
  /** Messages, comments and replies that wait or were refused. */
  readonly messages: number;
  /** Shared files with edits that the server does not have. */
  readonly files: number;
  /** Texts of edits that could not be kept in a shared file. */
  readonly texts: number;
  /** Drafts of messages, comments and replies. */
  readonly drafts: number;
}

/** The sentence; undefined if everything was sent. */
export function unsentText({ messages, files, texts, drafts }: Unwritten): string | undefined {
  const parts = [
    counted(messages, "message", "messages"),
    counted(files, "file with edits", "files with edits"),
    counted(texts, "text that could not be kept", "texts that could not be kept"),
    counted(drafts, "draft", "drafts"),
  ].filter((part) => part !== "");
  const last = parts.pop();
  if (last === undefined) {
    return undefined;
  }
  const all = parts.length === 0 ? last : `${parts.join(", ")} and ${last}`;
  return `Not sent yet: ${all}.`;
}

function counted(count: number, one: string, many: string): string {
  return count === 0 ? "" : `${count} ${count === 1 ? one : many}`;
}
