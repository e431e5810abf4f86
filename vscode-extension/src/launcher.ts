// Has the bridge running before it is needed: finds it, offers to install it, starts it.
import { join } from "node:path";
import {
  commands,
  type ExtensionContext,
  extensions,
  type LogOutputChannel,
  type Uri,
  workspace,
} from "vscode";
import type { Bridge } from "./bridge";
import { BridgeNotFound, type FoundProgram, findBridge, type Places } from "./findBridge";
import { InstallFailed, installBridge } from "./install";
import { settings } from "./settings";
import { complain, tell, warn } from "./tell";

/** Finds and starts the bridge, and tells the user what is in the way. */
export class Launcher {
  readonly #context: ExtensionContext;
  readonly #bridge: Bridge;
  readonly #log: LogOutputChannel;
  /** The program that was found last, for the diagnostics. */
  program: FoundProgram | undefined;

  constructor(context: ExtensionContext, bridge: Bridge, log: LogOutputChannel) {
    this.#context = context;
    this.#bridge = bridge;
    this.#log = log;
  }

  /** Start the bridge unless it runs; whether it does. With `quiet` nobody is asked. */
  async ensure({ quiet = false } = {}): Promise<boolean> {
    if (this.#bridge.isRunning) {
      return true;
    }
    const program = await this.find({ quiet });
    if (program === undefined) {
      return false;
    }
    const { username, idleSeconds, awaySeconds } = settings();
    try {
      await this.#bridge.start(
        { command: program.command, args: [...program.args, "lsp", "--stdio"] },
        {
          plugin: true,
          username: username || undefined,
          idle_seconds: idleSeconds,
          away_seconds: awaySeconds,
          all_comments: true,
          commentChanges: true,
        },
      );
      return true;
    } catch (error) {
      this.#log.error("the bridge did not start", error);
      if (!quiet) {
        await this.#showLogOffer("Peerline's bridge did not start.");
      }
      return false;
    }
  }

  /** The program `peerline`; offers to install it if there is none. */
  async find({ quiet = false } = {}): Promise<FoundProgram | undefined> {
    try {
      this.program = await findBridge(await this.#places());
      void commands.executeCommand("setContext", "peerline.hasBridge", true);
      this.#log.info(`the bridge: ${this.program.command} ${this.program.version}`);
      return this.program;
    } catch (error) {
      if (!(error instanceof BridgeNotFound)) {
        throw error;
      }
      this.#log.warn(error.message);
      return quiet ? undefined : this.#offer(error);
    }
  }

  /** Install the bridge into the extension's own environment; the program if that worked. */
  async install(): Promise<FoundProgram | undefined> {
    if (!workspace.isTrusted) {
      void warn("Trust the workspace before you install Peerline's bridge.");
      return undefined;
    }
    const interpreter = await selectedInterpreter();
    const pythons = [interpreter, "python3", "python3.13", "python3.12", "python3.11", "python"];
    try {
      await installBridge(
        this.#environment,
        this.#context.extensionPath,
        pythons.filter((python) => python !== undefined),
        this.#log,
      );
      this.program = await findBridge(await this.#places());
      void tell(`Peerline's bridge ${this.program.version} is installed.`);
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
      setting: settings().bridgePath,
      // What a workspace selects may be anything that is in it.
      interpreter: workspace.isTrusted ? await selectedInterpreter() : undefined,
      environment: this.#environment,
    };
  }

  async #offer(problem: BridgeNotFound): Promise<FoundProgram | undefined> {
    const install = "Install It";
    const configure = "Set the Path…";
    const choices = problem.isConfigured ? [configure] : [install, configure];
    const choice = await complain(problem.message, ...choices);
    if (choice === install) {
      return this.install();
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

/** What of the Python extension's API is used (github.com/microsoft/vscode-python, api.ts). */
interface PythonExtension {
  readonly environments?: {
    getActiveEnvironmentPath(resource?: Uri): { readonly path: string };
    resolveEnvironment(
      path: string,
    ): Promise<{ readonly executable: { readonly uri?: Uri } } | undefined>;
  };
}
