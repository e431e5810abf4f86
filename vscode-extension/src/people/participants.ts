// The tree of participants: who is here, as what, where; and what can be done about each.

import type { EditorParticipant } from "@peerline/ui/generated/protocol";
import { doingText, ownerText, planText, usageText } from "@peerline/ui/model/agents";
import { linkText } from "@peerline/ui/model/inviteOf";
import {
  type Disposable,
  EventEmitter,
  MarkdownString,
  ThemeIcon,
  type TreeDataProvider,
  TreeItem,
  TreeItemCollapsibleState,
  type TreeView,
  window,
} from "vscode";
import type { Unread } from "../chat/unread";
import type { Session } from "../session/session";
import { participantColor } from "../shared/colors";
import { count, oneLine } from "../shared/names";
import { contextValue } from "./contextValue";
import { type Group, isGroup, type Row, rowsOf } from "./groups";
import { whereText } from "./whereText";

/** Lists the participants, oneself first. */
export class ParticipantsTree implements TreeDataProvider<Row>, Disposable {
  readonly #changed = new EventEmitter<undefined>();
  readonly #session: Session;
  readonly #disposables: Disposable[];
  readonly onDidChangeTreeData = this.#changed.event;

  constructor(session: Session, unread: Unread) {
    this.#session = session;
    const view = window.createTreeView("peerline.participants", { treeDataProvider: this });
    this.#disposables = [
      view,
      this.#changed,
      session.onDidChangeParticipants((participants) => {
        view.title =
          participants.length > 1 ? `Participants (${participants.length})` : "Participants";
        this.#changed.fire(undefined);
      }),
      session.onDidChangeState((state) => {
        view.description = state.title && oneLine(state.title);
      }),
      session.onDidChangeModeration(() => this.#changed.fire(undefined)),
      unread.onDidChange(() => showBadge(view, unread)),
    ];
  }

  getChildren(parent?: Row): Row[] {
    if (parent === undefined) {
      return rowsOf(this.#session.participants);
    }
    return isGroup(parent) ? [...parent.people] : [];
  }

  getTreeItem(row: Row): TreeItem {
    return isGroup(row) ? groupItem(row) : this.#personItem(row);
  }

  #personItem(person: EditorParticipant): TreeItem {
    const item = new TreeItem(oneLine(person.username) + (person.is_me ? " (you)" : ""));
    item.id = person.user_id;
    item.description = describe(person);
    item.iconPath = new ThemeIcon(
      person.is_followed
        ? "eye"
        : person.agent != null
          ? "hubot"
          : person.status === "away"
            ? "circle-outline"
            : "circle-filled",
      participantColor(person.color),
    );
    item.contextValue = contextValue(person);
    const link = linkText(person.user_id, this.#session.moderation);
    const more = [...agentLines(person), ...(link ? [link] : [])];
    item.tooltip = new MarkdownString().appendText(
      [`${item.label} — ${item.description}`, ...more].join("\n"),
    );
    item.accessibilityInformation = {
      label: `${item.label}, ${item.description}${link && `, ${link}`}`,
    };
    if (!person.is_me) {
      item.command = {
        command: "peerline.goThere",
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

/** Before the chat was ever opened, it has no sign of its own. */
function showBadge(view: TreeView<Row>, { count: unread, isChatResolved }: Unread): void {
  view.badge =
    unread === 0 || isChatResolved
      ? undefined
      : { value: unread, tooltip: count(unread, "unread message", "unread messages") };
}

function groupItem({ id, label, people }: Group): TreeItem {
  const item = new TreeItem(label, TreeItemCollapsibleState.Collapsed);
  item.id = `group:${id}`;
  item.description = String(people.length);
  item.contextValue = "group";
  item.accessibilityInformation = {
    label: `${label}, ${count(people.length, "person", "people")}`,
  };
  return item;
}

/** Role, status and place in one line. */
export function describe(person: EditorParticipant): string {
  const { agent, role, status, file } = person;
  // The row is narrow: what an agent does comes first.
  const parts =
    agent == null
      ? [role, status === "active" ? "" : status]
      : [ownerText(agent), oneLine(doingText(agent)), role];
  if (file) {
    parts.push(whereText(file, person.line, person.cell));
  }
  return parts.filter((part) => part !== "").join(" · ");
}

/** The lines with what an agent uses and its plan, for those who want to know more. */
export function agentLines({ agent }: EditorParticipant): string[] {
  if (agent == null) {
    return [];
  }
  const kind = [agent.product, agent.model ?? "", usageText(agent)];
  return [kind.filter((part) => part !== "").join(" · "), ...(agent.plan ?? []).map(planText)];
}
