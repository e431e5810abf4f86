import type { EditorDocument } from "@peerline/ui/generated/protocol";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { SharedFileSystem } from "../../src/documents/sharedFileSystem";
import { Session } from "../../src/session/session";
import { document } from "../documents";
import { FileChangeType, FilePermission, FileType, Uri } from "../vscode";

vi.mock("vscode", () => import("../vscode"));

let session: Session;
let files: SharedFileSystem;
let changes: [uri: string, type: number][][];
let read: unknown[];

/** A URI as VS Code hands it on. */
function at(path: string, sessionId = "One"): never {
  return Uri.parse(`peerline-file://${sessionId}${path}`) as never;
}

function shared(file: string, more: Partial<EditorDocument> = {}): EditorDocument {
  return document(file, { file, uri: `peerline-file://One/${file}`, has_file: false, ...more });
}

function share(...documents: EditorDocument[]): void {
  session.handlers["peerline/documents"]({ documents });
}

/** The code of the error with which something is refused, and its text. */
function refusal(act: () => unknown): unknown {
  try {
    return act();
  } catch (error) {
    return error instanceof Error && "code" in error ? [error.code, error.message] : error;
  }
}

beforeEach(() => {
  session = new Session();
  files = new SharedFileSystem(session);
  changes = [];
  read = [];
  files.onDidChangeFile((all) => {
    changes.push(all.map(({ uri, type }) => [uri.toString(), type]));
  });
  session.attach({
    request: async (command, args) => {
      read.push([command, ...args]);
      return { text: "é\n", version: 1 };
    },
    notify: () => undefined,
  });
  session.handlers["peerline/state"]({ state: "joined", session_id: "One", participants: 2 });
});

describe("the tree", () => {
  beforeEach(() => share(shared("src/a.py"), shared("b.py", { can_edit: false })));

  it("has folders and files, with VS Code's way to write the session's name", () => {
    const folder = { type: FileType.Directory, ctime: 0, mtime: 0, size: 0 };
    expect(files.stat(at("/", "one"))).toEqual(folder);
    expect(files.stat(at("/src"))).toEqual(folder);
    expect(files.stat(at("/src/a.py", "one"))).toMatchObject({ type: FileType.File, size: 0 });
    expect(files.readDirectory(at("/"))).toEqual([
      ["src", FileType.Directory],
      ["b.py", FileType.File],
    ]);
  });

  it("marks a file that the user may only read", () => {
    expect(files.stat(at("/b.py")).permissions).toBe(FilePermission.Readonly);
    expect(files.stat(at("/src/a.py")).permissions).toBeUndefined();
  });

  it.each([
    ["another session", () => files.stat(at("/b.py", "two")), "FileNotFound"],
    ["a file that is not shared", () => files.stat(at("/c.py")), "FileNotFound"],
    ["the entries of a file", () => files.readDirectory(at("/b.py")), "FileNotADirectory"],
    [
      "the text for a folder",
      () => files.writeFile(at("/src"), new Uint8Array()),
      "FileIsADirectory",
    ],
  ])("has nothing for %s", (_, act, expected) => {
    expect(refusal(act)).toEqual([expected, expect.stringContaining("peerline-file://")]);
  });

  it("cannot be changed but by sharing", () => {
    const text = "Shared files can be written in here, and nothing else.";
    for (const act of ["createDirectory", "delete", "rename"] as const) {
      expect(refusal(() => files[act]())).toEqual(["NoPermissions", text]);
    }
  });

  it("is not there outside of the session, and stays while the connection is away", () => {
    session.handlers["peerline/state"]({
      state: "reconnecting",
      session_id: "One",
      participants: 2,
    });
    expect(files.stat(at("/b.py")).type).toBe(FileType.File);
    session.detach("left");
    expect(refusal(() => files.stat(at("/b.py")))).toEqual([
      "Unavailable",
      "Join the session to open its shared files.",
    ]);
  });
});

describe("a file", () => {
  it("is read from the session, and its size is that of its bytes", async () => {
    share(shared("a.py", { document_id: "d7" }));
    expect(new TextDecoder().decode(await files.readFile(at("/a.py")))).toBe("é\n");
    expect(read).toEqual([["peerline.readDocument", { document_id: "d7" }]]);
    expect(files.stat(at("/a.py"))).toMatchObject({ size: 3 });
  });

  it("has another time once it was saved", () => {
    share(shared("a.py"));
    const before = files.stat(at("/a.py"));
    files.writeFile(at("/a.py"), new Uint8Array(5));
    const after = files.stat(at("/a.py"));
    expect(after.size).toBe(5);
    expect(after.mtime).toBeGreaterThan(before.mtime);
  });

  it.each<[Partial<EditorDocument>, string, RegExp]>([
    [{ can_edit: false }, "NoPermissions", /^Viewers cannot write/],
    [{ state: "detached" }, "Unavailable", /Save As… to keep it\.$/],
    [{ state: "opening" }, "Unavailable", /not shared here at the moment/],
  ])("as %j is not said to be saved", (more, expected, text) => {
    share(shared("a.py", more));
    const before = files.stat(at("/a.py"));
    const refused = refusal(() => files.writeFile(at("/a.py"), new Uint8Array(5)));
    expect(refused).toEqual([expected, expect.stringMatching(text)]);
    expect(files.stat(at("/a.py"))).toEqual(before);
  });

  it("that is another document under the same name is another text", () => {
    share(shared("a.py"));
    const first = files.stat(at("/a.py")).mtime;
    share(shared("a.py", { can_edit: false }));
    expect(files.stat(at("/a.py")).mtime).toBe(first);
    share(shared("a.py", { document_id: "other", can_edit: false }));
    expect(files.stat(at("/a.py")).mtime).toBeGreaterThan(first);
    share();
    const uri = "peerline-file://one/a.py";
    expect(changes).toEqual([
      [[uri, FileChangeType.Created]],
      [[uri, FileChangeType.Changed]],
      [[uri, FileChangeType.Changed]],
      [[uri, FileChangeType.Deleted]],
    ]);
  });

  it("of the user's own is no file of the tree's events, and what stays is no change", () => {
    share(document("d1"));
    share(shared("a.py"));
    share(shared("a.py", { pending: 3 }));
    expect(changes).toEqual([[["peerline-file://one/a.py", FileChangeType.Created]]]);
  });
});
