// Has the bridge running before it is needed: finds it, offers to install it, starts it.
import { realpath } from "node:fs/promises";
import { join } from "node:path";
import { failed, run } from "@peerline/ui/supervise";
import {
  commands,
  type ExtensionContext,
  extensions,
  type LogOutputChannel,
  type Uri,
  workspace,
} from "vscode";
import { Boundary } from "../shared/boundary";
import { settings } from "../shared/settings";
import { complain, show } from "../shared/tell";
import type { Bridge } from "./bridge";
import {
  BridgeNotFound,
  configuredBridge,
  type FoundProgram,
  findBridge,
  type Places,
  probeProgram,
} from "./findBridge";
import { InstallFailed, installBridge } from "./install";
import { Processes } from "./processes";
import { Restarts } from "./restarts";

const CHOSEN_KEY = "peerline.interpreter";

/** Finds and starts the bridge, and tells the user what is in the way. */
export class Launcher {
  readonly #context: ExtensionContext;
  readonly #bridge: Bridge;
  readonly #log: LogOutputChannel;
  readonly #restarts = new Restarts();
  readonly processes: Processes;
  /** The program that was found last, for the diagnostics. */
  program: FoundProgram | undefined;

  constructor(context: ExtensionContext, bridge: Bridge, log: LogOutputChannel) {
    this.#context = context;
    this.#bridge = bridge;
    this.#log = log;
    this.processes = new Processes(context.globalStorageUri.fsPath, () =>
      boundaryOfWorkspace(context),
    );
  }

  /**
   * Start the bridge unless it runs, again and again if it crashes at once. With `quiet` nobody is
   * asked. "missing" if there is no program or the user gave up, "crashing" if it keeps crashing.
   */
  async ensure({ quiet = false } = {}): Promise<"running" | "missing" | "crashing"> {
    while (!this.#bridge.isRunning) {
      const program = await this.find({ quiet });
      if (program === undefined) {
        return "missing";
      }
      try {
        await this.#start(program);
      } catch (error) {
        failed("starting the bridge", error);
        if (!(await this.waitAfterCrash())) {
          return "crashing";
        }
      }
    }
    return "running";
  }

  /** The bridge has crashed: wait a while before it is started again; false to give up. */
  async waitAfterCrash(): Promise<boolean> {
    const delay = this.#restarts.crashed(performance.now());
    if (delay === undefined) {
      this.#log.error("the bridge crashed too often and is not restarted");
      return false;
    }
    this.#log.warn(`the bridge crashed and is restarted in ${delay} ms`);
    await new Promise((resolve) => setTimeout(resolve, delay));
    return true;
  }

  /** The user wants to try once more: earlier crashes do not count. */
  forgetCrashes(): void {
    this.#restarts.reset();
  }

  async #start(program: FoundProgram): Promise<void> {
    const { username, root, idleSeconds, awaySeconds } = settings();
    await this.#bridge.start(() => this.processes.start(program, ["lsp", "--stdio"]), {
      plugin: true,
      username: username || undefined,
      root: root || undefined,
      idle_seconds: idleSeconds,
      away_seconds: awaySeconds,
      all_comments: true,
      comment_changes: true,
      tells_file_events: true,
      notebooks: true,
    });
  }

  /** The program `peerline`; offers to install it if there is none. */
  async find({ quiet = false } = {}): Promise<FoundProgram | undefined> {
    try {
      return await this.#find();
    } catch (error) {
      if (!(error instanceof BridgeNotFound)) {
        throw error;
      }
      this.#log.warn(error.message);
      return quiet ? undefined : this.#offer(error);
    }
  }

  async #find(): Promise<FoundProgram> {
    const found = await findBridge(await this.#places(), (program) =>
      probeProgram(program, this.processes),
    );
    this.program = found;
    run("setting a context key", () =>
      commands.executeCommand("setContext", "peerline.hasBridge", true),
    );
    this.#log.info(`the bridge: ${found.command} ${found.version}`);
    return found;
  }

  /** Install the bridge into the extension's own environment; the program if that worked. */
  async install(): Promise<FoundProgram | undefined> {
    if (!workspace.isTrusted) {
      show.warning("Trust the workspace before you install Peerline's bridge.");
      return undefined;
    }
    const interpreter = await selectedInterpreter();
    const names = ["python3", "python3.13", "python3.12", "python3.11", "python"];
    try {
      await installBridge(
        this.#environment,
        this.#context.extensionPath,
        interpreter === undefined ? names : [interpreter, ...names],
        this.processes,
        this.#log,
      );
      const { version } = await this.#find();
      show.info(`Peerline's bridge ${version} was installed.`);
      return this.program;
    } catch (error) {
      if (error instanceof InstallFailed || error instanceof BridgeNotFound) {
        await this.#showLogOffer(error.message);
        return undefined;
      }
      throw error;
    }
  }

  get #environment(): string {
    return join(this.#context.globalStorageUri.fsPath, "bridge");
  }

  async #places(): Promise<Places> {
    return {
      setting: await configuredBridge(settings().bridgePath, workspace.isTrusted, this.processes),
      onPath: await this.processes.resolve("peerline"),
      interpreter: await this.#interpreter(),
      environment: this.#environment,
    };
  }

  /** The selected interpreter; one in the workspace only if it is trusted and the user said so. */
  async #interpreter(): Promise<Places["interpreter"]> {
    const path = workspace.isTrusted ? await selectedInterpreter() : undefined;
    if (path === undefined) {
      return undefined;
    }
    if (!(await this.processes.isInWorkspace(path))) {
      return { path, isChosen: false };
    }
    const isChosen = this.#context.workspaceState.get<string>(CHOSEN_KEY) === path;
    return isChosen ? { path, isChosen } : undefined;
  }

  async #offer(problem: BridgeNotFound): Promise<FoundProgram | undefined> {
    const install = "Install It";
    const configure = "Set the Path…";
    const use = "Use the Workspace's Python";
    const interpreter = workspace.isTrusted ? await selectedInterpreter() : undefined;
    const isOffered =
      interpreter !== undefined &&
      this.#context.workspaceState.get<string>(CHOSEN_KEY) !== interpreter &&
      (await this.processes.isInWorkspace(interpreter));
    const choices = problem.isConfigured
      ? [configure]
      : [install, ...(isOffered ? [use] : []), configure];
    const choice = await complain(problem.message, ...choices);
    if (choice === install) {
      return this.install();
    }
    if (choice === use) {
      await this.#context.workspaceState.update(CHOSEN_KEY, interpreter);
      return this.find();
    }
    if (choice === configure) {
      await commands.executeCommand("workbench.action.openSettings", "peerline.bridge.path");
    }
    return undefined;
  }

  async #showLogOffer(message: string): Promise<void> {
    if ((await complain(message, "Show Log")) !== undefined) {
      this.#log.show();
    }
  }
}

/** The folders that are open now, as they are named and as the disk has them. */
async function boundaryOfWorkspace(context: ExtensionContext): Promise<Boundary> {
  const named = (workspace.workspaceFolders ?? [])
    .filter(({ uri }) => uri.scheme === "file")
    .map(({ uri }) => uri.fsPath);
  const real = await Promise.all(named.map((path) => realpath(path).catch(() => path)));
  return Boundary.of([...named, ...real], [context.extensionPath, context.globalStorageUri.fsPath]);
}

/** The interpreter that the Python extension has selected, if it is there. */
async function selectedInterpreter(): Promise<string | undefined> {
  const python = extensions.getExtension<PythonExtension>("ms-python.python");
  try {
    const api = await python?.activate();
    const folder = workspace.workspaceFolders?.[0]?.uri;
    const path = api?.environments?.getActiveEnvironmentPath(folder).path;
    const environment = path && (await api?.environments?.resolveEnvironment(path));
    return environment ? environment.executable.uri?.fsPath : undefined;
  } catch {
    return undefined;
  }
}

/** The part of the Python extension's API that is used (github.com/microsoft/vscode-python, api.ts). */
interface PythonExtension {
  readonly environments?: {
    getActiveEnvironmentPath(resource?: Uri): { readonly path: string };
    resolveEnvironment(
      path: string,
    ): Promise<{ readonly executable: { readonly uri?: Uri } } | undefined>;
  };
}
