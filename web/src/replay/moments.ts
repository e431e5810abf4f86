// The activity of a session as moments on a timeline. Pure.
import type { ActivityEntry } from "@peerline/client/session";
import {
  type AgentDeed,
  agentDeed,
  answerDeed,
  promptChange,
  promptDeed,
  questionDeed,
} from "./agentDeeds.ts";

export const LANES = ["chat", "comments", "files", "agents", "people"] as const;
export type Lane = (typeof LANES)[number];
export const LANE_NAMES: Readonly<Record<Lane, string>> = {
  chat: "Chat",
  comments: "Comments",
  files: "Files",
  agents: "Agents",
  people: "People",
};

/** Something that somebody did. Everything but the lane is text of others. */
export interface Moment {
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly lane: Lane;
  readonly userId: string;
  readonly name: string;
  /** As it follows the name. */
  readonly did: string;
  /** A message, comment or reply. */
  readonly said?: string;
  /** The code that a comment is about. */
  readonly code?: string;
}

interface Deed {
  readonly lane: Lane;
  readonly did: string;
  readonly said?: string;
  readonly code?: string;
}

/** The moments of a page of the activity, oldest first. */
export function momentsOf(entries: readonly ActivityEntry[]): Moment[] {
  return entries
    .flatMap((entry): Moment[] => {
      const deed = deedOf(entry);
      const at = Date.parse(entry.timestamp);
      return deed === undefined || Number.isNaN(at)
        ? []
        : [{ at, userId: entry.user_id, name: entry.username, ...deed }];
    })
    .reverse()
    .sort((one, other) => one.at - other.at);
}

function deedOf({ event, trail, edit }: ActivityEntry): Deed | undefined {
  if (trail !== undefined) {
    const { file, start_line: start, end_line: end } = trail;
    return { lane: "files", did: `was in ${file}, ${lines(start, end)}` };
  }
  if (edit !== undefined) {
    const { file, inserted, deleted } = edit;
    return { lane: "files", did: `edited ${file} (+${inserted} -${deleted} characters)` };
  }
  switch (event?.type) {
    case "chat_message": {
      const { content, deleted_at } = event.message;
      return deleted_at === undefined
        ? { lane: "chat", did: "wrote", said: content }
        : { lane: "chat", did: "wrote a message that was deleted" };
    }
    case "message_edited":
      return event.comment_id === undefined
        ? { lane: "chat", did: "changed a message to", said: event.content }
        : { lane: "comments", did: "changed a comment to", said: event.content };
    case "message_deleted":
      return event.comment_id === undefined
        ? { lane: "chat", did: "deleted a message" }
        : { lane: "comments", did: "deleted a comment" };
    case "reaction": {
      const lane = event.comment_id === undefined ? "chat" : "comments";
      return event.is_removed === true
        ? { lane, did: `took ${event.emoji} back` }
        : { lane, did: `reacted with ${event.emoji}` };
    }
    case "code_comment": {
      const { file, line, content, code_snippet: code, deleted_at } = event.comment;
      const did = `commented on ${file}:${line}`;
      return deleted_at === undefined
        ? { lane: "comments", did, said: content, ...(code === undefined ? {} : { code }) }
        : { lane: "comments", did: `${did}; the comment was deleted` };
    }
    case "comment_reply":
      return event.reply.deleted_at === undefined
        ? { lane: "comments", did: "replied", said: event.reply.content }
        : { lane: "comments", did: "wrote a reply that was deleted" };
    case "comment_resolved":
      return {
        lane: "comments",
        did: event.resolved ? "resolved a comment" : "reopened a comment",
      };
    case "comment_reattached":
      return { lane: "comments", did: "attached a comment to other lines" };
    case "file_event": {
      const { file, change, old_file: old } = event.data;
      return { lane: "files", did: `${change} ${old === undefined ? "" : `${old} to `}${file}` };
    }
    case "document_shared":
      return { lane: "files", did: `shared ${event.document.file}` };
    case "document_unshared":
      return { lane: "files", did: `stopped sharing ${event.file}` };
    case "document_renamed":
      return { lane: "files", did: `renamed ${event.old_file} to ${event.file}` };
    case "user_joined":
      return { lane: "people", did: `joined as ${event.user.role}` };
    case "user_left":
      return { lane: "people", did: "left" };
    case "role_changed":
      return {
        lane: "people",
        did: `is ${event.role === "editor" ? "an" : "a"} ${event.role} now`,
      };
    case "name_changed":
      return { lane: "people", did: `is now called ${event.name}` };
    case "participant_removed":
      return { lane: "people", did: event.is_banned === true ? "was banned" : "was removed" };
    case "session_update":
      return { lane: "people", did: changeText(event.changes) };
    case "agent_event":
      return ofAgents(agentDeed(event));
    case "approval_asked":
      return ofAgents(questionDeed(event));
    case "approval_answered":
      return ofAgents(answerDeed(event));
    case "agent_prompted":
      return ofAgents(promptDeed(event));
    case "prompt_changed":
      return ofAgents(promptChange(event));
    case "session_ended":
      return { lane: "people", did: "ended the session for everyone" };
    default:
      return undefined; // nobody did it, or it is newer than this page
  }
}

function ofAgents(deed: AgentDeed | undefined): Deed | undefined {
  return deed === undefined ? undefined : { lane: "agents", ...deed };
}

function changeText({ title }: { title?: string | null }): string {
  return title == null ? "changed the session" : `called the session ${title}`;
}

function lines(start: number, end: number): string {
  return start === end ? `line ${start}` : `lines ${start} to ${end}`;
}
