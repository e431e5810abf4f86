// The marks of others in editors: cursor, name flag, selection, and what they see in the ruler.

import type { EditorPresence, EditorPresenceUpdate } from "@peerline/ui/generated/protocol";
import { guard, listen } from "@peerline/ui/supervise";
import {
  type DecorationOptions,
  DecorationRangeBehavior,
  type Disposable,
  MarkdownString,
  OverviewRulerLane,
  Range,
  type TextEditor,
  type TextEditorDecorationType,
  window,
  workspace,
} from "vscode";
import { COLOR_COUNT } from "../generated/palette";
import type { Session } from "../session/session";
import { documentOfCell } from "../shared/cells";
import { flagForeground, participantColor, selectionColor } from "../shared/colors";
import { oneLine } from "../shared/names";
import { canonical, toPosition, toRange } from "../shared/places";
import { onDidChangeSettings, settings } from "../shared/settings";
import { type FlagPlace, placeOfFlag } from "./flagPlace";
import { Flags } from "./flags";
import { RecentChanges } from "./recentChanges";
import { type Change, shiftPresence } from "./shiftPlaces";

const DEFAULT_TAB_SIZE = 4;

/** The decoration types of one colour. */
interface Marks {
  readonly cursor: TextEditorDecorationType;
  readonly flag: TextEditorDecorationType;
  readonly selection: TextEditorDecorationType;
  readonly viewport: TextEditorDecorationType;
}

/** Shows where others are. */
export class PresenceMarks implements Disposable {
  readonly #marks: (Marks | undefined)[] = new Array(COLOR_COUNT);
  readonly #people = new Map<string, EditorPresence>();
  readonly #recent = new RecentChanges();
  readonly #flags = new Flags(flagMilliseconds());
  readonly #disposables: Disposable[];
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(session: Session) {
    this.#disposables = [
      session.onDidChangePresence((update) => this.#update(update)),
      listen(window.onDidChangeVisibleTextEditors, "showing cursors", (editors) => {
        for (const editor of editors) {
          this.#show(editor);
        }
      }),
      listen(workspace.onDidChangeTextDocument, "showing cursors", (event) => {
        const { document, contentChanges } = event;
        if (contentChanges.length > 0) {
          const uri = document.uri.toString();
          this.#recent.changed(uri, document.version, contentChanges, Date.now());
          this.#shift(uri, contentChanges);
        }
        // A flag is placed beside code, which is in another place now.
        const colors = this.#flagColorsIn(document.uri.toString());
        for (const editor of colors.size === 0 ? [] : window.visibleTextEditors) {
          if (editor.document === document) {
            this.#show(editor, colors);
          }
        }
      }),
      listen(workspace.onDidChangeNotebookDocument, "showing cursors", ({ contentChanges }) => {
        if (contentChanges.length > 0) {
          this.#showAll(); // a cell has another number now
        }
      }),
      listen(workspace.onDidCloseTextDocument, "showing cursors", ({ uri }) =>
        this.#recent.forget(uri.toString()),
      ),
      onDidChangeSettings(() => {
        this.#flags.milliseconds = flagMilliseconds();
        this.#showAll();
      }),
    ];
  }

  #update(update: EditorPresenceUpdate): void {
    const colors = new Set<number>();
    for (const userId of update.removed ?? []) {
      const before = this.#people.get(userId);
      if (before !== undefined) {
        colors.add(before.color);
        this.#people.delete(userId);
        this.#flags.forget(userId);
      }
    }
    const now = Date.now();
    for (const presence of update.updates ?? []) {
      const before = this.#people.get(presence.user_id);
      if (before !== undefined) {
        colors.add(before.color);
      }
      colors.add(presence.color);
      const person = this.#now(withCanonicalUris(presence));
      if (hasMoved(before, person)) {
        this.#flags.moved(person.user_id, now);
      }
      this.#people.set(person.user_id, person);
    }
    for (const editor of window.visibleTextEditors) {
      this.#show(editor, colors);
    }
    this.#scheduleFlags();
  }

  /** Places move with the text, as VS Code's own marks do. */
  #shift(uri: string, changes: readonly Change[]): void {
    for (const [userId, person] of this.#people) {
      if (documentUri(person) === uri) {
        this.#people.set(userId, shiftPresence(person, person.uri ?? uri, changes));
      } else if (person.viewport_uri === uri) {
        this.#people.set(userId, shiftPresence(person, uri, changes));
      }
    }
  }

  /** The place in the text as it is now: the user may have typed since it was sent. */
  #now(person: EditorPresence): EditorPresence {
    const { uri, version } = person;
    return uri === undefined || version === undefined
      ? person
      : this.#recent
          .since(uri, version)
          .reduce((place, changes) => shiftPresence(place, uri, changes), person);
  }

  #showAll(): void {
    for (const editor of window.visibleTextEditors) {
      this.#show(editor);
    }
    this.#scheduleFlags();
  }

  /** Draw the people of these colours, or of all, in one editor. */
  #show(editor: TextEditor, colors?: ReadonlySet<number>): void {
    const uri = editor.document.uri.toString();
    const now = Date.now();
    const { showViewports } = settings();
    const people = [...this.#people.values()];
    for (const color of colors ?? Array.from({ length: COLOR_COUNT }, (_, index) => index)) {
      const theirs = people.filter((person) => person.color === color);
      if (theirs.length === 0 && this.#marks[color] === undefined) {
        continue;
      }
      const marks = this.#marksOf(color);
      const here = theirs.filter((person) => documentUri(person) === uri);
      editor.setDecorations(marks.cursor, here.flatMap(cursorOf));
      editor.setDecorations(
        marks.flag,
        here.flatMap((person) => this.#flag(person, editor, now)),
      );
      editor.setDecorations(
        marks.selection,
        here.flatMap(({ selection }) => (selection ? [toRange(selection)] : [])),
      );
      editor.setDecorations(
        marks.viewport,
        theirs.flatMap(({ viewport, viewport_uri }) =>
          showViewports && viewport && viewport_uri === uri
            ? [new Range(viewport.start, 0, viewport.end, 0)]
            : [],
        ),
      );
    }
  }

  #flagColorsIn(uri: string): ReadonlySet<number> {
    const now = Date.now();
    const flagged = [...this.#people.values()].filter(
      (person) =>
        documentUri(person) === uri && this.#flags.state(person.user_id, now) !== "hidden",
    );
    return new Set(flagged.map(({ color }) => color));
  }

  #flag(
    person: EditorPresence,
    { document, options }: TextEditor,
    now: number,
  ): DecorationOptions[] {
    const flag = this.#flags.state(person.user_id, now);
    if (person.cursor === undefined || flag === "hidden") {
      return [];
    }
    const cursor = document.validatePosition(toPosition(person.cursor));
    const textOf = (line: number) =>
      line < 0 || line >= document.lineCount ? undefined : document.lineAt(line).text;
    const line = textOf(cursor.line) ?? "";
    const name = nameOf(person);
    const place = placeOfFlag(
      { above: textOf(cursor.line - 1), line, below: textOf(cursor.line + 1) },
      cursor.character,
      name,
      Number(options.tabSize) || DEFAULT_TAB_SIZE,
    );
    const at = place === "behind" ? cursor.with({ character: line.length }) : cursor;
    return [
      {
        range: new Range(at, at),
        renderOptions: {
          after: { contentText: name, textDecoration: flagStyle(place, flag === "fading") },
        },
      },
    ];
  }

  #scheduleFlags(): void {
    clearTimeout(this.#timer);
    const wait = this.#flags.nextChange(Date.now());
    if (wait !== undefined) {
      this.#timer = setTimeout(
        guard("showing cursors", () => this.#showAll()),
        wait + 5,
      );
    }
  }

  #marksOf(color: number): Marks {
    const known = this.#marks[color];
    if (known !== undefined) {
      return known;
    }
    const made = {
      cursor: window.createTextEditorDecorationType({
        rangeBehavior: DecorationRangeBehavior.ClosedClosed,
        overviewRulerColor: participantColor(color),
        overviewRulerLane: OverviewRulerLane.Center,
        before: {
          contentText: "\u200b",
          border: "1px solid",
          borderColor: participantColor(color),
          // Beside the text instead of in it: nothing moves when somebody comes by.
          textDecoration: "none; position: absolute; width: 0; height: 100%; margin-left: -1px;",
        },
      }),
      flag: window.createTextEditorDecorationType({
        rangeBehavior: DecorationRangeBehavior.ClosedClosed,
        after: { color: flagForeground(color), backgroundColor: participantColor(color) },
      }),
      selection: window.createTextEditorDecorationType({
        rangeBehavior: DecorationRangeBehavior.ClosedClosed,
        backgroundColor: selectionColor(color),
        // The user's own selection may have the same background; it has no line below it.
        borderStyle: "solid",
        borderColor: participantColor(color),
        borderWidth: "0 0 1px 0",
        overviewRulerColor: selectionColor(color),
        overviewRulerLane: OverviewRulerLane.Center,
      }),
      viewport: window.createTextEditorDecorationType({
        isWholeLine: true,
        overviewRulerColor: selectionColor(color),
        overviewRulerLane: OverviewRulerLane.Left,
      }),
    };
    this.#marks[color] = made;
    return made;
  }

  dispose(): void {
    clearTimeout(this.#timer);
    for (const marks of this.#marks) {
      marks?.cursor.dispose();
      marks?.flag.dispose();
      marks?.selection.dispose();
      marks?.viewport.dispose();
    }
    for (const disposable of this.#disposables) {
      disposable.dispose();
    }
  }
}

/** The document that somebody's cursor is in: in a notebook that of the cell. */
function documentUri({ uri, cell }: EditorPresence): string | undefined {
  return uri === undefined || cell === undefined ? uri : documentOfCell(uri, cell)?.uri.toString();
}

function cursorOf(person: EditorPresence): DecorationOptions[] {
  if (person.cursor === undefined) {
    return [];
  }
  const position = toPosition(person.cursor);
  return [
    {
      range: new Range(position, position),
      // appendText escapes what Markdown would read in a name.
      hoverMessage: new MarkdownString().appendText(nameOf(person)),
    },
  ];
}

function nameOf({ username, status }: EditorPresence): string {
  return oneLine(username) + (status === "active" ? "" : ` (${status})`);
}

const STYLES: { readonly [Place in FlagPlace]: string } = {
  above: "bottom: 100%",
  below: "top: 100%",
  behind: "margin-left: 1ch",
};

/** A label beside the text. VS Code passes the rest on as CSS. */
function flagStyle(place: FlagPlace, isFading: boolean): string {
  const opacity = isFading ? "opacity: 0.5" : "opacity: 1";
  return (
    `none; position: absolute; ${STYLES[place]}; ${opacity}; z-index: 10; padding: 0 4px; ` +
    "font-size: 85%; line-height: 1.4; border-radius: 2px; white-space: pre; pointer-events: none;"
  );
}

function flagMilliseconds(): number {
  const seconds = settings().nameFlagSeconds;
  return seconds < 0 ? Number.POSITIVE_INFINITY : seconds * 1000;
}

function withCanonicalUris(presence: EditorPresence): EditorPresence {
  const { uri, viewport_uri } = presence;
  return {
    ...presence,
    uri: uri && canonical(uri),
    viewport_uri: viewport_uri && canonical(viewport_uri),
  };
}

function hasMoved(before: EditorPresence | undefined, after: EditorPresence): boolean {
  return (
    before === undefined ||
    before.uri !== after.uri ||
    before.cell !== after.cell ||
    before.cursor?.line !== after.cursor?.line ||
    before.cursor?.character !== after.cursor?.character
  );
}
