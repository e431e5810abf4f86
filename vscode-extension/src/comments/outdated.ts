// Outdated comments, whose lines are gone: a list of all, to go to one or to reattach it.

import type { EditorThread } from "@peerline/ui/generated/protocol";
import { listen, run } from "@peerline/ui/supervise";
import { type QuickPickItem, type TextEditor, ThemeIcon, Uri, window } from "vscode";
import { canWrite } from "../session/contextKeys";
import type { Session } from "../session/session";
import { count, oneLine, withoutIcons } from "../shared/names";
import { selectedLines } from "../shared/selectedLines";
import { pathInFolder } from "../shared/sessionFiles";
import { show } from "../shared/tell";
import { nowhere } from "./quotedCode";

const WIDTH = 80;

/** A thread as `peerline.listComments` answers it. */
type Listed = EditorThread & { file: string; uri?: string };

interface Item extends QuickPickItem {
  readonly thread: Listed;
}

/** List the outdated comments of all files; `reveal` brings one into view. */
export async function showOutdated(
  session: Session,
  reveal: (uri: Uri, thread: EditorThread) => Promise<void>,
): Promise<void> {
  const threads = await outdated(session);
  const here = canWrite(session.state) ? placeOf(window.activeTextEditor) : undefined;
  const attach = here && {
    iconPath: new ThemeIcon("pin"),
    tooltip: `Attach to ${here.label}`,
  };
  const picker = window.createQuickPick<Item>();
  picker.title = `Peerline: ${count(threads.length, "Outdated Comment", "Outdated Comments")}`;
  picker.placeholder = attach
    ? `Select a comment to go to it, or its pin to attach it to ${here.label}`
    : "Select a comment to go to it";
  picker.matchOnDescription = true;
  picker.matchOnDetail = true;
  picker.items = threads.map((thread) => ({
    ...itemOf(thread),
    buttons: attach ? [attach] : [],
  }));
  listen(picker.onDidHide, "closing the list", () => picker.dispose());
  listen(picker.onDidTriggerItemButton, "attaching a comment", ({ item }) => {
    picker.hide();
    if (here !== undefined) {
      run("attaching a comment", () => reattach(session, item.thread, here));
    }
  });
  listen(picker.onDidAccept, "going to a comment", () => {
    const [item] = picker.selectedItems;
    picker.hide();
    if (item !== undefined) {
      const { thread } = item;
      // Without a file here, its code is shown.
      const uri = thread.uri === undefined ? nowhere(thread.file) : Uri.parse(thread.uri);
      run("going to a comment", () => reveal(uri, thread));
    }
  });
  if (threads.length === 0) {
    picker.dispose();
    show.info("There are no outdated comments.");
  } else {
    picker.show();
  }
}

/** Attach an outdated comment, which is asked for, to the selection or the line of the cursor. */
export async function reattachToSelection(session: Session): Promise<void> {
  const here = placeOf(window.activeTextEditor);
  if (here === undefined) {
    show.warning("Open a file of the workspace and select the lines that the comment is about.");
    return;
  }
  const threads = await outdated(session);
  if (threads.length === 0) {
    show.info("There are no outdated comments.");
    return;
  }
  const chosen = await window.showQuickPick(threads.map(itemOf), {
    title: `Peerline: Attach Comment to ${here.label}`,
    matchOnDescription: true,
    matchOnDetail: true,
  });
  if (chosen !== undefined) {
    await reattach(session, chosen.thread, here);
  }
}

interface Place {
  readonly uri: string;
  readonly line: number;
  readonly end_line: number | undefined;
  readonly label: string;
}

function placeOf(editor: TextEditor | undefined): Place | undefined {
  const file = editor && pathInFolder(editor.document.uri);
  if (editor === undefined || file === undefined) {
    return undefined;
  }
  const { first, last } = selectedLines(editor.selection);
  return {
    uri: editor.document.uri.toString(),
    line: first,
    end_line: last > first ? last : undefined,
    label: `${file}:${first + 1}${last > first ? `-${last + 1}` : ""}`,
  };
}

async function outdated(session: Session): Promise<Listed[]> {
  const answer = await session.command("peerline.listComments", { outdated_only: true });
  return (answer as { threads: Listed[] }).threads;
}

async function reattach(session: Session, thread: Listed, place: Place): Promise<void> {
  const { uri, line, end_line } = place;
  try {
    await session.command("peerline.reattach", { comment_id: thread.id, uri, line, end_line });
    show.info(`The comment was attached to ${place.label}.`);
  } catch (error) {
    show.warning(`Peerline: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function itemOf(thread: Listed): Item {
  const missing = thread.uri === undefined ? " (not in this workspace)" : "";
  const snippet = oneLine(thread.code_snippet, WIDTH);
  return {
    label: withoutIcons(`${oneLine(thread.username)}: ${oneLine(thread.content, WIDTH)}`),
    description: withoutIcons(`${oneLine(thread.file, WIDTH)}${missing}`),
    detail: withoutIcons(snippet === "" ? "was on an empty line" : `was on: ${snippet}`),
    thread,
  };
}
