// Puts the parts together; what they do is in their modules.
import { type ExtensionContext, window } from "vscode";
import { Bridge } from "./bridge";
import { Session } from "./session";

export function activate(context: ExtensionContext): void {
  const log = window.createOutputChannel("Peerline", { log: true });
  const session = new Session();
  const bridge = new Bridge(session, log);
  context.subscriptions.push(log, session, bridge);
}
