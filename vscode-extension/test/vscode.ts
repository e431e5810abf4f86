// VS Code's module for tests of what speaks to it: its values, and a window that notes what it shows.
//
// Use it by `vi.mock("vscode", () => import("../vscode"))`; `code` says how the user answers.

type Listener<T> = (value: T) => unknown;

/** The acts of the user, and everything that is shown. */
export const code = {
  /** Everything that was shown, such as `error: It failed. [Retry]`, and each command that was run. */
  shown: [] as string[],
  /** The buttons that are pressed, one a question; none closes it. */
  presses: [] as string[],
  /** The texts that are entered, one a question. */
  entries: [] as string[],
  settings: new Map<string, unknown>(),
  clipboard: "",
  extensions: new Map<string, unknown>(),
  /** Cancels what is in progress. */
  cancel: (): void => undefined,
};

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
  constructor(readonly id: string) {}
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

export const ColorThemeKind = { Light: 1, Dark: 2, HighContrast: 3, HighContrastLight: 4 };
export const CommentMode = { Editing: 0, Preview: 1 };
export const CommentThreadCollapsibleState = { Collapsed: 0, Expanded: 1 };
export const CommentThreadState = { Unresolved: 0, Resolved: 1 };
export const ConfigurationTarget = { Global: 1, Workspace: 2, WorkspaceFolder: 3 };
export const DecorationRangeBehavior = { OpenOpen: 0, ClosedClosed: 1 };
export const FileChangeType = { Changed: 1, Created: 2, Deleted: 3 };
export const FilePermission = { Readonly: 1 };
export const FileType = { Unknown: 0, File: 1, Directory: 2 };
export const OverviewRulerLane = { Left: 1, Center: 2, Right: 4, Full: 7 };
export const ProgressLocation = { SourceControl: 1, Window: 10, Notification: 15 };
export const TextEditorRevealType = { Default: 0, InCenter: 1, InCenterIfOutsideViewport: 2 };

async function ask(kind: string, message: string, buttons: readonly string[]) {
  code.shown.push([`${kind}: ${message}`, ...buttons.map((each) => `[${each}]`)].join(" "));
  return buttons.length === 0 ? undefined : code.presses.shift();
}

function message(kind: string) {
  return (text: string, ...rest: (string | object)[]) =>
    ask(
      kind,
      text,
      rest.filter((each) => typeof each === "string"),
    );
}

const tabs = new EventEmitter<unknown>();
const visible = new EventEmitter<unknown>();

export const window = {
  activeColorTheme: { kind: ColorThemeKind.Dark },
  visibleTextEditors: [] as unknown[],
  tabGroups: { onDidChangeTabs: tabs.event, fire: () => tabs.fire({}) },
  onDidChangeVisibleTextEditors: visible.event,
  changeVisible: (editors: unknown[]) => visible.fire(editors),
  showInformationMessage: message("info"),
  showWarningMessage: message("warning"),
  showErrorMessage: message("error"),
  showInputBox: async ({ title }: { title: string }) => {
    code.shown.push(`input: ${title}`);
    return code.entries.shift();
  },
  withProgress: async (
    { title }: { title: string },
    work: (progress: object, token: object) => unknown,
  ) => {
    code.shown.push(`progress: ${title}`);
    const cancelled = new EventEmitter<void>();
    const token = { isCancellationRequested: false, onCancellationRequested: cancelled.event };
    code.cancel = () => {
      token.isCancellationRequested = true;
      cancelled.fire();
    };
    const report = ({ message: text }: { message: string }) => code.shown.push(`step: ${text}`);
    return work({ report }, token);
  },
  showTextDocument: async (uri: Uri) => {
    code.shown.push(`document: ${uri.toString()}`);
    return { document: { validatePosition: (at: Position) => at }, revealRange: () => undefined };
  },
  createTextEditorDecorationType: (options: object) => ({ options, dispose: () => undefined }),
};

const folders = new EventEmitter<unknown>();
const changes = new EventEmitter<unknown>();
const notebooks = new EventEmitter<unknown>();
const closings = new EventEmitter<unknown>();
const configuration = new EventEmitter<unknown>();

export const workspace = {
  isTrusted: true,
  name: "shop",
  workspaceFolders: [] as { uri: Uri }[],
  textDocuments: [] as unknown[],
  notebookDocuments: [] as unknown[],
  onDidChangeWorkspaceFolders: folders.event,
  onDidChangeTextDocument: changes.event,
  onDidChangeNotebookDocument: notebooks.event,
  onDidCloseTextDocument: closings.event,
  onDidChangeConfiguration: configuration.event,
  changeFolders: () => folders.fire({}),
  changeText: (event: object) => changes.fire(event),
  changeNotebook: (event: object) => notebooks.fire(event),
  changeSettings: (settings: Record<string, unknown>) => {
    for (const [name, value] of Object.entries(settings)) {
      code.settings.set(name, value);
    }
    configuration.fire({ affectsConfiguration: (name: string) => name === "peerline" });
  },
  getConfiguration: () => ({
    get: (name: string, value?: unknown) => code.settings.get(name) ?? value,
  }),
  getWorkspaceFolder: (uri: Uri) =>
    workspace.workspaceFolders.find((folder) => uri.path.startsWith(`${folder.uri.path}/`)),
  registerFileSystemProvider: () => new Disposable(() => undefined),
};

export const commands = {
  executeCommand: async (...parts: unknown[]) => {
    code.shown.push(`command: ${parts.map(String).join(" ")}`);
  },
};

export const env = {
  clipboard: {
    readText: async () => code.clipboard,
    writeText: async (text: string) => {
      code.clipboard = text;
    },
  },
};

export const extensions = { getExtension: (id: string) => code.extensions.get(id) };

/** A memento or secret storage. */
export class Kept {
  readonly values = new Map<string, unknown>();

  get(key: string, otherwise?: unknown): unknown {
    return this.values.get(key) ?? otherwise;
  }

  async update(key: string, value: unknown): Promise<void> {
    if (value === undefined) {
      this.values.delete(key);
    } else {
      this.values.set(key, value);
    }
  }

  store(key: string, value: unknown): Promise<void> {
    return this.update(key, value);
  }

  delete(key: string): Promise<void> {
    return this.update(key, undefined);
  }
}

/** As it was when the window was opened. */
export function begin(): void {
  Object.assign(code, { shown: [], presses: [], entries: [], clipboard: "" });
  code.settings.clear();
  code.extensions.clear();
  Object.assign(window, { visibleTextEditors: [] });
  Object.assign(workspace, {
    ...{ isTrusted: true, workspaceFolders: [], textDocuments: [], notebookDocuments: [] },
  });
}
