// One session of the page: joins, shows itself when it is in, and reports how it ends.
import {
  type ClearableStore,
  type LinkState,
  pageUrl,
  type Role,
  type SessionLink,
} from "@peerline/client/session";
import { asSentence } from "@peerline/ui/refusal";
import { LateCode } from "../code/lateCode.ts";
import type { Kept } from "../kept.ts";
import { Attention } from "./attention.ts";
import type { SessionEnd } from "./ending.ts";
import { SessionHost } from "./sessionHost.ts";

/** How a session ends, and what is remembered of it. */
export interface SessionEnds {
  kept: Kept;
  /** Whether the token is kept on this device, beyond the tab. */
  remember: boolean;
  /** It could not be joined. */
  onRefused(reason: string): void;
  /** It could not be joined yet, and is tried again. */
  onDelayed(reason: string): void;
  onLeft(): void;
  /** Join once more, after the end. */
  onAgain(): void;
}

/** The link that the user came by, and whether others can join with it. */
export interface OwnLink {
  readonly link: string;
  readonly isInvite: boolean;
}

interface SessionOptions extends SessionEnds {
  store: ClearableStore;
  /** The server knows the user: they are in, or wait for a host. */
  onEntered(): void;
}

/** The names of what stays for the next user of the tab: how wide its parts are, and the like. */
const OF_EVERYBODY = ["widths", "cursors"];

/** A session as the page has it open. */
export class Session {
  readonly host: SessionHost;
  readonly code: LateCode;
  /** Called when the code is to be seen, where there is not room for everything. */
  onCode: () => void = () => {};
  /** Called to go to the page before a session: it asks what is to become of what was not sent. */
  onFront: () => void = () => this.leave();
  readonly #link: SessionLink;
  readonly #options: SessionOptions;
  readonly #attention = new Attention(performance.now());
  readonly #ends: (() => void)[] = [];
  #cancelStatus: () => void = () => {};
  #status = "";
  #hasEntered = false;
  #isLeaving = false;

  constructor(link: SessionLink, username: string, options: SessionOptions) {
    this.#link = link;
    this.#options = options;
    const { kept } = options;
    const guestToken = kept.token(link.sessionId);
    const panel = panelKey(link);
    const read = readKey(link);
    const session = this;
    this.host = new SessionHost(
      {
        link,
        credentials: {
          username,
          ...(link.invite === undefined ? {} : { invite: link.invite }),
          ...(guestToken === undefined ? {} : { guestToken }),
        },
        info: { name: "browser", version: "0.1.0" },
        onToken: (token) => {
          if (!this.#isLeaving) {
            kept.keepToken(link.sessionId, token, options.remember);
          }
        },
        store: {
          ...options.store,
          put: async (id, entry) => (this.#isLeaving ? undefined : options.store.put(id, entry)),
        },
      },
      {
        load: () => parse(kept.read(panel)),
        save: (state) => this.#write(panel, JSON.stringify(state)),
        get isAttentive() {
          return document.hasFocus();
        },
        get readSeq() {
          return Number(kept.read(read) ?? 0) || 0;
        },
        keepReadSeq: (seq) => this.#write(read, String(seq)),
        later: (milliseconds, act) => {
          const timer = setTimeout(act, milliseconds);
          return () => clearTimeout(timer);
        },
        openLink: (url) => window.open(url, "_blank", "noopener,noreferrer"),
        typed: () => {
          this.#attention.type(performance.now());
          this.#tellStatus();
        },
        sent: () => {
          this.#attention.sent(performance.now());
          this.#tellStatus();
        },
        rejoin: () => this.rejoin(),
        goToFront: () => this.onFront(),
        look: (message) => this.code.look(message),
        changed: (changes) => this.code.changed(changes),
        get followed() {
          return session.code.followed?.id;
        },
        fault: (what, error) => console.error(`Peerline: ${what}`, error),
      },
      (state, reason) => this.#told(state, reason),
    );
    this.code = new LateCode(
      this.host.client,
      {
        read: (name) => kept.read(codeKey(link, name)),
        write: (name, text) => this.#write(codeKey(link, name), text),
        colorOf: (userId) => this.host.colorOf(userId),
        followed: () => this.host.showParticipants(),
        show: () => this.onCode(),
        typed: () => {
          this.#attention.type(performance.now(), "code");
          this.#tellStatus();
        },
        later: (milliseconds, act) => {
          const timer = setTimeout(act, milliseconds);
          return () => clearTimeout(timer);
        },
        fault: (what, error) => console.error(`Peerline: ${what}`, error),
      },
      () => import("../editor/index.ts"),
    );
  }

  start(): void {
    this.#hear("visibilitychange", document, () => {
      if (document.visibilityState === "visible") {
        // A phone that slept finds its connection gone only by trying.
        this.host.client.wake();
      }
    });
    this.#hear("online", window, () => this.host.client.wake());
    this.#hear("pagehide", window, () => this.code.session?.files.keepNow());
    this.#hear("focus", window, () => this.host.attend(true));
    this.#hear("blur", window, () => this.host.attend(false));
    for (const name of ["pointerdown", "keydown", "scroll"]) {
      this.#hear(name, document, () => {
        this.#attention.act(performance.now());
        this.#tellStatus();
      });
    }
    this.host.client.start();
  }

  /** The link that the user came by. */
  get ownLink(): OwnLink {
    return { link: pageUrl(this.#link), isInvite: this.#link.invite !== undefined };
  }

  /** Make a link with an invite for a role, as a host. */
  async invite(role: Role): Promise<string> {
    const { invite: _, ...bare } = this.#link;
    const { code } = await this.host.client.hosting.invite(role);
    return pageUrl({ ...bare, invite: code });
  }

  /** Why it has ended for this user; nothing while it has not, or if they leave. */
  get end(): SessionEnd | undefined {
    return this.#isLeaving ? undefined : this.host.end;
  }

  /** Join once more, after the end. */
  rejoin(): void {
    this.#end();
    this.#options.onAgain();
  }

  /** Leave, and forget what this tab has of the session: the next one here is somebody else. */
  leave(): void {
    const link = this.#link;
    const { kept, store } = this.#options;
    this.#leave(async () => {
      kept.forget(
        [panelKey(link), readKey(link), codeKey(link, "")],
        OF_EVERYBODY.map((name) => codeKey(link, name)),
      );
      await store.clear();
    });
  }

  /** Join no longer; what was not sent yet stays in the tab. */
  giveUp(): void {
    this.#leave(async () => {});
  }

  #leave(forget: () => Promise<void>): void {
    this.#isLeaving = true;
    this.#end();
    this.#options.kept.forgetToken(this.#link.sessionId);
    const left = (): void => this.#options.onLeft();
    const { session } = this.code;
    session?.together.endAll(session.me).catch(() => {}); // the server ends them a little later
    this.host.client.leave().then(forget).then(left, left);
  }

  /** Keep something in this tab; no longer once the user leaves. */
  #write(key: string, text: string): boolean {
    return this.#isLeaving || this.#options.kept.write(key, text);
  }

  #told(state: LinkState, reason: string | undefined): void {
    if (this.#isLeaving) {
      return; // they end it themselves: it is no refusal
    }
    if (state === "joined" || state === "waiting") {
      if (!this.#hasEntered) {
        this.#hasEntered = true;
        this.#options.onEntered();
      }
      this.#status = "";
      this.#tellStatus();
    } else if (state === "closed" && !this.#hasEntered) {
      this.#end();
      // The next try is another guest's: this one may not come back.
      this.#options.kept.forgetToken(this.#link.sessionId);
      this.#refused(reason);
    } else if (state === "closed" && this.host.isOver) {
      this.code.session?.files.giveUp(asSentence(reason ?? "The session is over."));
    } else if (state === "reconnecting" && !this.#hasEntered) {
      this.#options.onDelayed(`${asSentence(reason ?? "")} Trying again…`.trim());
    }
  }

  #refused(reason: string | undefined): void {
    const tell = this.#options.onRefused;
    const end = this.host.end ?? { code: undefined, reason };
    import("./ending.ts").then(
      ({ endingOf, endingText }) => tell(endingText(endingOf(end))),
      () => tell(asSentence(reason ?? "The session could not be joined.")),
    );
  }

  #tellStatus(): void {
    const now = performance.now();
    const status = this.#attention.status(now);
    const isChat = status === "typing" && this.#attention.place === "chat";
    const told = isChat ? "typing in the chat" : status;
    if (told !== this.#status) {
      this.#status = told;
      this.host.client.sendPresence(isChat ? { status, typingIn: "chat" } : { status });
    }
    this.#cancelStatus();
    const next = this.#attention.changesIn(now);
    if (next !== undefined) {
      const timer = setTimeout(() => this.#tellStatus(), next + 1);
      this.#cancelStatus = () => clearTimeout(timer);
    }
  }

  #hear(name: string, target: EventTarget, act: () => void): void {
    target.addEventListener(name, act, { passive: true });
    this.#ends.push(() => target.removeEventListener(name, act));
  }

  #end(): void {
    this.#cancelStatus();
    for (const end of this.#ends.splice(0)) {
      end();
    }
  }
}

function panelKey({ sessionId }: SessionLink): string {
  return `peerline.panel.${sessionId}`;
}

function readKey({ sessionId }: SessionLink): string {
  return `peerline.read.${sessionId}`;
}

function codeKey({ sessionId }: SessionLink, name: string): string {
  return `peerline.code.${sessionId}.${name}`;
}

function parse(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? "null");
  } catch {
    return undefined;
  }
}
