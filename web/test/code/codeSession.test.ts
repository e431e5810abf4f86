// The code of a session, over a server that the test plays.
import { SessionClient } from "@peerline/client/session";
import { beforeEach, describe, expect, it } from "vitest";
import { SESSION, Session } from "../../../client-js/test/session.ts";
import { settled, type Wire, World } from "../../../client-js/test/world.ts";
import { CodeSession } from "../../src/code/codeSession.ts";
import type { CodeAround, CodeView, Target } from "../../src/code/ports.ts";

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
      write: (key, text) => this.kept.set(key, text) === this.kept,
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

/** An editor that takes the places to go to, as the real one does once its text is there. */
class View implements CodeView {
  readonly targets: Target[] = [];
  readonly #code: CodeSession;
  readonly #documentId: string;

  constructor(code: CodeSession, documentId: string) {
    this.#code = code;
    this.#documentId = documentId;
  }

  arrive(): void {
    const target = this.#code.takeTarget(this.#documentId);
    if (target !== undefined) {
      this.targets.push(target);
    }
  }

  reveal(): void {}
  anchorOf(): undefined {}
  placeDraft(): void {}
  showPeople(): void {}
  showThreads(): void {}
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

  it("says how many files a folder has that is offered in part", async () => {
    await offered();
    expect(page.code.folders.mainFolder).toBe("shop, offered by alice");
    const first = { ...OFFER, files: 19_998, is_cut: true };
    const second = { ...first, user_id: "bob", username: "bob", name: "docs" };
    wire.give({ type: "files_offered", session_id: SESSION, offers: [first, second] });
    await settled();
    expect(page.code.folders.mainFolder).toBe(
      "shop, offered by alice: the first 19,998 files. Ask alice to share others.",
    );
    expect(names(page).at(-1)).toBe("docs (bob, its first files)");
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

  async function shared(id: string, file: string): Promise<void> {
    page.session.shared(id, file);
    wire.give(page.session.events.at(-1));
    await settled();
  }

  it("shows a file that was asked for once it is shared", async () => {
    page.code.open("a", { line: 3, takesFocus: true });
    expect(page.code.problem).toContain("a is not shared");
    await shared("d1", "other");
    expect(page.code.problem).toContain("a is not shared");
    await shared("d2", "a");
    expect(page.code.problem).toBeUndefined();
    expect(page.code.shown?.id).toBe("d2");
  });

  it("shows no file for which nobody waits", async () => {
    page.code.open("a", { line: 3, takesFocus: true });
    page.code.dismiss();
    await shared("d1", "a");
    expect(page.code.shown).toBeUndefined();
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

  it("goes to a place once, and not again when the connection is back", async () => {
    page.session.take(["share", 0, 0]);
    wire.give(page.session.events.at(-1));
    const [document] = page.client.replica.documents.values();
    const view = new View(page.code, document?.id ?? "");
    page.code.open(document?.file ?? "", { line: 2, takesFocus: true });
    page.code.attach(view);
    view.arrive();
    page.code.open(document?.file ?? "", { line: 4, takesFocus: true });
    expect(view.targets.map(({ line }) => line)).toEqual([2, 4]);
    // As the editor does when its document is there again.
    page.code.changed([{ kind: "resumed" }]);
    view.arrive();
    expect(view.targets.length).toBe(2);
    // The editor of another document does not go there.
    const other = new View(page.code, "another");
    page.code.open(document?.file ?? "", { line: 5, takesFocus: true });
    other.arrive();
    expect(other.targets).toEqual([]);
    page.code.detach(other);
    page.code.changed([]);
    expect(view.targets.length).toBe(3);
  });

  const refuse = (request_id: unknown, message = "nobody answered"): void =>
    wire.give({
      type: "error",
      error_code: "SERVER_BUSY",
      message,
      request_id,
      timestamp: "2026-01-01T00:00:00Z",
    });
  const give = (request_id: unknown, count: number, next?: string, first = 0): void =>
    wire.give({
      type: "tree",
      session_id: SESSION,
      request_id,
      path: "",
      entries: Array.from({ length: count }, (_, at) => ({
        name: `${first + at}.py`,
        kind: "file",
      })),
      ...(next === undefined ? {} : { next }),
    });

  it("says why a folder could not be read, and reads it again when asked", async () => {
    wire.give({ type: "files_offered", session_id: SESSION, offers: [OFFER] });
    await settled();
    refuse(wire.all()[0]?.request_id);
    await settled();
    const [problem] = page.code.folders.roots();
    expect(problem).toMatchObject({ kind: "problem", name: "Nobody answered." });
    expect(page.code.problem).toBeUndefined();
    page.code.choose(problem as NonNullable<typeof problem>);
    // Pressed again meanwhile it is asked once.
    page.code.choose(problem as NonNullable<typeof problem>);
    const asked = wire.all();
    expect(asked).toMatchObject([{ type: "get_tree", path: "" }]);
    give(asked[0]?.request_id, 2);
    await settled();
    expect(names(page)).toEqual(["0.py", "1.py"]);
  });

  it("reads a folder again that could not be read, once the connection is back", async () => {
    wire.give({ type: "files_offered", session_id: SESSION, offers: [OFFER] });
    await settled();
    refuse(wire.all()[0]?.request_id);
    await settled();
    page.code.changed([{ kind: "resumed" }]);
    give(wire.all()[0]?.request_id, 1);
    await settled();
    expect(names(page)).toEqual(["0.py"]);
  });

  it("keeps the entries that it has when the next ones cannot be read", async () => {
    wire.give({ type: "files_offered", session_id: SESSION, offers: [OFFER] });
    await settled();
    give(wire.all()[0]?.request_id, 2, "1.py");
    await settled();
    expect(names(page)).toEqual(["0.py", "1.py", "More…"]);
    page.code.choose(page.code.folders.roots()[2] as never);
    refuse(wire.all()[0]?.request_id);
    await settled();
    expect(names(page)).toEqual(["0.py", "1.py", "Nobody answered."]);
    page.code.choose(page.code.folders.roots()[2] as never);
    expect(wire.all()).toMatchObject([{ type: "get_tree", after: "1.py" }]);
  });

  it("reads as many entries again as there were", async () => {
    wire.give({ type: "files_offered", session_id: SESSION, offers: [OFFER] });
    await settled();
    give(wire.all()[0]?.request_id, 2, "1.py");
    await settled();
    page.code.choose(page.code.folders.roots()[2] as never);
    give(wire.all()[0]?.request_id, 2, "3.py", 2);
    await settled();
    wire.give({ type: "files_offered", session_id: SESSION, offers: [{ ...OFFER, version: 2 }] });
    await settled();
    give(wire.all()[0]?.request_id, 2, "1.py");
    await settled();
    expect(page.code.folders.roots().length).toBe(5);
    const again = wire.all();
    expect(again).toMatchObject([{ type: "get_tree", after: "1.py" }]);
    give(again[0]?.request_id, 2, undefined, 2);
    await settled();
    expect(page.code.folders.roots().length).toBe(4);
  });

  it("reads a folder that is open when it is offered again", async () => {
    await offered();
    const [folder] = page.code.folders.roots();
    page.code.choose(folder as NonNullable<typeof folder>);
    wire.all();
    wire.give({ type: "files_offered", session_id: SESSION, offers: [] });
    wire.give({ type: "files_offered", session_id: SESSION, offers: [{ ...OFFER, version: 2 }] });
    expect(wire.all()).toMatchObject([
      { type: "get_tree", path: "" },
      { type: "get_tree", path: "src" },
    ]);
  });

  const ANCHOR = { file: "a.py", line: 2 };

  it("keeps the text of a draft beside where its lines are by now", () => {
    const id = page.code.commenting.begin(ANCHOR);
    expect(page.code.commenting.takeFocus(id)).toBe(true);
    expect(page.code.commenting.takeFocus(id)).toBe(false);
    const draft = page.code.drafts.comment(id);
    page.code.drafts.keepComment({
      ...(draft as NonNullable<typeof draft>),
      anchor: { ...ANCHOR, line: 7 },
    });
    page.code.commenting.write(id, "why");
    expect(page.code.drafts.comment(id)).toMatchObject({ anchor: { line: 7 }, text: "why" });
    const other = page.code.commenting.begin({ ...ANCHOR, line: 9 });
    expect(page.code.drafts.comments.map((each) => each.id)).toEqual([id, other]);
    // One without a text is dropped when another is begun.
    const third = page.code.commenting.begin({ ...ANCHOR, line: 10 });
    expect(page.code.drafts.comments.map((each) => each.id)).toEqual([id, third]);
  });

  it("keeps a refused comment with its reason, beside a draft that was begun meanwhile", async () => {
    const id = page.code.commenting.begin(ANCHOR);
    page.code.commenting.write(id, "too long");
    const sent = page.code.commenting.send(id);
    await settled();
    const other = page.code.commenting.begin({ ...ANCHOR, line: 3 });
    page.code.commenting.write(other, "meanwhile");
    const [message] = wire.all();
    expect(message).toMatchObject({ type: "add_comment", data: { content: "too long", line: 2 } });
    wire.give({
      type: "error",
      error_code: "INVALID_FIELD",
      message: "data.content: it is too long",
      request_id: message?.request_id,
      timestamp: "2026-01-01T00:00:00Z",
    });
    await sent;
    expect(page.client.unsent.items).toMatchObject([
      {
        message: { data: { content: "too long" } },
        refusal: { text: "It is too long." },
      },
    ]);
    expect(page.code.drafts.comments).toMatchObject([{ id: other, text: "meanwhile" }]);
  });
});
