// The process of the bridge: started once, seen to fail or crash, and ended for certain.
import { EventEmitter } from "node:events";
import { supervisor } from "@peerline/ui/supervise";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Bridge } from "../../src/bridge/bridge";
import { Session } from "../../src/session/session";
import { settled } from "../joined";
import { begin } from "../vscode";

/** A client that the test plays: the real one needs a real VS Code. */
const language = vi.hoisted(() => {
  class Client {
    /** The last one that was made. */
    static last: Client;
    /** A start waits for this. */
    static starting: Promise<unknown> = Promise.resolve();
    readonly handlers = new Map<string, (params: unknown) => unknown>();
    readonly features: string[] = [];
    readonly errors: unknown[][] = [];
    readonly sent: unknown[][] = [];
    disposedWithin: number | undefined;
    state = 1;

    constructor(
      _id: string,
      _name: string,
      readonly serverOptions: () => Promise<object>,
      readonly options: { readonly initializationOptions: object },
    ) {
      Client.last = this;
    }

    async start(): Promise<void> {
      await Client.starting;
      this.state = 2;
    }

    async dispose(within: number): Promise<void> {
      this.disposedWithin = within;
      this.state = 1;
    }

    onNotification(method: string, handler: (params: unknown) => unknown): void {
      this.handlers.set(method, handler);
    }

    onRequest(method: string, handler: (params: unknown) => unknown): void {
      this.handlers.set(method, handler);
    }

    registerFeature({ registrationType }: { registrationType?: { method: string } }): void {
      this.features.push(registrationType?.method ?? "none");
    }

    error(...parts: unknown[]): void {
      this.errors.push(parts);
    }

    async sendRequest(...parts: unknown[]): Promise<string> {
      this.sent.push(parts);
      return "answer";
    }

    async sendNotification(...parts: unknown[]): Promise<void> {
      this.sent.push(parts);
    }
  }
  return Client;
});

vi.mock("vscode", () => import("../vscode"));
vi.mock("vscode-languageclient/node", () => ({
  LanguageClient: language,
  State: { Stopped: 1, Running: 2 },
  CloseAction: { DoNotRestart: 1 },
  ErrorAction: { Continue: 1 },
  RevealOutputChannelOn: { Never: 4 },
}));

class Process extends EventEmitter {
  readonly kill = vi.fn();
}

const sync = { begin: vi.fn(), attach: vi.fn(), detach: vi.fn(), middleware: {} };

let session: Session;
let bridge: Bridge;
let processes: Process[];
let logged: string[];
let crashes: number;

beforeEach(() => {
  begin();
  vi.clearAllMocks();
  supervisor.reportTo({ log: (text) => expect.unreachable(text), tell: () => undefined });
  language.starting = Promise.resolve();
  [session, processes, logged, crashes] = [new Session(), [], [], 0];
  const log = { error: (text: string) => logged.push(text) };
  const requests = { "peerline/text": async () => "text" };
  bridge = new Bridge(session, log as never, sync as never, requests as never);
  bridge.onDidCrash(() => {
    crashes += 1;
  });
});

afterEach(() => vi.useRealTimers());

async function spawn(): Promise<never> {
  const process = new Process();
  processes.push(process);
  return process as never;
}

describe("a start", () => {
  it("is one however often it is asked for", async () => {
    await Promise.all([bridge.start(spawn, {}), bridge.start(spawn, {})]);
    await bridge.start(spawn, {});
    expect(processes).toHaveLength(1);
    expect(bridge.isRunning).toBe(true);
  });

  it("carries the options, and messages both ways", async () => {
    await bridge.start(spawn, { username: "ann" });
    const client = language.last;
    expect(client.options.initializationOptions).toEqual({ username: "ann" });
    expect(await client.serverOptions()).toEqual({ process: processes[0], detached: true });
    expect(sync.attach).toHaveBeenCalledWith(client);
    client.handlers.get("peerline/state")?.({ state: "joined", session_id: "s1" });
    expect(session.state.state).toBe("joined");
    expect(await client.handlers.get("peerline/text")?.({})).toBe("text");
    expect(await session.command("peerline.leave" as never)).toBe("answer");
    session.tell("peerline/check" as never, { uri: "u" } as never);
    expect(client.sent).toEqual([
      ["workspace/executeCommand", expect.objectContaining({ command: "peerline.leave" })],
      ["peerline/check", { uri: "u" }],
    ]);
  });

  it("leaves out the features that Peerline has none of, and messages of the client's", async () => {
    await bridge.start(spawn, {});
    const client = language.last;
    for (const method of ["textDocument/didOpen", "textDocument/hover"]) {
      client.registerFeature({ registrationType: { method } });
    }
    client.registerFeature({});
    expect(client.features).toEqual(["textDocument/didOpen"]);
    client.error("It failed", { secret: 1 });
    expect(client.errors).toEqual([["It failed", undefined, false]]);
  });

  it.each([
    [
      "ENOENT",
      (process: Process) => process.emit("error", Object.assign(new Error(), { code: "ENOENT" })),
    ],
    ["UNKNOWN", (process: Process) => process.emit("error", new Error())],
    ["3", (process: Process) => process.emit("exit", 3, null)],
    ["SIGSEGV", (process: Process) => process.emit("exit", null, "SIGSEGV")],
  ])("fails with %s if the process does", async (code, end) => {
    language.starting = new Promise(() => undefined);
    const failed = expect(bridge.start(spawn, {})).rejects.toMatchObject({
      ...{ name: "BridgeFailed", code },
    });
    await settled();
    end(processes[0] as Process);
    await failed;
    expect(processes[0]?.kill).toHaveBeenCalledWith("SIGKILL");
    expect([bridge.isRunning, crashes]).toEqual([false, 0]);
  });

  it("fails if the client does, and can be tried again", async () => {
    language.starting = Promise.reject(new Error("no"));
    await expect(bridge.start(spawn, {})).rejects.toMatchObject({ code: "START_FAILED" });
    language.starting = Promise.resolve();
    await bridge.start(spawn, {});
    expect([processes.length, bridge.isRunning]).toEqual([2, true]);
  });

  it("leaves no timer behind", async () => {
    vi.useFakeTimers();
    await bridge.start(spawn, {});
    expect(vi.getTimerCount()).toBe(0);
  });

  it("fails after a minute", async () => {
    vi.useFakeTimers();
    language.starting = new Promise(() => undefined);
    let code: unknown;
    bridge.start(spawn, {}).catch((error) => {
      code = error.code;
    });
    await vi.advanceTimersByTimeAsync(59_999);
    expect(code).toBeUndefined();
    await vi.advanceTimersByTimeAsync(1);
    expect(code).toBe("ETIMEDOUT");
  });
});

describe("a bridge that runs", () => {
  beforeEach(() => bridge.start(spawn, {}));

  it("has crashed if its process ends, and can be started again", async () => {
    processes[0]?.emit("exit", null, "SIGKILL");
    await settled();
    expect([crashes, bridge.isRunning]).toEqual([1, false]);
    expect(logged).toEqual(["the bridge has ended (SIGKILL)"]);
    expect(sync.detach).toHaveBeenCalled();
    await bridge.start(spawn, {});
    expect([processes.length, bridge.isRunning]).toEqual([2, true]);
  });

  it("has not crashed if it was stopped, and is killed if it does not end", async () => {
    const client = language.last;
    await bridge.stop();
    expect(client.disposedWithin).toBe(2000);
    expect(processes[0]?.kill).toHaveBeenCalledWith("SIGKILL");
    processes[0]?.emit("exit", 0, null);
    await settled();
    expect([crashes, logged]).toEqual([0, []]);
  });

  it("is killed also if its client cannot end it", async () => {
    vi.spyOn(language.last, "dispose").mockRejectedValue(new Error("not running"));
    await bridge.stop();
    expect(processes[0]?.kill).toHaveBeenCalledWith("SIGKILL");
  });

  it("is told nothing more once its client has ended", async () => {
    const client = language.last;
    client.state = 1;
    session.tell("peerline/check" as never, { uri: "u" } as never);
    await settled();
    expect(client.sent).toEqual([]);
  });
});
