// The panel's state, and how a message of the host or an act of the user changes it. Pure.

import type {
  EditorApproval,
  EditorChat,
  EditorChatMessage,
  EditorFileChange,
  EditorParticipant,
  EditorState,
} from "../generated/protocol";
import type { Recent, ToPanel } from "../messages";
import { asSentence } from "../refusal";
import { type AgentWorks, worksAfter, worksWithout } from "./agentWork";
import { ChatLog } from "./chatLog";
import { askHosts } from "./hosts";
import { type SessionName, shownAfter } from "./shownSession";
import { counts, lastSeq, unreadAfter } from "./unread";

export interface PanelState {
  /** Whether the host has told anything yet. */
  isReady: boolean;
  connection: EditorState;
  /** The session of the messages, which stay when it is left. */
  shown?: SessionName;
  participants: readonly EditorParticipant[];
  files: readonly EditorFileChange[];
  /** The open questions of agents, where the host shows them in the panel. */
  approvals?: readonly EditorApproval[];
  /** The work of the agents that are looked at, by their ids. */
  works: AgentWorks;
  messages: readonly EditorChatMessage[];
  hasMore: boolean;
  history: { isLoading: boolean; refusal?: string };
  /** How many messages of mine are on their way. */
  sending: number;
  /** Why the text in the composer was not sent when it was tried last. */
  refusal?: string;
  readSeq: number;
  /** Whether the host shows the participants in a list of its own. */
  hasOwnList?: boolean;
  /** Whether participants can be followed from the panel. */
  canFollow?: boolean;
  /** The sessions that the user was in, the latest first. */
  recent: readonly Recent[];
  isAttentive: boolean;
  isAtBottom: boolean;
  /** The message before which the unread divider stands. */
  firstUnread?: string;
  /** The announcement for a screen reader, and a count, so that the same text can be announced twice. */
  announcement: { text: string; count: number };
}

/** The events in the page itself. */
export type Act =
  | { type: "scrolled"; isAtBottom: boolean }
  | { type: "loading" }
  /** The text in the composer was sent or discarded. */
  | { type: "tried" }
  | { type: "announce"; text: string }
  /** An agent is not looked at any more. */
  | { type: "unwatched"; agentId: string };

export const INITIAL: PanelState = {
  isReady: false,
  connection: { state: "offline", participants: 0 },
  participants: [],
  files: [],
  works: {},
  messages: [],
  hasMore: false,
  history: { isLoading: false },
  sending: 0,
  readSeq: 0,
  recent: [],
  isAttentive: false,
  isAtBottom: true,
  announcement: { text: "", count: 0 },
};

const MAX_ANNOUNCED = 240;

/** The state after a message or an act. */
export function reduce(state: PanelState, message: ToPanel | Act): PanelState {
  switch (message.type) {
    case "snapshot": {
      const { snapshot } = message;
      const { state: connection, ...rest } = snapshot;
      const [first] = unreadAfter(snapshot.messages, snapshot.readSeq);
      return settle({
        ...state,
        ...rest,
        isReady: true,
        connection,
        shown: shownAfter(snapshot.shown, connection),
        history: { isLoading: false },
        firstUnread: first?.id,
        // The page goes to the first unread message, and sees then what more there is.
        isAtBottom: first === undefined,
      });
    }
    case "state":
      return takeConnection(state, message.state);
    case "participants":
      return { ...state, participants: message.participants };
    case "approvals":
      return { ...state, approvals: message.approvals };
    case "agentWork":
      return { ...state, works: worksAfter(state.works, message.work) };
    case "unwatched":
      return { ...state, works: worksWithout(state.works, message.agentId) };
    case "recent":
      return { ...state, recent: message.recent };
    case "files":
      return { ...state, files: message.files };
    case "chat":
      return takeChat(state, message.chat);
    case "sending":
      return { ...state, sending: message.count };
    case "returned":
      return { ...state, refusal: message.returned.refusal };
    case "tried":
      return { ...state, refusal: undefined };
    case "history":
      return { ...state, history: { isLoading: false, refusal: message.refusal } };
    case "loading":
      return { ...state, history: { isLoading: true } };
    case "attention": {
      const isDone = !message.isAttentive && unread(state).length === 0;
      return settle({
        ...state,
        isAttentive: message.isAttentive,
        // It has served its purpose: the next time it shows what arrived since.
        firstUnread: isDone ? undefined : state.firstUnread,
      });
    }
    case "scrolled":
      return state.isAtBottom === message.isAtBottom
        ? state
        : settle({ ...state, isAtBottom: message.isAtBottom });
    case "read":
      return { ...state, readSeq: Math.max(state.readSeq, message.seq) };
    case "announce":
      return announce(state, message.text);
    default:
      return state;
  }
}

/** The messages of others that have not been seen. */
export function unread(state: PanelState): EditorChatMessage[] {
  return unreadAfter(state.messages, state.readSeq);
}

/** Why nothing can be written now; nothing if it can. */
export function blockedReason(
  { state, role, reason }: EditorState,
  people: readonly EditorParticipant[],
): string | undefined {
  if (role === "viewer" && (state === "joined" || state === "reconnecting")) {
    const asked = askHosts(people, "to make you an editor");
    return `You are a viewer and can only read. To write, ${asked}.`;
  }
  switch (state) {
    case "joined":
      return undefined;
    case "connecting":
      return "Connecting to the session…";
    case "waiting":
      return "A host must admit you first.";
    case "reconnecting":
      return undefined; // the bridge sends it when the connection is back
    default:
      return reason ? asSentence(reason) : "You are not in a session.";
  }
}

/** The session that was left and can be joined again; nothing if there is none. */
export function rejoinable({ connection, shown }: PanelState): SessionName | undefined {
  return connection.state === "offline" && !connection.is_over ? shown : undefined;
}

/** The banner about the connection; nothing while all is well. */
export function connectionNote({ state, reason }: EditorState): string | undefined {
  switch (state) {
    case "joined":
      return undefined;
    case "connecting":
      return "Connecting…";
    case "waiting":
      return "Waiting for a host to admit you.";
    case "reconnecting":
      return because("Reconnecting", reason);
    default:
      return because("Not in a session", reason);
  }
}

function because(what: string, reason: string | undefined): string {
  return reason === undefined || reason === "" ? `${what}.` : `${what}. ${asSentence(reason)}`;
}

function takeConnection(state: PanelState, connection: EditorState): PanelState {
  const { connection: before, history } = state;
  return announceState(
    {
      ...state,
      connection,
      shown: shownAfter(state.shown, connection),
      // The reason why older messages did not come was one of the connection then.
      history: before.state === connection.state ? history : { isLoading: false },
    },
    before,
  );
}

function takeChat(state: PanelState, chat: EditorChat): PanelState {
  const log = new ChatLog(state.messages, state.hasMore);
  const added = log.apply(chat);
  const next = { ...state, messages: log.messages, hasMore: log.hasMore };
  if (chat.prepend) {
    return next;
  }
  if (chat.reset) {
    const [first] = unreadAfter(log.messages, state.readSeq);
    return settle({ ...next, firstUnread: first?.id });
  }
  const authors = new Set(added.map(({ user_id }) => user_id));
  if (state.participants.some((person) => person.is_writing && authors.has(person.user_id))) {
    // The list of people typing arrives a little later; the author of a message is no longer typing it.
    next.participants = state.participants.map((person) =>
      authors.has(person.user_id) ? { ...person, is_writing: false } : person,
    );
  }
  const news = added.filter(counts);
  if (added.some((message) => message.is_me && message.kind === "chat")) {
    next.firstUnread = undefined;
  } else if (news[0] !== undefined && !isReading(state) && unread(state).length === 0) {
    next.firstUnread = news[0].id;
  }
  return settle(announceNews(next, news));
}

/** Mark the visible messages as read. */
function settle(state: PanelState): PanelState {
  const last = lastSeq(state.messages);
  return isReading(state) && last > state.readSeq ? { ...state, readSeq: last } : state;
}

function isReading({ isAttentive, isAtBottom }: PanelState): boolean {
  return isAttentive && isAtBottom;
}

function announceNews(state: PanelState, news: readonly EditorChatMessage[]): PanelState {
  return news.length === 0
    ? state
    : announce(state, news.map(({ username, content }) => `${username}: ${content}`).join("\n"));
}

function announceState(state: PanelState, before: EditorState): PanelState {
  const { connection } = state;
  if (before.state !== connection.state) {
    return announce(state, connectionNote(connection) ?? `Joined ${connection.title ?? ""}`.trim());
  }
  return before.role !== connection.role && connection.role !== undefined
    ? announce(state, `You are ${connection.role} now.`)
    : state;
}

function announce(state: PanelState, text: string): PanelState {
  const shown = text.length > MAX_ANNOUNCED ? `${text.slice(0, MAX_ANNOUNCED)}…` : text;
  return { ...state, announcement: { text: shown, count: state.announcement.count + 1 } };
}
