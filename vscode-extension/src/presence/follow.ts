// Following: the view goes where the participant goes, in a frame, until one moves oneself.

import type { EditorFollow } from "@peerline/ui/generated/protocol";
import { listen, run } from "@peerline/ui/supervise";
import {
  type Disposable,
  Range,
  StatusBarAlignment,
  type TextEditor,
  type TextEditorDecorationType,
  TextEditorRevealType,
  TextEditorSelectionChangeKind,
  ThemeColor,
  Uri,
  window,
} from "vscode";
import { COLOR_COUNT } from "../generated/palette";
import type { Session } from "../session/session";
import { oneLine, withoutIcons } from "../shared/names";
import { canonical, toPosition, visibleLines } from "../shared/places";
import { participantColor } from "./colors";
import { FollowPlan } from "./followPlan";

/** The parts of the frame: the sides of each line, the upper and the lower edge. */
interface Frame {
  readonly sides: TextEditorDecorationType;
  readonly top: TextEditorDecorationType;
  readonly bottom: TextEditorDecorationType;
}

/** Follow mode. */
export class FollowMode implements Disposable {
  readonly #session: Session;
  readonly #plan = new FollowPlan();
  readonly #frames: (Frame | undefined)[] = new Array(COLOR_COUNT);
  readonly #item = window.createStatusBarItem("follow", StatusBarAlignment.Left, 9);
  readonly #disposables: Disposable[];
  #followed: { readonly userId: string; readonly color: number } | undefined;
  /** Moves are carried out one after the other; only the latest that waits matters. */
  #waiting: EditorFollow | undefined;
  #isMoving = false;

  constructor(session: Session) {
    this.#session = session;
    this.#item.name = "Peerline: Following";
    this.#item.command = "peerline.unfollow";
    this.#item.backgroundColor = new ThemeColor("statusBarItem.prominentBackground");
    this.#disposables = [
      this.#item,
      session.onDidFollow((follow) => this.#update(follow)),
      session.onDidRestore(() => this.#resume()),
      listen(window.onDidChangeTextEditorSelection, "following", ({ kind, textEditor }) => {
        const isOwn =
          kind === TextEditorSelectionChangeKind.Keyboard ||
          kind === TextEditorSelectionChangeKind.Mouse;
        if (isOwn && textEditor === window.activeTextEditor) {
          this.#end();
        }
      }),
      listen(window.onDidChangeActiveTextEditor, "following", (editor) => {
        if (!this.#isMoving && this.#plan.isOwnEditor(editor?.document.uri.toString())) {
          this.#end();
        }
      }),
      listen(window.onDidChangeTextEditorVisibleRanges, "following", ({ textEditor }) => {
        const visible = visibleLines(textEditor);
        const uri = textEditor.document.uri.toString();
        if (visible !== undefined && this.#plan.isOwnScroll(uri, visible)) {
          this.#end();
        }
        this.#drawFrame();
      }),
      listen(window.onDidChangeVisibleTextEditors, "following", () => this.#drawFrame()),
    ];
  }

  /** The next bridge does not know who was followed; a user who moved meanwhile follows no more. */
  async #resume(): Promise<void> {
    if (this.#followed !== undefined) {
      try {
        await this.#session.command("peerline.follow", { user_id: this.#followed.userId });
      } catch (error) {
        this.#clear();
        throw error;
      }
    }
  }

  #update(follow: EditorFollow): void {
    if (follow.user_id === undefined) {
      this.#clear();
      return;
    }
    const person = this.#session.participants.find(({ user_id }) => user_id === follow.user_id);
    const name = oneLine(follow.username ?? follow.user_id);
    this.#followed = { userId: follow.user_id, color: person?.color ?? 0 };
    this.#item.text = `$(eye) Following ${withoutIcons(name)}`;
    this.#item.tooltip = "Move, type or press Escape to stop following";
    this.#item.accessibilityInformation = { label: `Following ${name}. Press to stop.` };
    this.#item.show();
    this.#waiting = follow;
    run("following", () => this.#move());
  }

  async #move(): Promise<void> {
    if (this.#isMoving) {
      return;
    }
    this.#isMoving = true;
    try {
      while (this.#waiting !== undefined) {
        const { uri, position, viewport } = this.#waiting;
        this.#waiting = undefined;
        if (uri === undefined || position === undefined) {
          continue;
        }
        this.#plan.goTo(canonical(uri), position.line);
        const editor = await this.#editorOf(uri);
        if (this.#followed !== undefined) {
          reveal(editor, toPosition(position).line, viewport?.start);
          this.#plan.arrivesAt(visibleLines(editor));
        }
      }
    } catch {
      // The file has gone meanwhile; the next move is to another place.
    } finally {
      this.#isMoving = false;
    }
    this.#drawFrame();
  }

  async #editorOf(uri: string): Promise<TextEditor> {
    const wanted = canonical(uri);
    const active = window.activeTextEditor;
    if (active?.document.uri.toString() === wanted) {
      return active;
    }
    return window.showTextDocument(Uri.parse(uri), { preview: true, preserveFocus: true });
  }

  #end(): void {
    if (this.#followed !== undefined) {
      this.#clear();
      run("stopping to follow", () => this.#session.command("peerline.unfollow"));
      window.setStatusBarMessage("$(eye-closed) You moved: no longer following", 4000);
    }
  }

  #clear(): void {
    this.#followed = undefined;
    this.#waiting = undefined;
    this.#plan.clear();
    this.#item.hide();
    this.#drawFrame();
  }

  #drawFrame(): void {
    const color = this.#followed?.color;
    if (color !== undefined) {
      this.#frames[color] ??= makeFrame(color);
    }
    for (const editor of window.visibleTextEditors) {
      const lines = editor === window.activeTextEditor ? visibleLines(editor) : undefined;
      for (const [index, frame] of this.#frames.entries()) {
        if (frame === undefined) {
          continue;
        }
        const range = index === color ? lines : undefined;
        editor.setDecorations(frame.sides, range ? [new Range(range.start, 0, range.end, 0)] : []);
        editor.setDecorations(frame.top, range ? [new Range(range.start, 0, range.start, 0)] : []);
        editor.setDecorations(frame.bottom, range ? [new Range(range.end, 0, range.end, 0)] : []);
      }
    }
  }

  dispose(): void {
    for (const frame of this.#frames) {
      frame?.sides.dispose();
      frame?.top.dispose();
      frame?.bottom.dispose();
    }
    for (const disposable of this.#disposables) {
      disposable.dispose();
    }
  }
}

function reveal(editor: TextEditor, line: number, viewportStart: number | undefined): void {
  if (viewportStart !== undefined && viewportStart <= line) {
    editor.revealRange(new Range(viewportStart, 0, viewportStart, 0), TextEditorRevealType.AtTop);
    const visible = visibleLines(editor);
    const height = visible ? visible.end - visible.start : 0;
    if (line <= viewportStart + height) {
      return;
    }
  }
  editor.revealRange(new Range(line, 0, line, 0), TextEditorRevealType.InCenterIfOutsideViewport);
}

function makeFrame(color: number): Frame {
  const edge = (borderWidth: string) =>
    window.createTextEditorDecorationType({
      isWholeLine: true,
      borderStyle: "solid",
      borderColor: participantColor(color),
      borderWidth,
    });
  return { sides: edge("0 2px 0 2px"), top: edge("2px 0 0 0"), bottom: edge("0 0 2px 0") };
}
