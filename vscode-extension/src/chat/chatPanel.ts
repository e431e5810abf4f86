// The chat panel's host: gives the page what the session tells, and carries out what it asks for.
import { randomBytes } from "node:crypto";
import type { EditorRecentSession } from "@peerline/ui/generated/protocol";
import {
  type FromPanel,
  parseFromPanel,
  type Recent,
  type Returned,
  type RunCommand,
  type ToPanel,
} from "@peerline/ui/messages";
import { oldestSeq } from "@peerline/ui/model/chatLog";
import { lastSeq } from "@peerline/ui/model/unread";
import { CommandRefused } from "@peerline/ui/refusal";
import { listen, run } from "@peerline/ui/supervise";
import {
  commands,
  type Disposable,
  env,
  type LogOutputChannel,
  type Memento,
  Uri,
  type Webview,
  type WebviewView,
  type WebviewViewProvider,
  window,
} from "vscode";
import type { RecentSessions } from "../joining/recent";
import type { Session } from "../session/session";
import { show } from "../shared/tell";
import { AgentWatch } from "./agentWatch";
import { openPlace } from "./openPlace";
import { answerTo, messageOf } from "./panelRequests";
import { ReadMarks } from "./readMarks";
import type { Unread } from "./unread";

export const CHAT_VIEW = "peerline.chat";

const RUN: { readonly [Name in RunCommand]: string } = {
  start: "peerline.startSession",
  join: "peerline.joinSession",
  recent: "peerline.recentSessions",
};

/** Registers as the provider of the view `peerline.chat`. */
export class ChatPanel implements WebviewViewProvider, Disposable {
  readonly #session: Session;
  readonly #unread: Unread;
  readonly #recent: RecentSessions;
  readonly #log: LogOutputChannel;
  readonly #folder: Uri;
  readonly #marks: ReadMarks;
  readonly #watch: AgentWatch;
  readonly #disposables: Disposable[];
  #view: WebviewView | undefined;
  /** Whether the page has said that it hears. */
  #isReady = false;
  #isLoading = false;
  /** Text for the composer of a page that is still to come. */
  #composed = "";
  /** The edits that were refused, for the same. */
  #returned: Returned[] = [];
  /** How many messages have no answer yet. */
  #sending = 0;

  constructor(
    session: Session,
    unread: Unread,
    recent: RecentSessions,
    log: LogOutputChannel,
    extension: { readonly extensionUri: Uri; readonly workspaceState: Memento },
  ) {
    this.#session = session;
    this.#unread = unread;
    this.#recent = recent;
    this.#log = log;
    this.#folder = Uri.joinPath(extension.extensionUri, "dist");
    this.#marks = new ReadMarks(extension.workspaceState);
    this.#watch = new AgentWatch(session);
    this.#disposables = [
      session.onDidChangeState((state) => {
        this.#tell({ type: "state", state });
      }),
      session.onDidChangeParticipants((participants) =>
        this.#tell({ type: "participants", participants }),
      ),
      session.onDidChangeApprovals(({ approvals }) => this.#tell({ type: "approvals", approvals })),
      session.onDidChangeAgentWork((work) => this.#tell({ type: "agentWork", work })),
      session.onDidChangeFiles(({ changes }) => this.#tell({ type: "files", files: changes })),
      session.onDidChangeChat((chat) => {
        if (chat.reset) {
          this.#marks.begin(session.state.session_id, lastSeq(session.chat));
          this.#show();
        } else {
          this.#tell({ type: "chat", chat });
        }
      }),
      unread.onDidChange(() => this.#showBadge()),
      recent.onDidChange((all) => this.#tell({ type: "recent", recent: all.map(asRecent) })),
      listen(window.onDidChangeWindowState, "watching the window", () => this.#tellAttention()),
    ];
  }

  resolveWebviewView(view: WebviewView): void {
    this.#view = view;
    this.#isReady = false;
    this.#unread.isChatResolved = true;
    view.webview.options = { enableScripts: true, localResourceRoots: [this.#folder] };
    view.webview.html = page(view.webview, this.#folder);
    this.#showBadge();
    this.#disposables.push(
      listen(
        view.webview.onDidReceiveMessage,
        "handling a message of the chat panel",
        (value: unknown) => this.#take(value),
      ),
      listen(view.onDidChangeVisibility, "watching the chat panel", () => {
        // A hidden page is gone; the next one says when it is ready.
        this.#isReady = this.#isReady && view.visible;
        if (!view.visible) {
          this.#watch.stop();
        }
        this.#tellAttention();
      }),
      listen(view.onDidDispose, "closing the chat panel", () => {
        this.#view = undefined;
        this.#isReady = false;
        this.#watch.stop();
        this.#unread.isChatResolved = false;
        this.#unread.setChatVisible(false);
      }),
    );
    this.#tellAttention();
  }

  /** Put text into the message that is being written, and go there. */
  async compose(text: string | undefined): Promise<void> {
    if (text === undefined) {
      return;
    }
    this.#composed = this.#composed === "" ? text : `${this.#composed}\n${text}`;
    await commands.executeCommand(`${CHAT_VIEW}.focus`);
    this.#deliver();
  }

  dispose(): void {
    for (const disposable of this.#disposables) {
      disposable.dispose();
    }
  }

  #take(value: unknown): void {
    const message = parseFromPanel(value);
    if (message === undefined) {
      this.#log.warn("a message of the chat panel was not understood");
      return;
    }
    run(`the chat panel: ${message.type}`, async () => {
      try {
        await this.#carryOut(message);
      } catch (error) {
        if (!(error instanceof CommandRefused)) {
          throw error;
        }
        this.#log.warn(`${message.type}: ${error.code}`);
        show.warning(`Peerline: ${error.message}`);
      }
    });
  }

  async #carryOut(message: FromPanel): Promise<void> {
    const session = this.#session;
    if ("request" in message) {
      this.#watch.note(message);
      this.#tell(await answerTo(session, message));
      return;
    }
    switch (message.type) {
      case "ready":
        this.#watch.stop();
        this.#isReady = true;
        this.#show();
        this.#deliver();
        break;
      case "send":
        await this.#send(message.content, message.parentId);
        break;
      case "history":
        await this.#loadHistory();
        break;
      case "typing":
        // After a lost connection, a typing notification that fails needs no message.
        await session.command("peerline.typing").catch(() => undefined);
        break;
      case "goto":
        await this.#goTo(message.userId);
        break;
      case "follow":
        break; // the list of participants has its own command
      case "rejoin":
        await this.#rejoin(message.sessionId);
        break;
      case "open":
        await openPlace(session, message.place);
        break;
      case "link":
        // VS Code asks before it opens a domain that is not trusted.
        await env.openExternal(Uri.parse(message.url, true));
        break;
      case "read":
        this.#marks.set(session.shown?.id, message.seq);
        break;
      case "run":
        await commands.executeCommand(RUN[message.command]);
        break;
      default:
        break;
    }
  }

  /** The bridge keeps what cannot be sent now; what it does not take is given back. */
  async #send(content: string, parentId: string | undefined): Promise<void> {
    const parent = parentId === undefined ? {} : { parent_id: parentId };
    this.#countSending(1);
    const refusal = await refusalOf(() =>
      this.#session.command("peerline.sendChat", { content, ...parent }),
    );
    this.#countSending(-1);
    if (refusal !== undefined) {
      this.#returned.push({
        content,
        refusal,
        ...(parentId === undefined ? {} : { parentId }),
      });
      this.#deliver();
    }
  }

  #countSending(change: number): void {
    this.#sending += change;
    this.#tell({ type: "sending", count: this.#sending });
  }

  async #rejoin(sessionId: string): Promise<void> {
    const recent = this.#recent.known.find(({ session_id }) => session_id === sessionId);
    // Of a session that is not known any more one needs the link.
    await commands.executeCommand("peerline.joinSession", recent?.link);
  }

  async #goTo(userId: string): Promise<void> {
    const person = this.#session.participants.find(({ user_id }) => user_id === userId);
    if (person !== undefined) {
      await commands.executeCommand("peerline.goToParticipant", person);
    }
  }

  async #loadHistory(): Promise<void> {
    if (this.#isLoading) {
      return;
    }
    this.#isLoading = true;
    const before = oldestSeq(this.#session.chat);
    const refusal = await refusalOf(() =>
      this.#session.command("peerline.loadHistory", before === undefined ? {} : { before }),
    );
    this.#isLoading = false;
    this.#tell({ type: "history", ...(refusal === undefined ? {} : { refusal }) });
  }

  /** Send everything again. */
  #show(): void {
    const session = this.#session;
    this.#tell({
      type: "snapshot",
      snapshot: {
        state: session.state,
        ...(session.shown === undefined ? {} : { shown: session.shown }),
        participants: session.participants,
        files: session.files.changes,
        approvals: session.approvals,
        messages: session.chat,
        hasMore: session.hasOlderChat,
        sending: this.#sending,
        readSeq: this.#marks.get(session.shown?.id),
        hasOwnList: true,
        recent: this.#recent.known.map(asRecent),
        isAttentive: this.#isAttentive,
      },
    });
  }

  #tell(message: ToPanel): void {
    if (this.#isReady) {
      run("updating the chat panel", () => this.#view?.webview.postMessage(message));
    }
  }

  #deliver(): void {
    if (!this.#isReady) {
      return;
    }
    for (const returned of this.#returned.splice(0).reverse()) {
      this.#tell({ type: "returned", returned });
    }
    if (this.#composed !== "") {
      this.#tell({ type: "compose", text: this.#composed });
      this.#composed = "";
    }
  }

  get #isAttentive(): boolean {
    return this.#view?.visible === true && window.state.focused;
  }

  #tellAttention(): void {
    this.#unread.setChatVisible(this.#isAttentive);
    this.#tell({ type: "attention", isAttentive: this.#isAttentive });
  }

  #showBadge(): void {
    const { count } = this.#unread;
    if (this.#view !== undefined) {
      this.#view.badge =
        count === 0
          ? undefined
          : { value: count, tooltip: `${count} unread ${count === 1 ? "message" : "messages"}` };
    }
  }
}

function asRecent({ session_id, title, server, last_joined, is_own }: EditorRecentSession): Recent {
  const place = is_own ? "this computer" : server;
  return { id: session_id, title, place, lastJoined: last_joined };
}

async function refusalOf(ask: () => Promise<unknown>): Promise<string | undefined> {
  try {
    await ask();
    return undefined;
  } catch (error) {
    return messageOf(error);
  }
}

/** The page: one script and one style sheet of the extension, and nothing from anywhere else. */
function page(webview: Webview, folder: Uri): string {
  const nonce = randomBytes(16).toString("base64url");
  const file = (name: string) => webview.asWebviewUri(Uri.joinPath(folder, name)).toString();
  const policy = [
    "default-src 'none'",
    `style-src ${webview.cspSource}`,
    `script-src 'nonce-${nonce}'`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join("; ");
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Peerline Chat</title>
<link rel="stylesheet" href="${file("panel.css")}">
</head>
<body>
<div id="panel"></div>
<script nonce="${nonce}" src="${file("panel.js")}"></script>
</body>
</html>`;
}
