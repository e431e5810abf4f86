// The report for bug reports: what is gathered, and how the round trips are told apart.
import { beforeEach, describe, expect, it, vi } from "vitest";
import { showDiagnostics } from "../../src/bridge/diagnostics";
import type { Facts } from "../../src/bridge/report";
import { Joined } from "../joined";
import { begin, env, Uri, window, workspace } from "../vscode";

const gathered = vi.hoisted(() => ({ facts: undefined as Facts | undefined }));

vi.mock("vscode", () => import("../vscode"));
vi.mock("../../src/bridge/report", () => ({
  report: (facts: Facts) => {
    gathered.facts = facts;
    return "# The report";
  },
}));

const DOCUMENT = { uri: Uri.parse("untitled:1") };
const program = { version: "1.2", source: "setting" };
const openTextDocument = vi.fn(async () => DOCUMENT);
const showTextDocument = vi.fn(async () => undefined);

let joined: Joined;

beforeEach(() => {
  begin();
  vi.clearAllMocks();
  Object.assign(workspace, { openTextDocument });
  Object.assign(window, { showTextDocument });
  Object.assign(env, { uiKind: 1, remoteName: undefined });
  joined = new Joined();
});

async function facts(launcher: object = { program }): Promise<Facts> {
  const context = { extension: { packageJSON: { version: "0.9" } } };
  await showDiagnostics(context as never, joined.session, launcher as never, 12);
  return gathered.facts as Facts;
}

it("the report is a text in an editor, which no file is made for", async () => {
  await facts();
  expect(openTextDocument).toHaveBeenCalledWith({ language: "markdown", content: "# The report" });
  expect(showTextDocument).toHaveBeenCalledWith(DOCUMENT);
});

describe("the facts", () => {
  it("are the versions, the window and the session", async () => {
    const uris = ["file:///v", "file:///w", "vfs://x/y"];
    workspace.workspaceFolders = uris.map((uri) => ({ uri: Uri.parse(uri) }));
    workspace.isTrusted = false;
    expect(await facts()).toMatchObject({
      ...{ extension: "0.9", bridge: "1.2", bridgeSource: "setting", activationMs: 12 },
      ...{ folders: 3, virtualFolders: 1, trusted: false, ui: "desktop", threads: 0, messages: 0 },
      state: { state: "joined" },
    });
  });

  it("are fewer without a bridge and without folders", async () => {
    Object.assign(workspace, { workspaceFolders: undefined });
    expect(await facts({})).toMatchObject({ bridge: undefined, folders: 0, virtualFolders: 0 });
  });

  it("have the kind of window", async () => {
    Object.assign(env, { uiKind: 2, remoteName: "ssh-remote" });
    expect(await facts()).toMatchObject({ ui: "web", remote: "ssh-remote" });
  });
});

describe("a round trip", () => {
  beforeEach(() => {
    vi.spyOn(performance, "now").mockReturnValueOnce(1000).mockReturnValueOnce(1030);
  });

  it("to the bridge is what is left without the one to the server", async () => {
    joined.answers.set("peerline.measureLatency", { server_ms: 25 });
    expect(await facts()).toMatchObject({ bridgeMs: 5, serverMs: 25 });
    expect(joined.requests).toEqual([["peerline.measureLatency", undefined]]);
  });

  it.each([{}, null, 7])("is all of it if the server has not answered (%j)", async (answer) => {
    joined.session.attach({ request: async () => answer, notify: () => undefined });
    expect(await facts()).toMatchObject({ bridgeMs: 30, serverMs: undefined });
  });

  it("is unknown if the bridge refuses, which hides no other fact", async () => {
    joined.refuse("peerline.measureLatency", "BRIDGE_STOPPED", "It has ended.");
    expect(await facts()).toMatchObject({
      ...{ bridgeMs: undefined, serverMs: undefined, extension: "0.9" },
    });
  });
});
