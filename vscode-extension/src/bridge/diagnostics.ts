// `Peerline: Show Diagnostics`: gathers versions, state and round trips.
import { type ExtensionContext, env, UIKind, version, window, workspace } from "vscode";
import type { Session } from "../session/session";
import type { Launcher } from "./launcher";
import { report } from "./report";

/** Show the report in an editor of its own. */
export async function showDiagnostics(
  context: ExtensionContext,
  session: Session,
  launcher: Launcher,
  activationMs: number,
): Promise<void> {
  const folders = workspace.workspaceFolders ?? [];
  const pulse = await pulseOf(session);
  const content = report({
    extension: String(context.extension.packageJSON.version),
    vscode: version,
    platform: `${process.platform} ${process.arch}`,
    remote: env.remoteName,
    ui: env.uiKind === UIKind.Web ? "web" : "desktop",
    trusted: workspace.isTrusted,
    folders: folders.length,
    virtualFolders: folders.filter(({ uri }) => uri.scheme !== "file").length,
    bridge: launcher.program?.version,
    bridgeSource: launcher.program?.source,
    activationMs,
    state: session.state,
    threads: session.threads.size,
    messages: session.chat.length,
    ...pulse,
  });
  const document = await workspace.openTextDocument({ language: "markdown", content });
  await window.showTextDocument(document);
}

async function pulseOf(
  session: Session,
): Promise<{ bridgeMs: number | undefined; serverMs: number | undefined }> {
  const began = performance.now();
  try {
    const answer = await session.command("peerline.measureLatency");
    const total = performance.now() - began;
    const serverMs =
      typeof answer === "object" && answer !== null && "server_ms" in answer
        ? Number(answer.server_ms)
        : undefined;
    return { bridgeMs: serverMs === undefined ? total : total - serverMs, serverMs };
  } catch {
    return { bridgeMs: undefined, serverMs: undefined };
  }
}
