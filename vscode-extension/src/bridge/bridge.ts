// The bridge (`peerline lsp`) as a language server: starts it and carries messages both ways.

import { run } from "@peerline/ui/supervise";
import type { Disposable, LogOutputChannel } from "vscode";
import {
  CloseAction,
  type DynamicFeature,
  ErrorAction,
  LanguageClient,
  type LanguageClientOptions,
  RevealOutputChannelOn,
  State,
  type StaticFeature,
} from "vscode-languageclient/node";
import { DOCUMENT_SCHEMES, type TextSync } from "../documents/textSync";
import type { Session } from "../session/session";
import type { RequestHandlers } from "../shared/requestHandlers";
import { Signal } from "../shared/signal";
import type { OwnProcess } from "./processes";

/** Starts the process of the bridge. */
export type SpawnBridge = () => Promise<OwnProcess>;

/** The bridge did not start, or does not answer. */
export class BridgeFailed extends Error {
  constructor(readonly code: string) {
    super(code);
    this.name = "BridgeFailed";
  }
}

/** How long it may take to start; the first start compiles its modules. */
const START_MS = 60_000;
/** How long it may take to end before it is killed. */
const STOP_MS = 2000;

/** The features of a language client that Peerline needs; the rest would only slow the start. */
const FEATURES: ReadonlySet<string> = new Set([
  "textDocument/didOpen",
  "textDocument/didChange",
  "textDocument/willSave",
  "textDocument/didSave",
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

  // The base would show a message of its own for each failed start; data can be what users wrote.
  override error(message: string): void {
    super.error(message, undefined, false);
  }
}

/** One bridge at a time; it runs from the first session until the window closes. */
export class Bridge implements Disposable {
  readonly #session: Session;
  readonly #log: LogOutputChannel;
  readonly #sync: TextSync;
  readonly #requests: RequestHandlers;
  readonly #crashed = new Signal<undefined>("starting the bridge again");
  #client: LanguageClient | undefined;
  #process: OwnProcess | undefined;
  #starting: Promise<void> | undefined;

  /** It ended while it ran, without being stopped. */
  readonly onDidCrash = this.#crashed.event;

  constructor(session: Session, log: LogOutputChannel, sync: TextSync, requests: RequestHandlers) {
    this.#session = session;
    this.#log = log;
    this.#sync = sync;
    this.#requests = requests;
  }

  get isRunning(): boolean {
    return this.#client?.state === State.Running;
  }

  /** Start it unless it runs; throws if it cannot be started. */
  start(spawn: SpawnBridge, options: Record<string, unknown>): Promise<void> {
    this.#starting ??= this.#start(spawn, options).finally(() => {
      this.#starting = undefined;
    });
    return this.#starting;
  }

  async stop(): Promise<void> {
    const client = this.#client;
    const process = this.#process;
    this.#client = undefined;
    this.#process = undefined;
    this.#sync.detach();
    // One that is only just starting has no connection to say it over, and is killed.
    await client?.dispose(STOP_MS).catch(() => undefined);
    process?.kill("SIGKILL");
  }

  async #start(spawn: SpawnBridge, options: Record<string, unknown>): Promise<void> {
    if (this.isRunning) {
      return;
    }
    await this.stop();
    this.#sync.begin();
    const process = await spawn();
    const ended = new Promise<string>((resolve) => {
      process.once("error", (error: NodeJS.ErrnoException) => resolve(error.code ?? "UNKNOWN"));
      process.once("exit", (code, signal) => resolve(String(code ?? signal)));
    });
    const client = new BridgeClient(
      "peerline",
      "Peerline",
      // It is ended here and not by the client, which would start programs to do it.
      () => Promise.resolve({ process, detached: true }),
      this.#options(options),
    );
    for (const [method, handler] of Object.entries(this.#session.handlers)) {
      client.onNotification(method, handler);
    }
    for (const [method, handler] of Object.entries(this.#requests)) {
      client.onRequest(method, handler as (params: unknown) => Promise<unknown>);
    }
    this.#client = client;
    this.#process = process;
    try {
      await startedBefore(client.start(), ended);
    } catch (error) {
      this.#client = undefined;
      this.#process = undefined;
      process.kill("SIGKILL");
      throw error;
    }
    this.#attach(client);
    run("waiting for the bridge's end", async () => this.#hasEnded(client, await ended));
  }

  #attach(client: LanguageClient): void {
    this.#sync.attach(client);
    this.#session.attach({
      request: (name, args) =>
        client.sendRequest<unknown>("workspace/executeCommand", { command: name, arguments: args }),
      notify: (method, params) =>
        run("sending to the bridge", async () => {
          if (client.state === State.Running) {
            await client.sendNotification(method, params);
          }
        }),
    });
  }

  #hasEnded(client: LanguageClient, code: string): void {
    if (this.#client !== client) {
      return; // it was stopped
    }
    this.#log.error(`the bridge has ended (${code})`);
    this.#client = undefined;
    this.#process = undefined;
    this.#sync.detach();
    this.#crashed.fire(undefined);
  }

  #options(initializationOptions: Record<string, unknown>): LanguageClientOptions {
    return {
      documentSelector: DOCUMENT_SCHEMES.map((scheme) => ({ scheme })),
      middleware: this.#sync.middleware,
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

  dispose(): void {
    this.#crashed.dispose();
    run("stopping the bridge", () => this.stop());
  }
}

/** Wait for the start; throws if the process ends first, or if it takes too long. */
async function startedBefore(start: Promise<void>, ended: Promise<string>): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<string>((resolve) => {
    timer = setTimeout(() => resolve("ETIMEDOUT"), START_MS);
  });
  const problem = await Promise.race([
    start.then(
      () => undefined,
      () => "START_FAILED",
    ),
    ended,
    late,
  ]);
  clearTimeout(timer);
  if (problem !== undefined) {
    throw new BridgeFailed(problem);
  }
}
