// VS Code's module for tests of what speaks to it: its values, and a window that notes what it shows.
//
// Use it by `vi.mock("vscode", () => import("../vscode"))`; `code` says how the user answers.

import { type Field, Form, type Row } from "./vscodeForms";
import { ColorThemeKind, Disposable, EventEmitter, type Position, type Uri } from "./vscodeValues";

export { Form } from "./vscodeForms";
export * from "./vscodeValues";

function makeForm(): Form {
  code.form = new Form();
  return code.form;
}

/** The acts of the user, and everything that is shown. */
export const code = {
  /** Everything that was shown, such as `error: It failed. [Retry]`, and each command that was run. */
  shown: [] as string[],
  /** The buttons that are pressed, one a question; none closes it. */
  presses: [] as string[],
  /** Called with each question before a button is pressed. */
  asked: (_question: string): void => undefined,
  /** The texts that are entered, one a question. */
  entries: [] as string[],
  /** The labels that are picked, one a list; none closes it. */
  picks: [] as string[],
  /** The rows of the last list. */
  rows: [] as readonly Row[],
  /** The texts below the fields to enter something. */
  hints: [] as (string | undefined)[],
  /** The last of these fields. */
  field: undefined as Field | undefined,
  /** The last field, or list, that was made to be filled in step by step. */
  form: undefined as Form | undefined,
  /** The text below the last question that must be answered. */
  detail: "",
  settings: new Map<string, unknown>(),
  clipboard: "",
  extensions: new Map<string, unknown>(),
  /** The commands of the extension, by name. */
  commands: new Map<string, (...args: never[]) => unknown>(),
  /** Cancels what is in progress. */
  cancel: (): void => undefined,
};

async function ask(kind: string, message: string, buttons: readonly string[]) {
  code.shown.push([`${kind}: ${message}`, ...buttons.map((each) => `[${each}]`)].join(" "));
  if (buttons.length === 0) {
    return undefined;
  }
  code.asked(message);
  return code.presses.shift();
}

function message(kind: string) {
  return (text: string, ...rest: (string | { readonly detail?: string })[]) => {
    const options = rest.find((each) => typeof each === "object");
    code.detail = options?.detail ?? code.detail;
    return ask(
      kind,
      text,
      rest.filter((each) => typeof each === "string"),
    );
  };
}

async function pick(rows: readonly Row[], { title }: { title: string }): Promise<Row | undefined> {
  code.shown.push(`pick: ${title}`);
  code.rows = rows;
  const label = code.picks.shift();
  const row = rows.find((each) => each.label === label);
  if (label !== undefined && row === undefined) {
    throw new Error(`no row ${label} in ${rows.map((each) => each.label).join(", ")}`);
  }
  return row;
}

/** The editor of a document that was shown. */
function editorOf(uri: Uri) {
  return {
    document: { uri, validatePosition: (at: Position) => at },
    revealRange: () => undefined,
  };
}

const tabs = new EventEmitter<unknown>();
const visible = new EventEmitter<unknown>();
const selected = new EventEmitter<unknown>();
const activated = new EventEmitter<unknown>();
const scrolled = new EventEmitter<unknown>();
const focused = new EventEmitter<unknown>();
const themes = new EventEmitter<unknown>();
const cellsSelected = new EventEmitter<unknown>();
const notebookActivated = new EventEmitter<unknown>();

export const window = {
  activeColorTheme: { kind: ColorThemeKind.Dark },
  visibleTextEditors: [] as unknown[],
  tabGroups: {
    all: [] as { tabs: { input: unknown }[] }[],
    activeTabGroup: { activeTab: undefined as { input: unknown } | undefined },
    close: async (closed: readonly unknown[]) => code.shown.push(`closed: ${closed.length}`),
    onDidChangeTabs: tabs.event,
    fire: () => tabs.fire({}),
  },
  activeNotebookEditor: undefined as unknown,
  onDidChangeVisibleTextEditors: visible.event,
  onDidChangeTextEditorSelection: selected.event,
  onDidChangeActiveTextEditor: activated.event,
  onDidChangeTextEditorVisibleRanges: scrolled.event,
  onDidChangeActiveNotebookEditor: notebookActivated.event,
  onDidChangeNotebookEditorSelection: cellsSelected.event,
  select: (event: object) => selected.fire(event),
  state: { focused: true },
  onDidChangeWindowState: focused.event,
  focus: (isFocused: boolean) => focused.fire(Object.assign(window.state, { focused: isFocused })),
  onDidChangeActiveColorTheme: themes.event,
  activate: (editor: unknown) =>
    activated.fire(Object.assign(window, { activeTextEditor: editor }) && editor),
  scroll: (textEditor: object) => scrolled.fire({ textEditor }),
  changeVisible: (editors: unknown[]) => visible.fire(editors),
  showInformationMessage: message("info"),
  showWarningMessage: message("warning"),
  showErrorMessage: message("error"),
  showQuickPick: pick,
  activeTextEditor: undefined as unknown,
  showInputBox: async (field: Field) => {
    code.shown.push(`input: ${field.title}`);
    code.hints.push(field.prompt);
    code.field = field;
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
    return editorOf(uri);
  },
  createInputBox: makeForm,
  createQuickPick: makeForm,
  createStatusBarItem: () => ({ text: "", show: () => {}, hide: () => {}, dispose: () => {} }),
  setStatusBarMessage: (text: string) => {
    code.shown.push(`status: ${text}`);
    return new Disposable(() => undefined);
  },
  /** The last tree that was made. */
  tree: {} as { title?: string; description?: string; badge?: unknown; dispose(): void },
  createTreeView: () => {
    window.tree = { dispose: () => undefined };
    return window.tree;
  },
  registerFileDecorationProvider: () => new Disposable(() => undefined),
  createTextEditorDecorationType: (options: object) => ({ options, dispose: () => undefined }),
};

async function canOpenNone(of: unknown): Promise<unknown> {
  throw new Error(`cannot open ${String(of)}`);
}

const folders = new EventEmitter<unknown>();
const changes = new EventEmitter<unknown>();
const notebooks = new EventEmitter<unknown>();
const saves = new EventEmitter<object>();
const creations = new EventEmitter<object>();
const deletions = new EventEmitter<object>();
const renamings = new EventEmitter<object>();
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
  onDidSaveTextDocument: saves.event,
  onDidCreateFiles: creations.event,
  onDidDeleteFiles: deletions.event,
  onDidRenameFiles: renamings.event,
  save: (uri: Uri) => saves.fire({ uri }),
  create: (...files: Uri[]) => creations.fire({ files }),
  remove: (...files: Uri[]) => deletions.fire({ files }),
  rename: (oldUri: Uri, newUri: Uri) => renamings.fire({ files: [{ oldUri, newUri }] }),
  changeFolders: () => folders.fire({}),
  changeText: (event: object) => changes.fire(event),
  changeNotebook: (event: object) => notebooks.fire(event),
  changeSettings: (settings: Record<string, unknown>) => {
    for (const [name, value] of Object.entries(settings)) {
      code.settings.set(name, value);
    }
    const changed = [...Object.keys(settings).map((name) => `peerline.${name}`), "peerline"];
    configuration.fire({ affectsConfiguration: (name: string) => changed.includes(name) });
  },
  getConfiguration: () => ({
    get: (name: string, value?: unknown) => code.settings.get(name) ?? value,
    update: async (name: string, value: unknown) => workspace.changeSettings({ [name]: value }),
  }),
  getWorkspaceFolder: (uri: Uri) =>
    workspace.workspaceFolders.find((folder) => uri.path.startsWith(`${folder.uri.path}/`)),
  registerTextDocumentContentProvider: () => new Disposable(() => undefined),
  asRelativePath: (uri: Uri) => {
    const folder = workspace.getWorkspaceFolder(uri);
    return folder === undefined ? uri.path : uri.path.slice(folder.uri.path.length + 1);
  },
  /** The files that there are. */
  files: new Set<string>(),
  fs: {
    stat: async (uri: Uri) => {
      if (!workspace.files.has(uri.toString())) {
        throw new Error("no such file");
      }
      return {};
    },
  },
  registerFileSystemProvider: () => new Disposable(() => undefined),
  /** No file can be opened as a text unless a test says so. */
  openTextDocument: canOpenNone,
};

export const commands = {
  registerCommand: (name: string, act: (...args: never[]) => unknown) => {
    code.commands.set(name, act);
    return new Disposable(() => code.commands.delete(name));
  },
  executeCommand: async (...parts: unknown[]) => {
    code.shown.push(`command: ${parts.map(String).join(" ")}`);
  },
};

export const languages = {
  registerCompletionItemProvider: () => new Disposable(() => undefined),
};

/** A thread of VS Code. */
export interface ShownThread {
  readonly uri: Uri;
  range: unknown;
  comments: readonly object[];
  contextValue?: string;
  label?: string;
  canReply?: boolean;
  collapsibleState?: number;
  isDisposed: boolean;
}

export const comments = {
  /** Of the last controller. */
  threads: [] as ShownThread[],
  controller: {} as { commentingRangeProvider?: unknown; reactionHandler?: unknown },
  createCommentController: () => {
    comments.threads = [];
    comments.controller = {
      createCommentThread: (uri: Uri, range: unknown, given: readonly object[]) => {
        const thread: ShownThread = { uri, range, comments: given, isDisposed: false };
        comments.threads.push(thread);
        return Object.assign(thread, {
          dispose: () => {
            thread.isDisposed = true;
          },
        });
      },
      dispose: () => undefined,
    } as object;
    return comments.controller;
  },
};

export const version = "1.100.0";

export const env = {
  remoteName: undefined as string | undefined,
  uiKind: 1,
  openExternal: async (uri: Uri) => code.shown.push(`external: ${uri.toString()}`),
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
  Object.assign(code, {
    ...{ shown: [], presses: [], entries: [], picks: [], rows: [] },
    ...{
      hints: [],
      field: undefined,
      form: undefined,
      detail: "",
      clipboard: "",
      asked: () => undefined,
    },
  });
  code.settings.clear();
  window.state.focused = true;
  code.extensions.clear();
  Object.assign(window, {
    ...{ visibleTextEditors: [], activeTextEditor: undefined, activeNotebookEditor: undefined },
  });
  Object.assign(window.tabGroups, { all: [], activeTabGroup: { activeTab: undefined } });
  workspace.files.clear();
  Object.assign(workspace, {
    openTextDocument: canOpenNone,
    ...{ isTrusted: true, workspaceFolders: [], textDocuments: [], notebookDocuments: [] },
  });
}
