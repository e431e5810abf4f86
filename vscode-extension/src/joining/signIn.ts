// Signing in and out: the tokens of accounts, by server.

import { window } from "vscode";
import { show } from "../shared/tell";
import type { Identity } from "./identity";
import { keyOfLink, keyOfServer, serverProblem } from "./links";

/** Asks for tokens, keeps them and forgets them. */
export class SignIn {
  readonly #identity: Identity;
  readonly #lastLink: () => string | undefined;

  /** `lastLink` is the link of the session whose server is proposed. */
  constructor(identity: Identity, lastLink: () => string | undefined) {
    this.#identity = identity;
    this.#lastLink = lastLink;
  }

  /** Keep a token of an account at a server, to join with it from now on. */
  async signIn(): Promise<void> {
    const address = await this.#askAddress(
      "Server this token is for (HOST:PORT, or peerlines://HOST for one with TLS)",
    );
    if (address && (await this.askToken(address))) {
      show.info(`Signed in. The token for ${address} is used when you join a session there.`);
    }
  }

  /** Ask for the token of an account at a server, and keep it. */
  async askToken(address: string): Promise<string | undefined> {
    const entered = await window.showInputBox({
      title: "Peerline: Sign In",
      prompt: `Your token for ${address}`,
      password: true,
      ignoreFocusOut: true,
      validateInput: (value) =>
        /^[\w-]+\.[\w-]+\.[\w-]+$/.test(value.trim()) ? undefined : "This is not a token (JWT).",
    });
    const token = entered?.trim();
    if (token) {
      await this.#identity.keepToken(address, token);
    }
    return token;
  }

  /** Forget the token of a server. */
  async signOut(): Promise<void> {
    const address = await this.#askAddress(
      "Server to sign out of (HOST:PORT, or peerlines://HOST)",
    );
    if (address) {
      await this.#identity.forgetToken(address);
      show.info(`Signed out. The token for ${address} was removed.`);
    }
  }

  async #askAddress(prompt: string): Promise<string | undefined> {
    const last = this.#lastLink() ?? "";
    const entered = await window.showInputBox({
      title: "Peerline: Server",
      prompt,
      value: keyOfLink(last),
      ignoreFocusOut: true,
      validateInput: serverProblem,
    });
    return entered && keyOfServer(entered);
  }
}
