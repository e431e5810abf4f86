// The classes and constants of VS Code's module, for tests.

type Listener<T> = (value: T) => unknown;

export class Position {
  constructor(
    readonly line: number,
    readonly character: number,
  ) {}

  isEqual({ line, character }: Position): boolean {
    return line === this.line && character === this.character;
  }

  with({ line = this.line, character = this.character }): Position {
    return new Position(line, character);
  }
}

export class Range {
  readonly start: Position;
  readonly end: Position;

  constructor(...places: [Position, Position] | [number, number, number, number]) {
    const [first, second, third = 0, fourth = 0] = places;
    this.start = typeof first === "number" ? new Position(first, second as number) : first;
    this.end = typeof second === "number" ? new Position(third, fourth) : second;
  }

  isEqual({ start, end }: Range): boolean {
    return start.isEqual(this.start) && end.isEqual(this.end);
  }
}

export class Selection extends Range {}

export class Uri {
  private constructor(
    readonly scheme: string,
    readonly authority: string,
    readonly path: string,
    readonly query: string,
  ) {}

  static parse(text: string): Uri {
    const parts = /^([\w-]+):(?:\/\/([^/?]*))?([^?]*)\??(.*)$/.exec(text);
    const [, scheme = "", authority = "", path = "", query = ""] = parts ?? [];
    return new Uri(scheme, authority, path, query);
  }

  static from({ scheme = "", authority = "", path = "", query = "" }): Uri {
    return new Uri(scheme, authority, path, query);
  }

  static joinPath({ scheme, authority, path }: Uri, ...parts: string[]): Uri {
    return new Uri(scheme, authority, [path, ...parts].join("/"), "");
  }

  static file(path: string): Uri {
    return new Uri("file", "", path, "");
  }

  get fsPath(): string {
    return this.path;
  }

  /** With the authority in lower case, as VS Code writes it. */
  toString(): string {
    const query = this.query === "" ? "" : `?${this.query}`;
    return `${this.scheme}://${this.authority.toLowerCase()}${this.path}${query}`;
  }
}

export class NotebookRange {
  constructor(
    readonly start: number,
    readonly end: number,
  ) {}
}

export class Disposable {
  constructor(readonly dispose: () => unknown) {}

  static from(...all: { dispose(): unknown }[]): Disposable {
    return new Disposable(() => {
      for (const each of all) {
        each.dispose();
      }
    });
  }
}

export class EventEmitter<T> {
  readonly #listeners = new Set<Listener<T>>();

  readonly event = (listener: Listener<T>): Disposable => {
    this.#listeners.add(listener);
    return new Disposable(() => this.#listeners.delete(listener));
  };

  fire(value: T): void {
    for (const listener of [...this.#listeners]) {
      listener(value);
    }
  }

  dispose(): void {
    this.#listeners.clear();
  }
}

/** Markdown by its source. */
export class MarkdownString {
  supportHtml = false;

  constructor(public value = "") {}

  appendText(text: string): this {
    this.value += text.replace(/[\\`*_{}[\]()#+\-!~<>]/g, "\\$&");
    return this;
  }
}

export class ThemeColor {
  constructor(readonly id: string) {}
}

export class ThemeIcon {
  static readonly File = new ThemeIcon("file");
  static readonly Folder = new ThemeIcon("folder");

  constructor(readonly id: string) {}
}

export class TreeItem {
  constructor(
    readonly label: string,
    readonly collapsibleState = TreeItemCollapsibleState.None,
  ) {}
}

export class FileDecoration {
  constructor(
    readonly badge: string,
    readonly tooltip: string,
  ) {}
}

export class TabInputText {
  constructor(readonly uri: Uri) {}
}

export class TabInputTextDiff {
  constructor(
    readonly original: Uri,
    readonly modified: Uri,
  ) {}
}

export class FileSystemError extends Error {
  constructor(
    readonly code: string,
    about: string | Uri = "",
  ) {
    super(String(about));
  }

  static FileNotFound = (about: Uri) => new FileSystemError("FileNotFound", about);
  static FileNotADirectory = (about: Uri) => new FileSystemError("FileNotADirectory", about);
  static FileIsADirectory = (about: Uri) => new FileSystemError("FileIsADirectory", about);
  static NoPermissions = (about: string) => new FileSystemError("NoPermissions", about);
  static Unavailable = (about: string) => new FileSystemError("Unavailable", about);
}

export class CompletionItem {
  constructor(
    readonly label: string | { readonly label: string },
    readonly kind: number,
  ) {}
}

export class SnippetString {
  constructor(readonly value: string) {}
}

/** The replacements in order, to be carried out by a test. */
export class WorkspaceEdit {
  readonly replacements: { uri: string; range: Range; text: string }[] = [];

  replace(uri: Uri, range: Range, text: string): void {
    this.replacements.push({ uri: uri.toString(), range, text });
  }
}

export const ColorThemeKind = { Light: 1, Dark: 2, HighContrast: 3, HighContrastLight: 4 };
export const CommentMode = { Editing: 0, Preview: 1 };
export const CommentThreadCollapsibleState = { Collapsed: 0, Expanded: 1 };
export const CommentThreadState = { Unresolved: 0, Resolved: 1 };
export const CompletionItemKind = { Snippet: 14, User: 25 };
export const ConfigurationTarget = { Global: 1, Workspace: 2, WorkspaceFolder: 3 };
export const DecorationRangeBehavior = { OpenOpen: 0, ClosedClosed: 1 };
export const EndOfLine = { LF: 1, CRLF: 2 };
export const FileChangeType = { Changed: 1, Created: 2, Deleted: 3 };
export const FilePermission = { Readonly: 1 };
export const FileType = { Unknown: 0, File: 1, Directory: 2 };
export const NotebookEditorRevealType = { InCenterIfOutsideViewport: 2 };
export const OverviewRulerLane = { Left: 1, Center: 2, Right: 4, Full: 7 };
export const ProgressLocation = { SourceControl: 1, Window: 10, Notification: 15 };
export const TextEditorRevealType = {
  Default: 0,
  InCenter: 1,
  InCenterIfOutsideViewport: 2,
  AtTop: 3,
};
export const StatusBarAlignment = { Left: 1, Right: 2 };
export const TextEditorSelectionChangeKind = { Keyboard: 1, Mouse: 2, Command: 3 };
export const TreeItemCollapsibleState = { None: 0, Collapsed: 1, Expanded: 2 };
export const UIKind = { Desktop: 1, Web: 2 };
