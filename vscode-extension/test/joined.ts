// A session that was joined, on a bridge that the test plays, for tests of what is beside it.
import type {
  EditorDocument,
  EditorParticipant,
  EditorState,
} from "@peerline/ui/generated/protocol";
import { Session } from "../src/session/session";

/** The session, and everything that is asked of the bridge. */
export class Joined {
  readonly session = new Session();
  /** The commands, with their argument. */
  readonly requests: [command: string, argument: unknown][] = [];
  /** The notifications of the editor. */
  readonly notified: [method: string, params: unknown][] = [];
  /** The answer of the bridge to a command; an error refuses it. */
  readonly answers = new Map<string, unknown>();

  constructor() {
    this.attach();
    this.state({});
  }

  /** A bridge is there, the first one or the next. */
  attach(): void {
    this.session.attach({
      request: async (command, [argument]) => {
        this.requests.push([command, argument]);
        const answer = this.answers.get(command) ?? {};
        if (answer instanceof Error) {
          throw answer;
        }
        return answer;
      },
      notify: (method, params) => this.notified.push([method, params]),
    });
  }

  state(changes: Partial<EditorState>): void {
    const joined = { state: "joined", session_id: "s1", user_id: "me", participants: 1 } as const;
    this.session.handlers["peerline/state"]({ ...joined, ...changes });
  }

  participants(...participants: EditorParticipant[]): void {
    this.session.handlers["peerline/participants"]({ participants });
  }

  documents(...documents: EditorDocument[]): void {
    this.session.handlers["peerline/documents"]({ documents });
  }

  refuse(command: string, code: string, message: string): void {
    this.answers.set(command, Object.assign(new Error(message), { data: { error_code: code } }));
  }
}

/** Somebody else in the session. */
export function person(
  username: string,
  changes: Partial<EditorParticipant> = {},
): EditorParticipant {
  return {
    ...{ user_id: username, username, role: "editor", color: 0, status: "active" },
    ...{ is_me: false, is_followed: false, ...changes },
  } as EditorParticipant;
}

/** An AI agent of ann's. */
export function agent(
  username: string,
  about: Partial<NonNullable<EditorParticipant["agent"]>> = {},
): EditorParticipant {
  return person(username, { agent: { owner: "ann", product: "claude-code", ...about } });
}

/** Everything that is under way and needs no time has ended. */
export function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
