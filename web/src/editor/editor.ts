// The editor of one shared document: CodeMirror on the document, with others' carets and comments.
import { defaultKeymap, indentWithTab } from "@codemirror/commands";
import {
  bracketMatching,
  foldGutter,
  indentOnInput,
  syntaxHighlighting,
} from "@codemirror/language";
import { highlightSelectionMatches, search, searchKeymap } from "@codemirror/search";
import { Compartment, EditorState, type Extension } from "@codemirror/state";
import {
  drawSelection,
  EditorView,
  highlightActiveLine,
  highlightSpecialChars,
  keymap,
  lineNumbers,
  type ViewUpdate,
} from "@codemirror/view";
import { classHighlighter } from "@lezer/highlight";
import type { AnchorData, Delta } from "@peerline/client";
import { revealControls } from "@peerline/client/session";
import type { Rows } from "../code/anchors.ts";
import {
  type CodeView,
  type EditorOptions,
  NEW,
  type ShownEditor,
  type Target,
  type TextView,
} from "../code/ports.ts";
import { Binding } from "./binding.ts";
import { edges, visibleLines } from "./edges.ts";
import { languageOf } from "./languages.ts";
import { people, setPeople } from "./people.ts";
import { anchorOf, peopleIn, rowsOf } from "./places.ts";
import { type Below, setBelow, threads } from "./threads.ts";

/** Comments are looked up after a pause in the changes; until then they move with the text. */
const PLACES_MS = 500;
/** Characters that nobody would see, and those that turn the direction of text. */
const INVISIBLE = /[\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g;

/** One document on the page. */
export class Editor implements CodeView, TextView, ShownEditor {
  readonly #options: EditorOptions;
  readonly #view: EditorView;
  readonly #binding: Binding;
  readonly #access = new Compartment();
  readonly #language = new Compartment();
  readonly #ends: (() => void)[] = [];
  #cancelPlaces: (() => void) | undefined;
  #hasText = false;

  constructor(parent: HTMLElement, options: EditorOptions) {
    const { code, document: shared, file } = options;
    this.#options = options;
    this.#binding = new Binding(shared, options.refused);
    this.#view = new EditorView({
      parent,
      state: EditorState.create({
        doc: shared.state === "opening" ? "" : shared.text,
        extensions: this.#extensions(file),
      }),
      dispatchTransactions: (transactions, view) => view.update(this.#binding.take(transactions)),
    });
    this.#ends.push(code.files.look(shared.id, this));
    const { scrollDOM } = this.#view;
    // A press or turn of the wheel ends following; to scroll alone may be the page's own doing.
    for (const name of ["pointerdown", "wheel", "touchmove"]) {
      scrollDOM.addEventListener(name, () => code.unfollow(), { passive: true });
    }
    scrollDOM.addEventListener("scroll", () => this.#tellPlace(), { passive: true });
    code.attach(this);
    this.#loadLanguage(file);
    this.stateChanged();
  }

  /** The rows of the selection. */
  get selectedRows(): Rows {
    const { doc, selection } = this.#view.state;
    const { from, to } = selection.main;
    const first = doc.lineAt(from);
    const last = doc.lineAt(to);
    const reaches = to > last.from || last.number === first.number;
    return { first: first.number - 1, last: last.number - (reaches ? 1 : 2) };
  }

  /** The anchor of a comment on these rows. */
  anchorAt(rows: Rows): AnchorData {
    const { document: shared, file } = this.#options;
    const { doc } = this.#view.state;
    const last = Math.min(rows.last, doc.lines - 1);
    return anchorOf(shared, file, doc, { first: Math.min(rows.first, last), last });
  }

  destroy(): void {
    const { code } = this.#options;
    code.attach(undefined);
    code.placed(undefined, undefined);
    this.#cancelPlaces?.();
    for (const end of this.#ends) {
      end();
    }
    this.#view.destroy();
  }

  // --- for the session -------------------------------------------------------------------

  go({ line, top, takesFocus }: Target): void {
    const { doc } = this.#view.state;
    const at = (number: number) => doc.line(Math.max(1, Math.min(number, doc.lines))).from;
    const effects =
      top === undefined
        ? EditorView.scrollIntoView(at(line), { y: "center" })
        : EditorView.scrollIntoView(at(top), { y: "start" });
    this.#view.dispatch({ effects, ...(takesFocus ? { selection: { anchor: at(line) } } : {}) });
    if (takesFocus) {
      this.#view.focus();
    }
  }

  showPeople(): void {
    const { code, document: shared, file } = this.#options;
    if (shared.state === "opening" || shared.state === "detached") {
      return;
    }
    const participants = code.client.replica.participants.values();
    const { doc } = this.#view.state;
    const found = peopleIn(shared, file, doc, participants, code.me, (id) =>
      code.around.colorOf(id),
    );
    this.#view.dispatch({ effects: setPeople.of(found) });
  }

  showThreads(): void {
    const { code, document: shared, file, placed } = this.#options;
    if (shared.state === "opening" || shared.state === "detached") {
      return;
    }
    const { doc } = this.#view.state;
    let split: readonly string[] | undefined;
    const lines = () => {
      split ??= doc.toString().split("\n");
      return split;
    };
    const rows = new Map<string, Rows>();
    for (const thread of code.client.replica.threads.values()) {
      if (thread.document_id === shared.id || thread.file === file) {
        const place = rowsOf(shared, doc, lines, thread);
        if (place !== undefined) {
          rows.set(thread.id, place);
        }
      }
    }
    const below: Below[] = [...rows].map(([id, { last }]) => ({ id, row: last }));
    const { comment } = code.drafts;
    if (comment !== undefined && comment.file === file) {
      below.push({ id: NEW, row: comment.last });
    }
    this.#view.dispatch({ effects: setBelow.of(below) });
    placed(rows);
  }

  // --- for the document ------------------------------------------------------------------

  changed(delta: Delta): void {
    this.#binding.show(this.#view, delta);
  }

  replaced(): void {
    this.#binding.align(this.#view);
  }

  stateChanged(): void {
    const { code, document: shared } = this.#options;
    this.#binding.align(this.#view);
    const mayEdit = shared.canEdit && (shared.state === "equal" || shared.state === "offline");
    this.#view.dispatch({ effects: this.#access.reconfigure(access(mayEdit)) });
    if (shared.state !== "opening") {
      this.#hasText = true;
      this.showThreads();
      this.showPeople();
      const target = code.takeTarget();
      if (target !== undefined) {
        this.go(target);
      }
      this.#tellPlace();
    }
  }

  // --- CodeMirror ------------------------------------------------------------------------

  #extensions(file: string): Extension {
    const { code, drawBelow } = this.#options;
    const nonce = document.querySelector<HTMLMetaElement>('meta[name="csp-nonce"]')?.nonce ?? "";
    const undo = (which: "undo" | "redo") => (view: EditorView) => this.#binding.undo(view, which);
    return [
      EditorView.cspNonce.of(nonce),
      EditorView.contentAttributes.of({
        "aria-label": `Text of ${revealControls(file, "")}`,
        spellcheck: "false",
      }),
      EditorState.lineSeparator.of("\n"),
      EditorState.tabSize.of(4),
      EditorView.clipboardInputFilter.of((text) => text.replace(/\r\n?/g, "\n")),
      this.#access.of(access(false)),
      this.#language.of([]),
      threads(drawBelow, (row) => this.#pressed(row)),
      lineNumbers(),
      foldGutter(),
      highlightSpecialChars({ addSpecialChars: INVISIBLE }),
      drawSelection(),
      highlightActiveLine(),
      highlightSelectionMatches(),
      indentOnInput(),
      bracketMatching(),
      search({ top: true }),
      syntaxHighlighting(classHighlighter),
      people,
      edges,
      keymap.of([
        { key: "Mod-z", run: undo("undo"), preventDefault: true },
        { key: "Mod-y", mac: "Mod-Shift-z", run: undo("redo"), preventDefault: true },
        { key: "Mod-Shift-z", run: undo("redo"), preventDefault: true },
        { key: "Mod-Alt-m", run: () => this.#pressed(this.selectedRows.last) },
        // Out of the code by keyboard: CodeMirror lets Tab through after Escape.
        indentWithTab,
        ...searchKeymap,
        ...defaultKeymap,
      ]),
      EditorView.domEventHandlers({
        keydown: (event) => {
          if (!["Control", "Shift", "Alt", "Meta"].includes(event.key)) {
            code.unfollow();
          }
        },
      }),
      EditorView.updateListener.of((update) => this.#updated(update)),
    ];
  }

  #updated(update: ViewUpdate): void {
    const { code } = this.#options;
    if (update.docChanged) {
      this.#moveDraft(update);
      this.#cancelPlaces?.();
      this.#cancelPlaces = code.around.later(PLACES_MS, () => this.showThreads());
      if (update.transactions.some((transaction) => transaction.isUserEvent("input"))) {
        code.around.typed();
      }
    }
    if (update.docChanged || update.selectionSet || update.viewportChanged) {
      this.#tellPlace();
    }
  }

  /** The comment that is being written stays with its lines. */
  #moveDraft({ startState, state, changes }: ViewUpdate): void {
    const { code, file } = this.#options;
    const draft = code.drafts.comment;
    if (this.#hasText && draft !== undefined && draft.file === file) {
      const row = (before: number) => {
        const line = startState.doc.line(Math.min(before + 1, startState.doc.lines));
        return state.doc.lineAt(changes.mapPos(line.to, -1)).number - 1;
      };
      const last = row(draft.last);
      code.drafts.keepComment({ ...draft, first: Math.min(row(draft.first), last), last });
    }
  }

  #pressed(row: number): boolean {
    const { code, file } = this.#options;
    if (code.mayComment) {
      const { first, last } = this.selectedRows;
      const isInside = row >= first && row <= last;
      const rows = isInside ? { first, last } : { first: row, last: row };
      const text = code.drafts.comment?.text ?? "";
      code.keepComment({ file, ...rows, text });
    }
    return true;
  }

  #tellPlace(): void {
    const { code, document: shared, file } = this.#options;
    if (shared.state !== "equal" && shared.state !== "offline") {
      return;
    }
    const { state } = this.#view;
    const { main } = state.selection;
    const place = (index: number) => {
      const line = state.doc.lineAt(index);
      return { line: line.number, column: index - line.from + 1 };
    };
    const head = place(main.head);
    const from = place(main.from);
    const to = place(main.to);
    const selection = {
      start_line: from.line,
      start_column: from.column,
      end_line: to.line,
      end_column: to.column,
    };
    const at = {
      document_id: shared.id,
      head: shared.relative(main.head, 0),
      ...(main.empty ? {} : { anchor: shared.relative(main.anchor, 0) }),
    };
    code.placed(
      { file, ...head, at, ...(main.empty ? {} : { selection }) },
      { file, ...visibleLines(this.#view) },
    );
  }

  #loadLanguage(file: string): void {
    const load = languageOf(file);
    load?.().then(
      (language) => this.#view.dispatch({ effects: this.#language.reconfigure(language) }),
      (error: unknown) => this.#options.code.around.fault("loading a language", error),
    );
  }
}

function access(mayEdit: boolean): Extension {
  // Without edits the text can still be reached and read with a keyboard.
  return mayEdit
    ? []
    : [EditorState.readOnly.of(true), EditorView.contentAttributes.of({ "aria-readonly": "true" })];
}
