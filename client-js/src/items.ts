// Chat messages, comments and documents after an event. Pure.
import type { DocumentEvent, ItemChange } from "./changes.ts";
import { fieldsOf } from "./decode.ts";
import type {
  ChatMessage,
  ChatMessageSent,
  Comment,
  CommentReattached,
  CommentReply,
  CommentResolved,
  Reaction,
  ReactionChanged,
  SessionChanges,
  SessionInfo,
  SharedDocument,
} from "./generated/protocol.ts";

type Item = ChatMessage | Comment | CommentReply;
const ANCHOR_FIELDS: ReadonlySet<string> = new Set(fieldsOf("Anchor"));

/** The new chat message, which knows its place. */
export function said(event: ChatMessageSent): ChatMessage {
  return { ...event.message, seq: event.seq };
}

/** The chat message, comment or reply after the event. */
export function changedItem<T extends Item>(item: T, event: ItemChange): T {
  switch (event.type) {
    case "message_edited":
      return {
        ...item,
        content: event.content,
        mentions: event.mentions ?? [],
        edited_at: event.timestamp,
      };
    case "message_deleted": {
      const { edited_at: _, ...kept } = item;
      const nothing = { content: "", mentions: [], reactions: [], deleted_at: event.timestamp };
      return { ...kept, ...nothing } as unknown as T;
    }
    case "reaction":
      return { ...item, reactions: reacted(item.reactions ?? [], event) };
  }
}

/** The thread after a change of its comment or of a reply; undefined if nothing of it is left. */
export function changedThread(thread: Comment, event: ItemChange): Comment | undefined {
  let changed: Comment;
  if (event.message_id === thread.id) {
    changed = changedItem(thread, event);
  } else {
    const replies = (thread.replies ?? []).map((reply) =>
      reply.id === event.message_id ? changedItem(reply, event) : reply,
    );
    changed = { ...thread, replies: replies.filter((reply) => reply.deleted_at === undefined) };
  }
  const isLeft = changed.deleted_at === undefined || (changed.replies ?? []).length > 0;
  return isLeft ? changed : undefined;
}

/** The thread with one more reply. */
export function repliedThread(thread: Comment, reply: CommentReply): Comment {
  return { ...thread, replies: [...(thread.replies ?? []), reply] };
}

/** The thread as resolved, with its author and time, or open again. */
export function resolvedThread(thread: Comment, event: CommentResolved): Comment {
  const { resolved_by: _by, resolved_at: _at, ...kept } = thread;
  const how = { resolved_by: event.user_id, resolved_at: event.timestamp };
  return { ...kept, resolved: event.resolved, ...(event.resolved ? how : {}) };
}

/** The thread with its new anchor; nothing of the one before stays. */
export function reattachedThread(thread: Comment, event: CommentReattached): Comment {
  const kept = Object.entries(thread).filter(([name]) => !ANCHOR_FIELDS.has(name));
  return { ...Object.fromEntries(kept), ...event.anchor } as Comment;
}

/** The session with the changes of an update. */
export function updatedSession(session: SessionInfo, changes: SessionChanges): SessionInfo {
  const { context, ...fields } = changes;
  const merged = Object.entries({ ...session.context, ...context });
  // An empty text takes an entry away.
  return { ...session, ...fields, context: Object.fromEntries(merged.filter(([, text]) => text)) };
}

/** The shared documents by their id after an event, in the order in which they were shared. */
export function changedDocuments(
  documents: ReadonlyMap<string, SharedDocument>,
  event: DocumentEvent,
): Map<string, SharedDocument> {
  const changed = new Map(documents);
  if (event.type === "document_shared") {
    changed.set(event.document.id, event.document);
    return changed;
  }
  const document = changed.get(event.document_id);
  if (event.type === "document_unshared") {
    changed.delete(event.document_id);
  } else if (document !== undefined && event.type === "document_renamed") {
    changed.set(document.id, { ...document, file: event.file });
  } else if (document !== undefined && event.type === "document_renewed") {
    const { generation, hash, lines } = event;
    changed.set(document.id, { ...document, generation, hash, lines });
  }
  return changed;
}

function reacted(reactions: readonly Reaction[], event: ReactionChanged): Reaction[] {
  const found = reactions.find((entry) => entry.emoji === event.emoji);
  const users = (found?.user_ids ?? []).filter((id) => id !== event.user_id);
  if (event.is_removed !== true) {
    users.push(event.user_id);
  }
  const changed: Reaction = { emoji: event.emoji, user_ids: users };
  if (found === undefined) {
    return users.length > 0 ? [...reactions, changed] : [...reactions];
  }
  return reactions
    .map((entry) => (entry === found ? changed : entry))
    .filter((entry) => entry !== changed || users.length > 0);
}
