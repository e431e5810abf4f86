// The bridge (`peerline lsp`) as a language server: starts it and carries messages both ways.
import { type Disposable, type LogOutputChannel, type TextDocument, workspace } from "vscode";
import {
  CloseAction,
  DidCloseTextDocumentNotification,
  DidOpenTextDocumentNotification,
  type DynamicFeature,
  ErrorAction,
  LanguageClient,
  type LanguageClientOptions,
  type Middleware,
  RevealOutputChannelOn,
  State,
  type StaticFeature,
} from "vscode-languageclient/node";
import type { Session } from "./session";

/** How to start the bridge. */
export interface BridgeCommand {
  command: string;
  args: string[];
}

/** What of a language client Peerline needs; the rest would only cost at the start. */
const FEATURES: ReadonlySet<string> = new Set([
  "textDocument/didOpen",
  "textDocument/didChange",
  "textDocument/didClose",
  "workspace/didChangeWorkspaceFolders",
]);

class BridgeClient extends LanguageClient {
  // The bridge's commands would be registered as VS Code's, and its hints for editors without a
  // plugin would be shown beside what this extension shows.
  // biome-ignore lint/suspicious/noExplicitAny: the base's signature
  override registerFeature(feature: StaticFeature | DynamicFeature<any>): void {
    const method = "registrationType" in feature ? feature.registrationType.method : undefined;
    if (method !== undefined && FEATURES.has(method)) {
      super.registerFeature(feature);
    }
  }
}

/** One bridge at a time; it runs from the first session until the window closes. */
export class Bridge implements Disposable {
  readonly #session: Session;
  readonly #log: LogOutputChannel;
  readonly #listener: Disposable;
  /** The documents that the bridge knows, by URI. */
  readonly #shared = new Set<string>();
  #client: LanguageClient | undefined;
  #starting: Promise<void> | undefined;

  constructor(session: Session, log: LogOutputChannel) {
    this.#session = session;
    this.#log = log;
    this.#listener = workspace.onDidChangeWorkspaceFolders(() => this.#shareInside());
  }

  get isRunning(): boolean {
    return this.#client?.state === State.Running;
  }

  /** Start it unless it runs; throws if it cannot be started. */
  start(command: BridgeCommand, options: Record<string, unknown>): Promise<void> {
    this.#starting ??= this.#start(command, options).finally(() => {
      this.#starting = undefined;
    });
    return this.#starting;
  }

  async stop(): Promise<void> {
    const client = this.#client;
    this.#client = undefined;
    this.#session.attach(undefined);
    await client?.dispose(2000);
  }

  async #start(command: BridgeCommand, options: Record<string, unknown>): Promise<void> {
    if (this.isRunning) {
      return;
    }
    await this.stop();
    this.#shared.clear();
    const client = new BridgeClient("peerline", "Peerline", command, this.#options(options));
    for (const [method, handler] of Object.entries(this.#session.handlers)) {
      client.onNotification(method, handler);
    }
    client.onDidChangeState(({ newState }) => {
      if (newState === State.Stopped && this.#client === client) {
        this.#session.attach(undefined);
      }
    });
    this.#client = client;
    await client.start();
    this.#session.attach({
      request: (name, args) =>
        client.sendRequest<unknown>("workspace/executeCommand", { command: name, arguments: args }),
      notify: (method, params) => {
        void client.sendNotification(method, params);
      },
    });
  }

  #options(initializationOptions: Record<string, unknown>): LanguageClientOptions {
    return {
      documentSelector: [{ scheme: "file" }],
      middleware: this.#middleware(),
      initializationOptions,
      outputChannel: this.#log,
      revealOutputChannelOn: RevealOutputChannelOn.Never,
      initializationFailedHandler: () => false,
      errorHandler: {
        error: () => ({ action: ErrorAction.Continue, handled: true }),
        closed: () => ({ action: CloseAction.DoNotRestart, handled: true }),
      },
    };
  }

  /** The bridge hears of the files of the workspace: what is outside is nobody's business. */
  #middleware(): Middleware {
    const knows = ({ uri }: TextDocument) => this.#shared.has(uri.toString());
    return {
      didOpen: async (document, next) => {
        if (isInside(document) && !knows(document)) {
          this.#shared.add(document.uri.toString());
          await next(document);
        }
      },
      didChange: async (event, next) => {
        if (knows(event.document)) {
          await next(event);
        }
      },
      didClose: async (document, next) => {
        if (this.#shared.delete(document.uri.toString())) {
          await next(document);
        }
      },
    };
  }

  /** A folder came or went: open documents are in the workspace now, or are no more. */
  #shareInside(): void {
    const client = this.#client;
    if (client === undefined || !this.isRunning) {
      return;
    }
    const opening = client.getFeature(DidOpenTextDocumentNotification.method);
    const closing = client.getFeature(DidCloseTextDocumentNotification.method);
    for (const document of workspace.textDocuments) {
      const isKnown = this.#shared.has(document.uri.toString());
      if (isInside(document) !== isKnown) {
        const feature = isKnown ? closing : opening;
        void feature.getProvider(document)?.send(document);
      }
    }
  }

  dispose(): void {
    this.#listener.dispose();
    void this.stop();
  }
}

function isInside({ uri }: TextDocument): boolean {
  return uri.scheme === "file" && workspace.getWorkspaceFolder(uri) !== undefined;
}
