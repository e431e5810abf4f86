// The messages between the panel's page and its host, and the check of those from the page. Pure.
import { MAX_CONTENT_CHARS, MAX_EMOJI_CHARS } from "./generated/limits";
import type {
  EditorAgentWork,
  EditorApproval,
  EditorChat,
  EditorChatMessage,
  EditorFileChange,
  EditorParticipant,
  EditorState,
} from "./generated/protocol";
import { asPlace, type CodePlace } from "./model/references";
import { asWebLink } from "./model/richText";
import type { SessionName } from "./model/shownSession";

/** A message of mine that was not taken: its text belongs into the composer again. */
export interface Returned {
  content: string;
  parentId?: string;
  /** Why it was not taken. */
  refusal: string;
}

/** A session that the user was in. */
export interface Recent {
  id: string;
  title: string;
  /** Its server, for people. */
  place: string;
  lastJoined: string;
}

/** Everything that a page needs to begin with. */
export interface Snapshot {
  state: EditorState;
  /** The session of the messages, which stay when it is left. */
  shown?: SessionName;
  participants: readonly EditorParticipant[];
  files: readonly EditorFileChange[];
  /** The open questions of agents, where the host shows them in the panel. */
  approvals?: readonly EditorApproval[];
  messages: readonly EditorChatMessage[];
  hasMore: boolean;
  /** How many messages of mine are on their way. */
  sending: number;
  /** The place of the last message that was read. */
  readSeq: number;
  /** Whether the host shows the participants in a list of its own, beside the panel. */
  hasOwnList?: boolean;
  /** Whether participants can be followed from the panel. */
  canFollow?: boolean;
  /** The sessions that the user was in, the latest first. */
  recent?: readonly Recent[];
  /** Whether the window has the user's attention. */
  isAttentive: boolean;
}

/** From the host to the page. */
export type ToPanel =
  | { type: "snapshot"; snapshot: Snapshot }
  | { type: "state"; state: EditorState }
  | { type: "participants"; participants: readonly EditorParticipant[] }
  | { type: "files"; files: readonly EditorFileChange[] }
  | { type: "chat"; chat: EditorChat }
  | { type: "approvals"; approvals: readonly EditorApproval[] }
  | { type: "agentWork"; work: EditorAgentWork }
  | { type: "recent"; recent: readonly Recent[] }
  | { type: "sending"; count: number }
  | { type: "returned"; returned: Returned }
  | { type: "history"; refusal?: string }
  | { type: "attention"; isAttentive: boolean }
  | { type: "read"; seq: number }
  | { type: "compose"; text: string }
  | { type: "focus" }
  | PanelAnswer;

/** The answer to a request; that to `question` has the question with all of its detail. */
export interface PanelAnswer {
  type: "answer";
  request: string;
  refusal?: string;
  approval?: EditorApproval;
}

/** From the page to the host. A `request` is answered by an `answer` with the same. */
export type FromPanel =
  | { type: "ready" }
  | { type: "send"; content: string; parentId?: string }
  /** A message that the bridge keeps, waiting or refused. */
  | { type: "resend"; request: string; messageId: string }
  | { type: "discard"; request: string; messageId: string }
  | { type: "edit"; request: string; messageId: string; content: string }
  | { type: "delete"; request: string; messageId: string }
  | { type: "react"; request: string; messageId: string; emoji: string; remove: boolean }
  /** All of a question of an agent. */
  | { type: "question"; request: string; approvalId: string }
  | { type: "decide"; request: string; approvalId: string; answer: Choice; digest?: string }
  | { type: "prompt"; request: string; agentId: string; text: string }
  | { type: "stop"; request: string; agentId: string; promptId?: string }
  | { type: "cancel"; request: string; promptId: string }
  /** Somebody looks at an agent, or does so no longer. */
  | { type: "watch"; request: string; agentId: string; isWatched: boolean }
  | { type: "history" }
  | { type: "typing" }
  | { type: "goto"; userId: string }
  /** Follow a participant, or do so no longer. */
  | { type: "follow"; userId: string; isFollowed: boolean }
  | { type: "open"; place: CodePlace }
  | { type: "link"; url: string }
  | { type: "read"; seq: number }
  | { type: "rejoin"; sessionId: string }
  | { type: "run"; command: RunCommand };

type Choice = EditorApproval["options"][number];

/** The other commands that the page may have the host run. */
export type RunCommand = (typeof RUN_COMMANDS)[number];
export const RUN_COMMANDS = ["start", "join", "recent"] as const;

/** More than any server takes; what is longer was not typed here. */
const MAX_TEXT = 100_000;
const MAX_ID = 200;

/**
 * A message of the page, or nothing if it is none. What a page says is not trusted: a message of
 * somebody else may have got to run in it after all.
 */
export function parseFromPanel(value: unknown): FromPanel | undefined {
  if (typeof value !== "object" || value === null || !("type" in value)) {
    return undefined;
  }
  const fields = new Map<string, unknown>(Object.entries(value));
  const text = (name: string, most: number): string | undefined => {
    const found = fields.get(name);
    return typeof found === "string" && found.length > 0 && found.length <= most
      ? found
      : undefined;
  };
  const id = (name: string): string | undefined => text(name, MAX_ID);
  const request = id("request");
  const messageId = id("messageId");
  switch (value.type) {
    case "ready":
    case "history":
    case "typing":
      return { type: value.type };
    case "send": {
      const content = text("content", MAX_TEXT);
      const parentId = id("parentId");
      const isOdd = fields.get("parentId") !== undefined && parentId === undefined;
      if (content === undefined || isOdd) {
        return undefined;
      }
      return { type: "send", content, ...(parentId === undefined ? {} : { parentId }) };
    }
    case "edit": {
      const content = text("content", MAX_TEXT);
      return request === undefined || messageId === undefined || content === undefined
        ? undefined
        : { type: "edit", request, messageId, content };
    }
    case "delete":
    case "resend":
    case "discard":
      return request === undefined || messageId === undefined
        ? undefined
        : { type: value.type, request, messageId };
    case "react": {
      const emoji = text("emoji", 2 * MAX_EMOJI_CHARS);
      const remove = fields.get("remove");
      return request === undefined ||
        messageId === undefined ||
        emoji === undefined ||
        typeof remove !== "boolean"
        ? undefined
        : { type: "react", request, messageId, emoji, remove };
    }
    case "question": {
      const approvalId = id("approvalId");
      return request === undefined || approvalId === undefined
        ? undefined
        : { type: "question", request, approvalId };
    }
    case "decide": {
      const approvalId = id("approvalId");
      const digest = id("digest");
      const answer = fields.get("answer");
      const isOdd = fields.get("digest") !== undefined && digest === undefined;
      if (request === undefined || approvalId === undefined || isOdd) {
        return undefined;
      }
      return answer === "allow_once" || answer === "deny"
        ? {
            type: "decide",
            request,
            approvalId,
            answer,
            ...(digest === undefined ? {} : { digest }),
          }
        : undefined;
    }
    case "prompt": {
      const agentId = id("agentId");
      const prompt = text("text", MAX_TEXT);
      return request === undefined || agentId === undefined || prompt === undefined
        ? undefined
        : { type: "prompt", request, agentId, text: prompt };
    }
    case "stop": {
      const agentId = id("agentId");
      const promptId = id("promptId");
      return request === undefined || agentId === undefined
        ? undefined
        : { type: "stop", request, agentId, ...(promptId === undefined ? {} : { promptId }) };
    }
    case "cancel": {
      const promptId = id("promptId");
      return request === undefined || promptId === undefined
        ? undefined
        : { type: "cancel", request, promptId };
    }
    case "watch": {
      const agentId = id("agentId");
      const isWatched = fields.get("isWatched");
      return request === undefined || agentId === undefined || typeof isWatched !== "boolean"
        ? undefined
        : { type: "watch", request, agentId, isWatched };
    }
    case "goto": {
      const userId = id("userId");
      return userId === undefined ? undefined : { type: "goto", userId };
    }
    case "follow": {
      const userId = id("userId");
      const isFollowed = fields.get("isFollowed");
      return userId === undefined || typeof isFollowed !== "boolean"
        ? undefined
        : { type: "follow", userId, isFollowed };
    }
    case "rejoin": {
      const sessionId = id("sessionId");
      return sessionId === undefined ? undefined : { type: "rejoin", sessionId };
    }
    case "open": {
      const place = parsePlace(fields.get("place"));
      return place === undefined ? undefined : { type: "open", place };
    }
    case "link": {
      const url = asWebLink(text("url", MAX_CONTENT_CHARS) ?? "");
      return url === undefined ? undefined : { type: "link", url };
    }
    case "read": {
      const seq = fields.get("seq");
      return typeof seq === "number" && Number.isSafeInteger(seq) && seq >= 0
        ? { type: "read", seq }
        : undefined;
    }
    case "run": {
      const command = RUN_COMMANDS.find((known) => known === fields.get("command"));
      return command === undefined ? undefined : { type: "run", command };
    }
    default:
      return undefined;
  }
}

function parsePlace(value: unknown): CodePlace | undefined {
  if (typeof value !== "object" || value === null) {
    return undefined;
  }
  const fields = new Map<string, unknown>(Object.entries(value));
  const number = (name: string): number | undefined => {
    const found = fields.get(name);
    return typeof found === "number" ? found : undefined;
  };
  const file = fields.get("file");
  const line = number("line");
  return typeof file !== "string" || line === undefined
    ? undefined
    : asPlace({ file, line, column: number("column"), endLine: number("endLine") });
}
