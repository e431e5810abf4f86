// The tree of participants: who is here, as what, where; and what can be done about each.

import type { EditorParticipant } from "@peerline/ui/generated/protocol";
import {
  type Disposable,
  EventEmitter,
  MarkdownString,
  ThemeIcon,
  type TreeDataProvider,
  TreeItem,
  window,
} from "vscode";
import { participantColor } from "../presence/colors";
import type { Session } from "../session/session";
import { oneLine } from "../shared/names";

/** Lists the participants, oneself first. */
export class ParticipantsTree implements TreeDataProvider<EditorParticipant>, Disposable {
  readonly #changed = new EventEmitter<undefined>();
  readonly #session: Session;
  readonly #disposables: Disposable[];
  readonly onDidChangeTreeData = this.#changed.event;

  constructor(session: Session) {
    this.#session = session;
    const view = window.createTreeView("peerline.participants", { treeDataProvider: this });
    this.#disposables = [
      view,
      this.#changed,
      session.onDidChangeParticipants(() => this.#changed.fire(undefined)),
      session.onDidChangeState((state) => {
        view.description = state.title && oneLine(state.title);
      }),
    ];
  }

  getChildren(parent?: EditorParticipant): EditorParticipant[] {
    return parent === undefined
      ? [...this.#session.participants].sort((a, b) => Number(b.is_me) - Number(a.is_me))
      : [];
  }

  getTreeItem(person: EditorParticipant): TreeItem {
    const item = new TreeItem(oneLine(person.username) + (person.is_me ? " (you)" : ""));
    item.id = person.user_id;
    item.description = describe(person);
    item.iconPath = new ThemeIcon(
      person.is_followed ? "eye" : person.status === "away" ? "circle-outline" : "circle-filled",
      participantColor(person.color),
    );
    item.contextValue = contextOf(person);
    item.tooltip = new MarkdownString().appendText(`${item.label} — ${item.description}`);
    item.accessibilityInformation = { label: `${item.label}, ${item.description}` };
    if (!person.is_me) {
      item.command = {
        command: "peerline.goToParticipant",
        title: "Go There",
        arguments: [person],
      };
    }
    return item;
  }

  dispose(): void {
    for (const disposable of this.#disposables) {
      disposable.dispose();
    }
  }
}

/** Role, status and place in one line. */
export function describe(person: EditorParticipant): string {
  const parts: string[] = [person.role];
  if (person.status !== "active") {
    parts.push(person.status);
  }
  if (person.file) {
    parts.push(person.line === undefined ? person.file : `${person.file}:${person.line}`);
  }
  return parts.join(" · ");
}

function contextOf(person: EditorParticipant): string {
  return person.is_me ? "me" : person.is_followed ? "other.followed" : "other";
}
