// The documents of the session: those of the workspace, and shared ones that are no files here.
import { beforeEach, describe, expect, it, vi } from "vitest";
import { isInSession, pathInFolder } from "../../src/shared/sessionFiles";
import { begin, Uri, workspace } from "../vscode";

vi.mock("vscode", () => import("../vscode"));

beforeEach(() => {
  begin();
  workspace.workspaceFolders = [{ uri: Uri.file("/w") }];
});

describe("the path of a document", () => {
  it.each([
    ["file:///w/src/a.py", "src/a.py"],
    ["file:///w//src/a.py", "src/a.py"],
    ["file:///etc/passwd", undefined],
    ["file:///w2/a.py", undefined],
    ["peerline-file://s1/src/a.py", "src/a.py"],
    ["untitled:Untitled-1", undefined],
  ])("%s is %s", (uri, path) => {
    expect(pathInFolder(Uri.parse(uri) as never)).toBe(path);
    expect(isInSession(Uri.parse(uri) as never)).toBe(path !== undefined);
  });
});
