// The choice of people who can join sessions on this computer: asked once, changed by a button.

import { run } from "@peerline/ui/supervise";
import { ConfigurationTarget, commands, type QuickPickItem, window, workspace } from "vscode";
import { type Settings, settings } from "../shared/settings";
import { tell } from "../shared/tell";

type Listen = Exclude<Settings["serverListen"], "ask">;

const SERVER = "server";
const CHANGE = "Let Others Join…";

const CHOICES: readonly (QuickPickItem & { readonly listen: Listen | typeof SERVER })[] = [
  { listen: "computer", label: "This Computer", detail: "To try it, or with a forwarded port." },
  {
    listen: "network",
    label: "My Network",
    detail: "Traffic is not encrypted: choose it only on a network that you trust.",
  },
  {
    listen: "ssh",
    label: "Through an SSH Host of Mine…",
    detail: "Others reach a port of the host, which leads to this computer.",
  },
  {
    listen: "tunnel",
    label: "Through a Tunnel Program",
    detail: "cloudflared, tailscale, ngrok or devtunnel, whichever is installed.",
  },
  { listen: SERVER, label: "A Server of Ours…", detail: "You need an account on it." },
];

/** The place for sessions on this computer, or a server elsewhere. */
export type Chosen = "here" | typeof SERVER | undefined;

/** See to it that the settings say who can join; undefined if the user gives up. */
export async function chooseReach(): Promise<Chosen> {
  return settings().serverListen === "ask" ? askReach() : "here";
}

/** Ask who should be able to join, and keep the answer in the settings. */
export async function askReach(): Promise<Chosen> {
  const chosen = await window.showQuickPick(CHOICES, {
    title: "Peerline: Who Should Be Able to Join?",
    placeHolder: "The setting peerline.server.listen keeps the answer.",
    ignoreFocusOut: true,
  });
  if (chosen === undefined || chosen.listen === SERVER) {
    return chosen && SERVER;
  }
  const to = workspace.getConfiguration("peerline");
  if (chosen.listen === "ssh") {
    const host = await window.showInputBox({
      title: "Peerline: SSH Host",
      prompt: "The host, as in `ssh HOST`. It must work without a password.",
      value: settings().serverSshHost,
      ignoreFocusOut: true,
      validateInput: (value) =>
        /^[\w.][\w.@-]*$/.test(value.trim()) ? undefined : "Enter a host, such as me@example.org.",
    });
    if (!host) {
      return undefined;
    }
    await to.update("server.sshHost", host.trim(), ConfigurationTarget.Global);
  }
  await to.update("server.listen", chosen.listen, ConfigurationTarget.Global);
  return "here";
}

/** Say that a link was copied; one that works here only comes with a button that changes it. */
export function tellLink(text: string, isLocal: boolean): void {
  run("telling of a link", async () => {
    if (!isLocal) {
      await tell(`${text} Send it to the people you want to work with.`);
    } else if ((await tell(`${text} It only works on this computer.`, CHANGE)) === CHANGE) {
      await commands.executeCommand("peerline.changeReach");
    }
  });
}
