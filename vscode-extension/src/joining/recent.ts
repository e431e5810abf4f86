// The sessions that the user was in: the bridge keeps them, and this remembers its last answer, so
// that the empty view has them before any bridge runs.

import type { EditorRecentSession } from "@peerline/ui/generated/protocol";
import { agoLabel } from "@peerline/ui/model/format";
import { run } from "@peerline/ui/supervise";
import { type Disposable, type Memento, type QuickPickItem, window } from "vscode";
import type { Launcher } from "../bridge/launcher";
import type { Session } from "../session/session";
import { oneLine, withoutIcons } from "../shared/names";
import { Signal } from "../shared/signal";
import { show } from "../shared/tell";
import { readRecent } from "./recentAnswer";

const KEY = "peerline.recent";

/** The recent sessions, the latest first. */
export class RecentSessions implements Disposable {
  readonly #session: Session;
  readonly #launcher: Launcher;
  readonly #memento: Memento;
  readonly #changed = new Signal<readonly EditorRecentSession[]>("showing recent sessions");
  readonly #listener: Disposable;
  #known: readonly EditorRecentSession[];
  #state = "";

  readonly onDidChange = this.#changed.event;

  constructor(session: Session, launcher: Launcher, memento: Memento) {
    this.#session = session;
    this.#launcher = launcher;
    this.#memento = memento;
    this.#known = readRecent(memento.get<unknown>(KEY));
    this.#listener = session.onDidChangeState(({ state }) => {
      const isNews = state !== this.#state && (state === "joined" || state === "offline");
      this.#state = state;
      if (isNews) {
        run("listing recent sessions", () => this.#refresh());
      }
    });
  }

  /** The last answer of a bridge. */
  get known(): readonly EditorRecentSession[] {
    return this.#known;
  }

  /** Choose one; its link. */
  async pick(): Promise<string | undefined> {
    if ((await this.#launcher.ensure()) === "running") {
      await this.#refresh();
    }
    if (this.#known.length === 0) {
      show.info("There are no recent sessions yet.");
      return undefined;
    }
    const items: (QuickPickItem & { link: string })[] = this.#known.map((recent) => ({
      label: withoutIcons(oneLine(recent.title)),
      description: recent.is_own ? "on this computer" : recent.server,
      detail: agoLabel(recent.last_joined, Date.now()),
      link: recent.link,
    }));
    return (await window.showQuickPick(items, { title: "Peerline: Recent Sessions" }))?.link;
  }

  async #refresh(): Promise<void> {
    // Without a bridge there is no newer answer.
    const answer = await this.#session.command("peerline.recentSessions").catch(() => undefined);
    if (answer === undefined) {
      return;
    }
    const found = readRecent(answer);
    if (JSON.stringify(found) !== JSON.stringify(this.#known)) {
      this.#known = found;
      await this.#memento.update(KEY, found);
      this.#changed.fire(found);
    }
  }

  dispose(): void {
    this.#listener.dispose();
    this.#changed.dispose();
  }
}
