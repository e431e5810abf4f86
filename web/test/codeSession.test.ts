// The code of a session, over a server that the test plays.
import { SessionClient } from "@peerline/client/session";
import { beforeEach, describe, expect, it } from "vitest";
import { SESSION, Session } from "../../client-js/test/session.ts";
import { settled, type Wire, World } from "../../client-js/test/world.ts";
import { CodeSession } from "../src/code/codeSession.ts";
import type { CodeAround } from "../src/code/ports.ts";

const LINK = { address: "h:1", sessionId: SESSION, tls: false, prefix: "" };
const OFFER = { user_id: "alice", username: "alice", name: "shop", files: 2, version: 1 };

class Page {
  readonly world = new World();
  readonly session = new Session([["join", 0, 0]]);
  readonly kept = new Map<string, string>();
  readonly loaded: string[] = [];
  shown = 0;
  readonly client: SessionClient;
  readonly code: CodeSession;

  constructor() {
    const around: CodeAround = {
      read: (key) => this.kept.get(key),
      write: (key, text) => this.kept.set(key, text),
      colorOf: () => 0,
      followed: () => {},
      show: () => {
        this.shown += 1;
      },
      typed: () => {},
      later: () => () => {},
      fault: () => {},
    };
    this.client = new SessionClient({
      link: LINK,
      credentials: { invite: "code", username: "me" },
      environment: this.world,
      onChanges: (changes) => this.code.changed(changes),
    });
    this.code = new CodeSession(this.client, around, () => {
      this.loaded.push("editor");
      return Promise.reject(new Error("not in this test"));
    });
  }

  async joined(): Promise<Wire> {
    this.client.start();
    const wire = this.world.opened();
    wire.next();
    wire.give(this.session.snapshot());
    await settled();
    wire.all();
    return wire;
  }
}

const names = (page: Page) => page.code.folders.roots().map(({ name }) => name);
const presence = (file: string, line: number) => ({
  type: "presence_update",
  session_id: SESSION,
  user_id: "alice",
  presence: { status: "active", cursor: { file, line, col: 1 } },
});

describe("the code of a session", () => {
  let page: Page;
  let wire: Wire;
  beforeEach(async () => {
    page = new Page();
    wire = await page.joined();
  });

  async function offered(): Promise<void> {
    wire.give({ type: "files_offered", session_id: SESSION, offers: [OFFER] });
    await settled();
    const [asked] = wire.all();
    expect(asked).toMatchObject({ type: "get_tree", path: "", user_id: "alice" });
    const entries = [
      { name: "src", kind: "folder" },
      { name: "a.py", kind: "file" },
    ];
    const { request_id } = asked ?? {};
    wire.give({ type: "tree", session_id: SESSION, request_id, path: "", entries });
    await settled();
  }

  it("reads an offered folder at once, its folders when they are opened", async () => {
    await offered();
    expect(names(page)).toEqual(["src", "a.py"]);
    const [folder] = page.code.folders.roots();
    expect(folder !== undefined && page.code.folders.isOpen(folder)).toBe(false);
    page.code.choose(folder as NonNullable<typeof folder>);
    expect(wire.all()).toMatchObject([{ type: "get_tree", path: "src", user_id: "alice" }]);
  });

  it("reads again what has changed, and forgets what is no longer offered", async () => {
    await offered();
    wire.give({ type: "files_offered", session_id: SESSION, offers: [{ ...OFFER, version: 2 }] });
    await settled();
    expect(wire.all()).toMatchObject([{ type: "get_tree", path: "" }]);
    wire.give({ type: "files_offered", session_id: SESSION, offers: [] });
    await settled();
    expect(names(page)).toEqual([]);
    expect(page.code.folders.mainFolder).toBeUndefined();
  });

  it("says that a file is not there, and loads no editor for it", async () => {
    page.code.open("a.py", { line: 1, takesFocus: true });
    expect(page.code.problem).toContain("a.py is not shared");
    expect(wire.all()).toEqual([]);
    await offered();
    page.code.open("b.py", { line: 1, takesFocus: true });
    const [asked] = wire.all();
    expect(asked).toMatchObject({ type: "open_file", file: "b.py" });
    wire.give({
      type: "error",
      error_code: "DOCUMENT_NOT_FOUND",
      message: "no such file",
      request_id: asked?.request_id,
      timestamp: "2026-01-01T00:00:00Z",
    });
    await settled();
    expect(page.code.problem).toContain("b.py is not shared");
    expect(page.code.isOpening).toBe(false);
    expect(page.loaded).toEqual([]);
  });

  it("follows somebody, and asks once for a file that is not given", async () => {
    await offered();
    wire.give(presence("c.py", 3));
    page.code.follow("alice");
    expect(page.code.followed?.username).toBe("alice");
    expect(wire.all()).toMatchObject([{ type: "open_file", file: "c.py" }]);
    const before = page.shown;
    wire.give(presence("c.py", 4));
    wire.give(presence("c.py", 5));
    expect(wire.all()).toEqual([]);
    // On a phone the user may look at the chat meanwhile.
    expect(page.shown).toBe(before);
    wire.give(presence("d.py", 1));
    expect(wire.all()).toMatchObject([{ type: "open_file", file: "d.py" }]);
    page.session.take(["leave", 0, 0]);
    wire.give(page.session.events.at(-1));
    expect(page.code.followed).toBeUndefined();
  });

  it("shows a shared file, remembers it, and says when it is no longer shared", async () => {
    page.session.take(["share", 0, 0]);
    wire.give(page.session.events.at(-1));
    const [document] = page.client.replica.documents.values();
    page.code.open(document?.file ?? "", { line: 2, takesFocus: false });
    expect(page.code.shown?.id).toBe(document?.id);
    expect(page.kept.get("file")).toBe(document?.file);
    await settled();
    expect(page.code.files.hasFailed).toBe(true);
    page.session.take(["unshare", 0, 0]);
    wire.give(page.session.events.at(-1));
    expect(page.code.problem).toContain("no longer shared");
  });

  it("follows a host who brings everyone along, and oneself never", () => {
    const timestamp = "2026-01-01T00:00:00Z";
    const summons = { type: "summoned", session_id: SESSION, username: "x", timestamp };
    wire.give({ ...summons, user_id: "me" });
    expect(page.code.followed).toBeUndefined();
    wire.give({ ...summons, user_id: "alice" });
    expect(page.code.followed?.id).toBe("alice");
    page.code.unfollow();
    expect(page.code.followed).toBeUndefined();
  });
});
