// The user's name and tokens: in the SecretStorage, never in the settings or a log.
import { randomBytes } from "node:crypto";
import { userInfo } from "node:os";
import { MAX_USERNAME_CHARS } from "@peerline/ui/generated/limits";
import { ConfigurationTarget, type ExtensionContext, window, workspace } from "vscode";
import { settings } from "../shared/settings";

const NAME_KEY = "peerline.name";
const USER_KEY = "peerline.localUser";

/** The user's name and tokens. */
export class Identity {
  readonly #context: ExtensionContext;

  constructor(context: ExtensionContext) {
    this.#context = context;
  }

  /** The name that others see: the setting, what was entered before, or asked for now. */
  async name(): Promise<string | undefined> {
    const known = settings().username || (await this.#context.secrets.get(NAME_KEY));
    return known || (await this.askName());
  }

  /** Ask for the name and keep it; undefined if the user gives up. */
  async askName(): Promise<string | undefined> {
    const name = await this.promptName();
    if (name) {
      await this.keepName(name);
    }
    return name;
  }

  /** Join under this name from now on. */
  async keepName(name: string): Promise<void> {
    await this.#context.secrets.store(NAME_KEY, name);
    if (settings().username !== "") {
      // The setting would win over the name that was just entered.
      const configuration = workspace.getConfiguration("peerline");
      await configuration.update("username", name, ConfigurationTarget.Global);
    }
  }

  /** Ask for the name; the one that others see now is proposed. */
  async promptName(shown?: string): Promise<string | undefined> {
    const entered = await window.showInputBox({
      title: "Peerline: Your Name",
      prompt: "The name that others see",
      value: shown || (await this.#context.secrets.get(NAME_KEY)) || systemName(),
      ignoreFocusOut: true,
      validateInput: (value) => {
        const length = [...value.trim()].length;
        if (length === 0) {
          return "Enter a name.";
        }
        return length > MAX_USERNAME_CHARS
          ? `Use at most ${MAX_USERNAME_CHARS} characters.`
          : undefined;
      },
    });
    return entered?.trim();
  }

  /** The token of the account at a server: `HOST:PORT`, or `peerlines://HOST:PORT` with TLS. */
  async token(server: string): Promise<string | undefined> {
    for (const name of namesOf(server)) {
      const token = await this.#context.secrets.get(tokenKey(name));
      if (token) {
        return token;
      }
    }
    return undefined;
  }

  async keepToken(server: string, token: string): Promise<void> {
    await this.#context.secrets.store(tokenKey(server), token);
  }

  async forgetToken(server: string): Promise<void> {
    for (const name of namesOf(server)) {
      await this.#context.secrets.delete(tokenKey(name));
    }
  }

  /** The user id under which this installation starts sessions on a server of its own. */
  async localUser(): Promise<string> {
    const known = this.#context.globalState.get<string>(USER_KEY);
    if (known) {
      return known;
    }
    const made = `local-${randomBytes(8).toString("hex")}`;
    await this.#context.globalState.update(USER_KEY, made);
    return made;
  }
}

/** With TLS a token that was kept for the bare address is sent, too; without TLS none that needs it. */
function namesOf(server: string): string[] {
  return [server, server.replace(/^peerlines:\/\//, "")].filter(
    (name, index, names) => names.indexOf(name) === index,
  );
}

function tokenKey(server: string): string {
  return `peerline.token:${server.toLowerCase()}`;
}

function systemName(): string {
  try {
    return userInfo().username;
  } catch {
    return "";
  }
}
