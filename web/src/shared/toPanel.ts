// The session as the panel shows it, made from the replica. Pure.
import {
  type AgentPrompted,
  type Change,
  type ChatMessage,
  colorOf,
  type FileEvent,
  type Participant,
  type PendingItem,
  type Presence,
  type PromptChanged,
  type Replica,
  revealControls,
  type SessionUpdate,
} from "@peerline/client/session";
import { SHOWN_PROMPT_CHARS } from "@peerline/ui/generated/limits";
import type {
  EditorAgent,
  EditorChatMessage,
  EditorFileChange,
  EditorParticipant,
  EditorReaction,
} from "@peerline/ui/generated/protocol";

/** A message that was not sent yet has its request's id behind this. */
const PENDING = "pending-";
const NO_PRESENCE: Presence = { status: "active" };
const ROLE_WITH_ARTICLE = { host: "a host", editor: "an editor", viewer: "a viewer" } as const;
/** The fields of a session that are reported in the chat when they change. */
const WORTH_A_LINE = ["title", "status", "model"] as const;

/** The `request_id` of a message that was not sent yet; nothing for the others. */
export function requestOf(messageId: string): string | undefined {
  return messageId.startsWith(PENDING) ? messageId.slice(PENDING.length) : undefined;
}

/** Turns the replica's objects into the panel's. */
export class Views {
  readonly #replica: Replica;
  readonly #colors: ReadonlyMap<string, number>;

  constructor(replica: Replica, colors: ReadonlyMap<string, number>) {
    this.#replica = replica;
    this.#colors = colors;
  }

  /** The id of the own user; empty before the session is joined. */
  get me(): string {
    return this.#replica.connected?.user.id ?? "";
  }

  color(userId: string): number {
    return this.#colors.get(userId) ?? colorOf(userId);
  }

  /** The name of a participant, or the id of somebody who is not here. */
  nameOf(userId: string): string {
    const person = this.#replica.participants.get(userId);
    return person === undefined ? userId : oneLine(person.username);
  }

  /** Text of others in one line. */
  oneLine(text: string): string {
    return oneLine(text);
  }

  participants(followed?: string): EditorParticipant[] {
    return [...this.#replica.participants.values()].map((person) =>
      this.#participant(person, followed),
    );
  }

  message(said: ChatMessage): EditorChatMessage {
    const mentions = said.mentions ?? [];
    const { parent_id } = said;
    return {
      id: said.id,
      kind: "chat",
      user_id: said.user_id,
      username: oneLine(said.username),
      color: this.color(said.user_id),
      content: revealControls(said.content),
      mentions: mentions.map((id) => this.nameOf(id)),
      mentions_me: mentions.includes(this.me),
      is_me: said.user_id === this.me,
      is_edited: said.edited_at !== undefined,
      is_deleted: said.deleted_at !== undefined,
      reactions: this.#reactions(said),
      ...(parent_id === undefined ? {} : { parent_id }),
      timestamp: said.timestamp,
      seq: said.seq,
    };
  }

  /** A chat message that waits or was refused; nothing for the other requests. */
  pending(item: PendingItem): EditorChatMessage | undefined {
    const { message, requestId, refusal } = item;
    if (message.type !== "chat_message") {
      return undefined;
    }
    const { content, parent_id } = message;
    return {
      id: `${PENDING}${requestId}`,
      kind: "chat",
      user_id: this.me,
      username: this.nameOf(this.me),
      color: this.color(this.me),
      content: revealControls(content),
      is_me: true,
      is_pending: true,
      ...(refusal === undefined ? {} : { refusal: refusal.text }),
      ...(parent_id === undefined ? {} : { parent_id }),
      timestamp: item.since,
    };
  }

  file(event: FileEvent): EditorFileChange {
    const { file, change, old_file, lines_added, lines_removed } = event.data;
    return {
      id: `event-${event.seq}`,
      user_id: event.user_id,
      username: oneLine(event.username),
      color: this.color(event.user_id),
      file: oneLine(file),
      change,
      ...(old_file === undefined ? {} : { old_file: oneLine(old_file) }),
      ...(lines_added === undefined ? {} : { lines_added }),
      ...(lines_removed === undefined ? {} : { lines_removed }),
      timestamp: event.timestamp,
    };
  }

  /** The line that a change adds to the chat, or changes in it; most add none. */
  line(change: Change): EditorChatMessage | undefined {
    switch (change.kind) {
      case "chatAdded":
      case "messageChanged":
        return this.message(change.message);
      case "joined": {
        const { id, username, joined_at } = change.participant;
        const isTold = change.isNew && joined_at !== undefined;
        return isTold ? this.#system(id, username, "joined", joined_at) : undefined;
      }
      case "left":
        return this.#said(change.participant, "left", change.at);
      case "removed":
        return this.#said(change.participant, "was removed", change.at);
      case "roleGiven": {
        const role = ROLE_WITH_ARTICLE[change.participant.role];
        return this.#said(change.participant, `is ${role} now`, change.at);
      }
      case "renamed": {
        const { id, username } = change.participant;
        return this.#system(id, change.before, `is now called ${username}`, change.at);
      }
      case "fileChanged":
        return this.#fileLine(change.event);
      case "approvalOpened": {
        const { user_id, username, title } = change.event.approval;
        return this.#system(user_id, username, `asks: ${title}`, change.event.timestamp);
      }
      case "approvalClosed":
        return this.#closed(change);
      case "promptsMoved":
        return this.#promptLine(change.event);
      case "sessionChanged":
        return this.#sessionLine(change.event);
      default:
        return undefined;
    }
  }

  #participant(person: Participant, followed: string | undefined): EditorParticipant {
    const { cursor, status = "active", typing_in } = person.presence ?? NO_PRESENCE;
    return {
      user_id: person.id,
      username: oneLine(person.username),
      role: person.role,
      color: this.color(person.id),
      status,
      is_me: person.id === this.me,
      is_followed: person.id === followed,
      is_writing: status === "typing" && typing_in === "chat",
      ...(cursor == null ? {} : { file: oneLine(cursor.file), line: cursor.line }),
      ...(cursor?.cell === undefined ? {} : { cell: cursor.cell }),
      ...(person.kind === "agent" ? { agent: this.agent(person) } : {}),
    };
  }

  /** An agent, without its queue. */
  agent({ agent, activity }: Participant): EditorAgent {
    const { context_used: used, context_limit: limit, cost, currency } = activity?.usage ?? {};
    const model = activity?.model ?? agent?.model;
    const doing = activity?.doing;
    return {
      owner: agent === undefined ? "" : this.nameOf(agent.owner_id),
      product: agent?.product ?? "agent",
      ...(model == null ? {} : { model: oneLine(model) }),
      ...(activity === undefined ? {} : { state: activity.state }),
      ...(doing == null ? {} : { doing: oneLine(doing) }),
      plan: (activity?.plan ?? []).map(({ text, status = "pending" }) => ({
        text: oneLine(text),
        status,
      })),
      ...(used == null || !limit ? {} : { context_percent: Math.round((100 * used) / limit) }),
      ...(cost == null ? {} : { cost }),
      ...(currency == null ? {} : { currency }),
      ...(activity?.health == null ? {} : { health: activity.health }),
    };
  }

  #reactions(said: ChatMessage): EditorReaction[] {
    return (said.reactions ?? []).map(({ emoji, user_ids }) => ({
      emoji: oneLine(emoji),
      names: user_ids.map((id) => this.nameOf(id)),
      is_mine: user_ids.includes(this.me),
    }));
  }

  #said(person: Participant, text: string, at: string): EditorChatMessage {
    return this.#system(person.id, person.username, text, at);
  }

  #system(
    userId: string,
    username: string,
    text: string,
    at: string,
    seq = this.#replica.seq,
  ): EditorChatMessage {
    return {
      id: `event-${seq}`,
      kind: "system",
      user_id: userId,
      username: oneLine(username),
      color: this.color(userId),
      content: oneLine(text),
      timestamp: at,
      seq,
    };
  }

  /** The end of a question, by the person who answered or the agent. */
  #closed({ approval, event }: Extract<Change, { kind: "approvalClosed" }>): EditorChatMessage {
    const { answer, user_id, by, comment, timestamp } = event;
    const what = approval === undefined ? "a question" : `“${approval.title}”`;
    const agent = this.nameOf(user_id);
    const remark = comment == null ? "" : `: ${comment}`;
    switch (answer) {
      case "allow_once":
        return this.#system(
          by,
          this.nameOf(by),
          `allowed ${what} once for ${agent}${remark}`,
          timestamp,
        );
      case "deny":
        return this.#system(by, this.nameOf(by), `denied ${what} for ${agent}${remark}`, timestamp);
      case "expired":
        return this.#system(user_id, agent, `got no answer to ${what} in time`, timestamp);
      default:
        return this.#system(user_id, agent, `no longer asks ${what}`, timestamp);
    }
  }

  /** A prompt that no chat message shows, or that somebody ends. */
  #promptLine(event: AgentPrompted | PromptChanged): EditorChatMessage | undefined {
    const { timestamp } = event;
    if (event.type === "agent_prompted") {
      const { message_id, user_id, username, agent_id, text } = event.prompt;
      const begin = [...text].slice(0, SHOWN_PROMPT_CHARS).join("");
      return message_id == null
        ? this.#system(user_id, username, `prompts ${this.nameOf(agent_id)}: ${begin}`, timestamp)
        : undefined;
    }
    const { state, by, agent_id } = event;
    const agent = this.nameOf(agent_id);
    return state === "cancelled"
      ? this.#system(by, this.nameOf(by), `cancelled a prompt for ${agent}`, timestamp)
      : state === "stopping"
        ? this.#system(by, this.nameOf(by), `stops ${agent}`, timestamp)
        : undefined;
  }

  #fileLine(event: FileEvent): EditorChatMessage {
    const { file, change, old_file, lines_added, lines_removed } = event.data;
    const whence = old_file === undefined ? "" : `${old_file} to `;
    const counts = [
      ...(lines_added === undefined ? [] : [`+${lines_added}`]),
      ...(lines_removed === undefined ? [] : [`-${lines_removed}`]),
    ].join(" ");
    const text = `${change} ${whence}${file}${counts === "" ? "" : ` (${counts})`}`;
    return this.#system(event.user_id, event.username, text, event.timestamp, event.seq);
  }

  #sessionLine(event: SessionUpdate): EditorChatMessage | undefined {
    const { changes } = event;
    const set = WORTH_A_LINE.filter((name) => changes[name] != null).map(
      (name) => `${name}: ${changes[name]}`,
    );
    const told = set.length === 0 ? [] : [`set ${set.join(", ")}`];
    if (changes.join_approval != null) {
      const who = changes.join_approval ? "users that a host approves" : "everybody with a link";
      told.push(`admits ${who}`);
    }
    if (told.length === 0 || event.derived === true) {
      return undefined; // the header shows what agents use
    }
    const name = this.nameOf(event.updated_by);
    return this.#system(event.updated_by, name, told.join(", "), event.timestamp, event.seq);
  }
}

/** Text in one line: breaks and tabs become spaces. */
export function oneLine(text: string, allSpaces?: boolean): string {
  return revealControls(text.replace(/\r\n|[\r\n\t]/g, " "), "", allSpaces);
}
