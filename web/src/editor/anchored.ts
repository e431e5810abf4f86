// The things that have a place in a text, but for the user's own drafts.
import type { Anchored } from "../code/anchors.ts";
import { NEW, WAITING } from "../code/drafts.ts";
import type { CodeModel } from "../code/ports.ts";

/** Drafts of others, open threads, and comments that wait, with their ids. */
export function* anchoredIn({
  client,
  drafts,
}: CodeModel): Iterable<[id: string, anchor: Anchored]> {
  for (const { id, anchor } of client.replica.drafts) {
    if (anchor !== undefined && drafts.comment(NEW + id) === undefined) {
      yield [NEW + id, anchor];
    }
  }
  for (const thread of client.replica.threads.values()) {
    yield [thread.id, thread];
  }
  for (const { requestId, message } of client.unsent.items) {
    if (message.type === "add_comment") {
      yield [WAITING + requestId, message.data];
    }
  }
}
