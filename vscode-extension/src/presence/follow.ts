// Following: the view goes where the participant goes, in a frame, until one moves oneself.

import type { EditorFollow } from "@peerline/ui/generated/protocol";
import { listen, run } from "@peerline/ui/supervise";
import {
  commands,
  type Disposable,
  type Position,
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
import { followTexts } from "../people/placeTexts";
import type { Session } from "../session/session";
import { revealCell } from "../shared/cells";
import { participantColor } from "../shared/colors";
import { canonical, toPosition, visibleLines } from "../shared/places";
import { FollowPlan, isFoldedAway } from "./followPlan";

const ALL_LEVELS = 1000;

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
  /** Says that following has ended; it goes when following begins again. */
  #ended: Disposable | undefined;
  /** Moves are carried out one after the other; only the latest that waits matters. */
  #waiting: EditorFollow | undefined;
  #isMoving = false;
  /** The place that was brought into view last. */
  #revealed:
    | {
        readonly editor: TextEditor;
        readonly position: Position;
        readonly start?: number | undefined;
      }
    | undefined;

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
        if (this.#revealed?.editor === textEditor) {
          run("following", async () => {
            await this.#unfold(textEditor);
          });
        }
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
    this.#followed = { userId: follow.user_id, color: person?.color ?? 0 };
    this.#ended?.dispose();
    const { text, tooltip, label } = followTexts(follow, person);
    this.#item.text = text;
    this.#item.tooltip = tooltip;
    this.#item.accessibilityInformation = { label };
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
        const { uri, position, cell, viewport } = this.#waiting;
        this.#waiting = undefined;
        if (uri === undefined || position === undefined) {
          continue;
        }
        if (cell !== undefined) {
          // The view is a list of cells: a scroll in it does not say that one has gone elsewhere.
          this.#plan.clear();
          this.#revealed = undefined;
          await revealCell(Uri.parse(uri), cell);
          continue;
        }
        this.#plan.goTo(canonical(uri), position.line);
        const editor = await this.#editorOf(uri);
        if (this.#followed !== undefined) {
          reveal(editor, toPosition(position), viewport?.start);
          this.#revealed = { editor, position: toPosition(position), start: viewport?.start };
          if (!(await this.#unfold(editor))) {
            this.#plan.arrivesAt(visibleLines(editor));
          }
        }
      }
    } catch {
      // The file has gone meanwhile; the next move is to another place.
    } finally {
      this.#isMoving = false;
    }
    this.#drawFrame();
  }

  /** Unfold what hides the line that was brought into view; whether anything did. */
  async #unfold(editor: TextEditor): Promise<boolean> {
    const place = this.#revealed;
    if (
      place === undefined ||
      place.editor !== editor ||
      editor !== window.activeTextEditor ||
      !isFoldedAway(editor.visibleRanges, place.position.line)
    ) {
      return false;
    }
    this.#revealed = undefined;
    // Unfolding scrolls to the user's own cursor: the view has to arrive again.
    this.#plan.goTo(editor.document.uri.toString(), place.position.line);
    await commands.executeCommand("editor.unfold", {
      selectionLines: [place.position.line],
      direction: "up",
      levels: ALL_LEVELS,
    });
    if (this.#followed !== undefined) {
      reveal(editor, place.position, place.start);
    }
    return true;
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
      this.#ended = window.setStatusBarMessage("$(eye-closed) No longer following", 4000);
    }
  }

  #clear(): void {
    this.#followed = undefined;
    this.#waiting = undefined;
    this.#revealed = undefined;
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

/** Bring a position into view: its line and its column. */
function reveal(editor: TextEditor, position: Position, viewportStart: number | undefined): void {
  if (viewportStart !== undefined && viewportStart <= position.line) {
    editor.revealRange(new Range(viewportStart, 0, viewportStart, 0), TextEditorRevealType.AtTop);
  }
  const place = editor.document.validateRange(new Range(position, position));
  editor.revealRange(place, TextEditorRevealType.InCenterIfOutsideViewport);
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
