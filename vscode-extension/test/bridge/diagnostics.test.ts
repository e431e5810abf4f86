// The report of `Peerline: Show Diagnostics`: the round trips, and that it comes without them, too.
import { beforeEach, expect, it, vi } from "vitest";
import { showDiagnostics } from "../../src/bridge/diagnostics";
import { Joined } from "../joined";
import { begin, Uri, window, workspace } from "../vscode";

vi.mock("vscode", async () => ({
  ...(await import("../vscode")),
  ...{ env: { remoteName: "wsl", uiKind: 1 }, UIKind: { Desktop: 1, Web: 2 }, version: "1.110.0" },
}));

const CONTEXT = { extension: { packageJSON: { version: "1.2.3" } } };
const LAUNCHER = { program: { version: "1.2.3", source: "pipx" } };

let joined: Joined;
let shown: string;

beforeEach(() => {
  begin();
  shown = "";
  joined = new Joined();
  const openTextDocument = async ({ content }: { content: string }) => {
    shown = content;
    return Uri.parse("untitled:report");
  };
  Object.assign(workspace, { openTextDocument });
  workspace.workspaceFolders = [{ uri: Uri.file("/w") }, { uri: Uri.parse("vsls:///x") }];
});

function report(): Promise<void> {
  return showDiagnostics(CONTEXT as never, joined.session, LAUNCHER as never, 12);
}

it("takes the server's part out of the time to the bridge", async () => {
  joined.answers.set("peerline.measureLatency", { server_ms: 40 });
  vi.spyOn(performance, "now").mockReturnValueOnce(100).mockReturnValueOnce(145);
  const show = vi.spyOn(window, "showTextDocument");
  await report();
  expect(shown).toMatch(/bridge\D*5(\.0)? ms/iu);
  expect(shown).toMatch(/server\D*40(\.0)? ms/iu);
  expect(shown).toContain("1.110.0");
  expect(show).toHaveBeenCalledOnce();
  vi.restoreAllMocks();
});

it("comes without a session, and without the bridge's answer", async () => {
  joined.refuse("peerline.measureLatency", "NO_SESSION", "not in a session");
  await report();
  expect(shown).toContain("1.2.3");
  expect(shown).not.toMatch(/NaN|undefined/u);
});
