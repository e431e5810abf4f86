// The text of `Peerline: Show Diagnostics`, for bug reports. Pure; it holds no names and no secrets.
import type { EditorState } from "@peerline/ui/generated/protocol";

/** The facts in a report. */
export interface Facts {
  readonly extension: string;
  readonly vscode: string;
  readonly platform: string;
  readonly remote: string | undefined;
  readonly ui: string;
  readonly trusted: boolean;
  readonly folders: number;
  readonly virtualFolders: number;
  readonly bridge: string | undefined;
  readonly bridgeSource: string | undefined;
  readonly activationMs: number;
  readonly state: EditorState;
  readonly bridgeMs: number | undefined;
  readonly serverMs: number | undefined;
  readonly threads: number;
  readonly messages: number;
}

/** A Markdown table. */
export function report(facts: Facts): string {
  const rows: [string, string | number | undefined][] = [
    ["extension", facts.extension],
    ["bridge", facts.bridge && `${facts.bridge} (${facts.bridgeSource})`],
    ["VS Code", `${facts.vscode}, ${facts.ui}${facts.remote ? `, remote: ${facts.remote}` : ""}`],
    ["system", facts.platform],
    ["workspace", workspaceOf(facts)],
    ["activation", `${facts.activationMs.toFixed(0)} ms`],
    ["state", facts.state.state + (facts.state.reason ? ` (${facts.state.reason})` : "")],
    ["role", facts.state.role],
    ["participants", facts.state.participants ?? 0],
    ["messages and threads shown", `${facts.messages}, ${facts.threads}`],
    ["round trip to the bridge", milliseconds(facts.bridgeMs)],
    ["round trip to the server", milliseconds(facts.serverMs)],
  ];
  const texts = rows.map(([name, value]): [string, string] => [name, String(value ?? "–")]);
  // In columns also as plain text, which is how it is seen first.
  const widths = [0, 1].map((index) => Math.max(...texts.map((row) => row[index]?.length ?? 0)));
  const line = (cells: readonly string[], filler = " ") =>
    `| ${cells.map((cell, index) => cell.padEnd(widths[index] ?? 0, filler)).join(" | ")} |`;
  const table = [line(["what", "value"]), line(["", ""], "-"), ...texts.map((row) => line(row))];
  return ["# Peerline diagnostics", "", ...table, ""].join("\n");
}

function workspaceOf({ trusted, folders, virtualFolders }: Facts): string {
  const virtual = virtualFolders > 0 ? `, ${virtualFolders} of them virtual` : "";
  return `folders: ${folders}${virtual}, ${trusted ? "trusted" : "not trusted"}`;
}

function milliseconds(value: number | undefined): string | undefined {
  return value === undefined ? undefined : `${value.toFixed(1)} ms`;
}
