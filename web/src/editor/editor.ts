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
import type { Anchored, Rows } from "../code/anchors.ts";
import type { CodeView, EditorOptions, ShownEditor, Target, TextView } from "../code/ports.ts";
import { anchoredIn } from "./anchored.ts";
import { Binding } from "./binding.ts";
import { DraftPlaces } from "./draftPlaces.ts";
import { edges, visibleLines } from "./edges.ts";
import { languageOf } from "./languages.ts";
import { OncePerFrame } from "./oncePerFrame.ts";
import { people, setPeople } from "./people.ts";
import { anchorOf, peopleIn, rowsOf } from "./places.ts";
import { cursorIn, isSynced, pressedRows, selectedRows, within } from "./selection.ts";
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
  readonly #label = new Compartment();
  readonly #ends: (() => void)[] = [];
  readonly #drafts: DraftPlaces;
  readonly #people = new OncePerFrame(() => this.#drawPeople());
  #cancelPlaces: (() => void) | undefined;
  #file: string;

  constructor(parent: HTMLElement, options: EditorOptions) {
    const { code, document: shared } = options;
    this.#options = options;
    this.#file = code.fileOf(shared.id);
    this.#binding = new Binding(shared, options.refused);
    this.#drafts = new DraftPlaces(code.drafts, shared);
    this.#view = new EditorView({
      parent,
      state: EditorState.create({
        doc: shared.state === "opening" ? "" : shared.text,
        extensions: this.#extensions(),
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
    this.#loadLanguage();
    this.stateChanged();
  }

  /** Write a comment on the selected lines. */
  commentHere(): void {
    this.#comment(this.#selectedRows);
  }

  destroy(): void {
    const { code } = this.#options;
    code.detach(this);
    code.placed(undefined, undefined);
    this.#cancelPlaces?.();
    this.#people.cancel();
    for (const end of this.#ends) {
      end();
    }
    this.#view.destroy();
  }

  // --- for the session -------------------------------------------------------------------

  arrive(): void {
    const { code, document: shared } = this.#options;
    const target = shared.state === "opening" ? undefined : code.takeTarget(shared.id);
    if (target !== undefined) {
      this.#go(target);
    }
  }

  reveal(row: number): void {
    const { doc } = this.#view.state;
    const { to } = doc.line(Math.min(row + 1, doc.lines));
    this.#view.dispatch({ effects: EditorView.scrollIntoView(to, { y: "nearest" }) });
  }

  anchorOf(draftId: string): AnchorData | undefined {
    const draft = this.#options.code.drafts.comment(draftId);
    const isHere = draft !== undefined && this.#isHere(draft.anchor);
    const rows = isHere ? this.#drafts.rowsOf(draft, this.#looking()) : undefined;
    return rows === undefined ? undefined : this.#anchorAt(rows);
  }

  placeDraft(draftId: string): void {
    const { drafts } = this.#options.code;
    const draft = drafts.comment(draftId);
    if (draft !== undefined) {
      const rows = this.#selectedRows;
      drafts.keepComment({ ...draft, anchor: this.#anchorAt(rows) });
      this.#drafts.put(draftId, rows);
      this.showThreads();
      this.reveal(rows.last);
    }
  }

  #go({ line, top, takesFocus }: Target): void {
    const { doc } = this.#view.state;
    const at = (number: number) => doc.line(Math.max(1, Math.min(number, doc.lines))).from;
    const effects =
      top === undefined
        ? EditorView.scrollIntoView(at(line), { y: "center" })
        : EditorView.scrollIntoView(at(top), { y: "start" });
    this.#view.dispatch({ effects, ...(takesFocus ? { selection: { anchor: at(line) } } : {}) });
    // The text may have come late: somebody who writes elsewhere by now goes on there.
    if (takesFocus && !isField(document.activeElement)) {
      this.#view.focus();
    }
  }

  showPeople(): void {
    this.#people.ask();
  }

  #drawPeople(): void {
    const { code, document: shared } = this.#options;
    if (shared.state === "opening" || shared.state === "detached") {
      return;
    }
    const participants = code.client.replica.participants.values();
    const { doc } = this.#view.state;
    const found = peopleIn(shared, this.#file, doc, participants, code.me, (id) =>
      code.around.colorOf(id),
    );
    this.#view.dispatch({ effects: setPeople.of(found) });
  }

  showThreads(): void {
    const { code, document: shared } = this.#options;
    if (shared.state === "opening") {
      return;
    }
    this.#rename();
    const looking = this.#looking();
    const rows = new Map<string, Rows>();
    for (const [id, anchor] of anchoredIn(code)) {
      const place = this.#isHere(anchor) ? looking(anchor) : undefined;
      if (place !== undefined) {
        rows.set(id, place);
      }
    }
    const drafts = code.drafts.comments.filter(({ anchor }) => this.#isHere(anchor));
    for (const [id, place] of this.#drafts.look(drafts, looking, (at) => this.#anchorAt(at))) {
      rows.set(id, place);
    }
    const below: Below[] = [...rows].map(([id, { last }]) => ({ id, row: last }));
    this.#view.dispatch({ effects: setBelow.of(below) });
    code.keepPlaces(rows);
  }

  // --- for the document ------------------------------------------------------------------

  changed(delta: Delta): void {
    this.#binding.show(this.#view, delta);
  }

  replaced(): void {
    this.#binding.align(this.#view);
  }

  stateChanged(): void {
    const { document: shared } = this.#options;
    this.#binding.align(this.#view);
    const mayEdit = shared.canEdit && isSynced(shared);
    this.#view.dispatch({ effects: this.#access.reconfigure(access(mayEdit)) });
    if (shared.state !== "opening") {
      this.showThreads();
      this.showPeople();
      this.arrive();
      this.#tellPlace();
    }
  }

  // --- CodeMirror ------------------------------------------------------------------------

  #extensions(): Extension {
    const { code, drawBelow } = this.#options;
    const nonce = document.querySelector<HTMLMetaElement>('meta[name="csp-nonce"]')?.nonce ?? "";
    const undo = (which: "undo" | "redo") => (view: EditorView) => this.#binding.undo(view, which);
    return [
      EditorView.cspNonce.of(nonce),
      EditorView.contentAttributes.of({ spellcheck: "false" }),
      this.#label.of(label(this.#file)),
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
        { key: "Mod-Alt-m", run: () => this.#pressed(this.#selectedRows.last) },
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
      this.#drafts.move(update);
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

  #pressed(row: number): boolean {
    const { code } = this.#options;
    if (code.mayComment) {
      this.#comment(pressedRows(this.#selectedRows, row));
    }
    return true;
  }

  #comment(rows: Rows): void {
    const { code } = this.#options;
    const known = [...this.#drafts.all].find(
      ([, { first, last }]) => first === rows.first && last === rows.last,
    );
    const id = code.commenting.begin(this.#anchorAt(rows), known?.[0]);
    this.#drafts.put(id, rows);
    this.showThreads();
    this.reveal(rows.last);
  }

  get #selectedRows(): Rows {
    return selectedRows(this.#view.state);
  }

  /** The anchor of a comment on these rows. */
  #anchorAt(rows: Rows): AnchorData {
    const { doc } = this.#view.state;
    return anchorOf(this.#options.document, this.#file, doc, within(rows, doc));
  }

  #isHere({ document_id, file }: Anchored): boolean {
    return document_id === this.#options.document.id || file === this.#file;
  }

  /** Finds anchors in the text as it is now. */
  #looking(): (anchor: Anchored) => Rows | undefined {
    const { doc } = this.#view.state;
    let split: readonly string[] | undefined;
    const lines = () => {
      split ??= doc.toString().split("\n");
      return split;
    };
    return (anchor) => rowsOf(this.#options.document, doc, lines, anchor);
  }

  #rename(): void {
    const file = this.#options.code.fileOf(this.#options.document.id);
    if (file !== this.#file) {
      this.#file = file;
      this.#view.dispatch({ effects: this.#label.reconfigure(label(file)) });
      this.#loadLanguage();
    }
  }

  #tellPlace(): void {
    const { code, document: shared } = this.#options;
    const file = this.#file;
    if (!isSynced(shared)) {
      return;
    }
    code.placed(
      { file, ...cursorIn(this.#view.state, shared) },
      { file, ...visibleLines(this.#view) },
    );
  }

  #loadLanguage(): void {
    const load = languageOf(this.#file);
    load?.().then(
      (language) => {
        if (load === languageOf(this.#file)) {
          this.#view.dispatch({ effects: this.#language.reconfigure(language) });
        }
      },
      (error: unknown) => this.#options.code.around.fault("loading a language", error),
    );
  }
}

/** Whether somebody writes in an element. */
function isField(element: Element | null): boolean {
  return element instanceof HTMLTextAreaElement || element instanceof HTMLInputElement;
}

function label(file: string): Extension {
  const name = `Text of ${revealControls(file, "")}`;
  return EditorView.contentAttributes.of({ "aria-label": name });
}

function access(mayEdit: boolean): Extension {
  // Without edits the text can still be reached and read with a keyboard.
  return mayEdit
    ? []
    : [EditorState.readOnly.of(true), EditorView.contentAttributes.of({ "aria-readonly": "true" })];
}
