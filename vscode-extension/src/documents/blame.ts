// `Peerline: Who Wrote This`: the authors of a shared document, in their colors, on and off.

import type { EditorBlame } from "@peerline/ui/generated/protocol";
import { listen, run } from "@peerline/ui/supervise";
import {
  DecorationRangeBehavior,
  type Disposable,
  MarkdownString,
  Range,
  type TextEditor,
  type TextEditorDecorationType,
  ThemeColor,
  window,
  workspace,
} from "vscode";
import { COLOR_COUNT } from "../generated/palette";
import type { Session } from "../session/session";
import { selectionColor } from "../shared/colors";
import { toPosition } from "../shared/places";
import { show } from "../shared/tell";
import { type BlameMarks, marksOf } from "./blameRuns";
import { activeDocument, sharedDocument } from "./marks";
import { Quiet } from "./quiet";

/** The authors are asked for again after this much quiet. */
const QUIET_MS = 1000;

/** Shows the authors of the documents for which it was turned on. */
export class Blame implements Disposable {
  readonly #session: Session;
  readonly #shown = new Map<string, BlameMarks>();
  readonly #quiet = new Quiet(QUIET_MS, (uri) => this.#load(uri));
  readonly #runs: (TextEditorDecorationType | undefined)[] = new Array(COLOR_COUNT);
  readonly #labels = window.createTextEditorDecorationType({
    rangeBehavior: DecorationRangeBehavior.ClosedClosed,
    after: {
      margin: "0 0 0 3ch",
      fontStyle: "italic",
      color: new ThemeColor("editorCodeLens.foreground"),
    },
  });
  readonly #disposables: Disposable[];

  constructor(session: Session) {
    this.#session = session;
    this.#disposables = [
      this.#labels,
      this.#quiet,
      listen(window.onDidChangeVisibleTextEditors, "showing who wrote what", (editors) => {
        for (const editor of editors) {
          this.#draw(editor);
        }
      }),
      listen(workspace.onDidChangeTextDocument, "showing who wrote what", ({ document }) => {
        if (this.#shown.has(document.uri.toString())) {
          this.#quiet.changed(document.uri.toString());
        }
      }),
      session.onDidChangeDocuments(() => this.#forgetOthers()),
    ];
  }

  /** Show the authors of the document in the active editor, or no longer. */
  async toggle(): Promise<void> {
    const uri = window.activeTextEditor?.document.uri.toString();
    if (uri === undefined || activeDocument(this.#session) === undefined) {
      show.info("Open a shared file to see who wrote what.");
    } else if (this.#shown.delete(uri)) {
      this.#drawAll(uri);
    } else {
      this.#shown.set(uri, { runs: [], labels: [] });
      try {
        await this.#load(uri);
      } catch (error) {
        this.#shown.delete(uri); // the next try is to show them, not to hide nothing
        throw error;
      }
    }
  }

  async #load(uri: string): Promise<void> {
    if (!this.#shown.has(uri)) {
      return;
    }
    const blame = (await this.#session.command("peerline.blame", { uri })) as EditorBlame;
    const document = workspace.textDocuments.find((open) => open.uri.toString() === uri);
    if (document === undefined || !this.#shown.has(uri)) {
      return;
    }
    if (document.version !== blame.version) {
      this.#quiet.changed(uri); // it was for another text
      return;
    }
    this.#shown.set(uri, marksOf(blame.runs));
    this.#drawAll(uri);
  }

  #drawAll(uri: string): void {
    for (const editor of window.visibleTextEditors) {
      if (editor.document.uri.toString() === uri) {
        this.#draw(editor);
      }
    }
  }

  #draw(editor: TextEditor): void {
    const marks = this.#shown.get(editor.document.uri.toString());
    for (let color = 0; color < COLOR_COUNT; color += 1) {
      const theirs = (marks?.runs ?? []).filter((run) => run.color % COLOR_COUNT === color);
      const type = theirs.length > 0 ? this.#runsOf(color) : this.#runs[color];
      if (type !== undefined) {
        const ranges = theirs.map(({ start, end, name }) => ({
          range: new Range(toPosition(start), toPosition(end)),
          hoverMessage: new MarkdownString().appendText(`Written by ${name}`),
        }));
        editor.setDecorations(type, ranges);
      }
    }
    editor.setDecorations(
      this.#labels,
      (marks?.labels ?? [])
        .filter(({ line }) => line < editor.document.lineCount)
        .map(({ line, text }) => {
          const { end } = editor.document.lineAt(line).range;
          return {
            range: new Range(end, end),
            renderOptions: { after: { contentText: text } },
          };
        }),
    );
  }

  #runsOf(color: number): TextEditorDecorationType {
    this.#runs[color] ??= window.createTextEditorDecorationType({
      rangeBehavior: DecorationRangeBehavior.ClosedClosed,
      backgroundColor: selectionColor(color),
    });
    return this.#runs[color];
  }

  /** Documents that are no longer shared have no authors. */
  #forgetOthers(): void {
    for (const uri of this.#shown.keys()) {
      if (sharedDocument(this.#session, uri) === undefined) {
        this.#shown.delete(uri);
        run("showing who wrote what", () => this.#drawAll(uri));
      }
    }
  }

  dispose(): void {
    for (const type of this.#runs) {
      type?.dispose();
    }
    for (const disposable of this.#disposables) {
      disposable.dispose();
    }
  }
}
