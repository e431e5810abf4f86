// Objects for the tests of the panel.
import type {
  AgentEvent,
  EditorChatMessage,
  EditorParticipant,
  EditorState,
} from "../generated/protocol";

let last = 0;

/** A chat message; each has an id and a place of its own. */
export function message(fields: Partial<EditorChatMessage> = {}): EditorChatMessage {
  last += 1;
  return {
    id: `m${last}`,
    kind: "chat",
    user_id: "bob",
    username: "bob",
    color: 1,
    content: `text ${last}`,
    timestamp: "2026-03-01T12:00:00Z",
    seq: last,
    ...fields,
  };
}

export function person(
  username: string,
  fields: Partial<EditorParticipant> = {},
): EditorParticipant {
  return {
    user_id: username,
    username,
    role: "editor",
    color: 0,
    status: "active",
    is_me: false,
    is_followed: false,
    ...fields,
  };
}

export function joined(fields: Partial<EditorState> = {}): EditorState {
  return { state: "joined", role: "editor", session_id: "s", title: "Pairing", ...fields };
}

export function agentEvent(seq: number, data: AgentEvent["data"], userId = "agent"): AgentEvent {
  return {
    type: "agent_event",
    session_id: "s",
    seq,
    user_id: userId,
    username: userId,
    data,
    timestamp: "2026-01-02T10:00:00Z",
  };
}
