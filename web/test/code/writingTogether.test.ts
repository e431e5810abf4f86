// Drafts that people write together, as their author keeps, sends and ends them.
import { documentsOf, keptText } from "@peerline/client/documents";
import { SessionClient } from "@peerline/client/session";
import { beforeEach, describe, expect, it } from "vitest";
import * as Y from "yjs";
import { encodeFrame } from "../../../client-js/src/documents/frames.ts";
import { MAX_WAITING } from "../../../client-js/src/generated/codes.ts";
import { SESSION, Session } from "../../../client-js/test/session.ts";
import { settled, type Wire, World } from "../../../client-js/test/world.ts";
import { CodeSession } from "../../src/code/codeSession.ts";
import { FormWork } from "../../src/code/formWork.ts";
import type { EditorModule } from "../../src/code/ports.ts";

const LINK = { address: "h:1", sessionId: SESSION, tls: false, prefix: "" };
const EDITOR = { documentsOf, keptText } as unknown as EditorModule;
const ANCHOR = { file: "a.py", line: 2 };
const COMMENT = { id: "x1", generation: "g0", user_id: "me", username: "me", anchor: ANCHOR };
const REPLY = { id: "x1", generation: "g0", user_id: "me", username: "me", comment_id: "t1" };

/** A page with its draft, over a server that the test plays. */
class Page {
  readonly kept = new Map<string, string>();
  readonly client: SessionClient;
  readonly code: CodeSession;
  readonly doc = new Y.Doc();
  readonly work: FormWork;
  readonly wire: Wire;

  constructor() {
    const world = new World();
    this.client = new SessionClient({
      link: LINK,
      credentials: { invite: "code", username: "me" },
      environment: world,
      onChanges: (changes) => this.code.changed(changes),
    });
    const around = {
      read: (key: string) => this.kept.get(key),
      write: (key: string, text: string) => this.kept.set(key, text) === this.kept,
      colorOf: () => 0,
      followed: () => {},
      show: () => {},
      typed: () => {},
      later: () => () => {},
      fault: () => {},
    };
    this.code = new CodeSession(this.client, around, () => Promise.resolve(EDITOR));
    this.work = new FormWork(this.code.together);
    this.client.start();
    this.wire = world.opened();
    this.wire.next();
    this.wire.give(new Session([["join", 0, 0]]).snapshot());
    this.doc.getText("text").insert(0, "Why ");
  }

  give(message: Record<string, unknown>): void {
    this.wire.give({ session_id: SESSION, ...message });
  }

  /** The next request of a kind. */
  asked(type: string): Record<string, unknown> {
    const found = this.wire.all().find((message) => message.type === type);
    if (found === undefined) {
      throw new Error(`no ${type} was sent`);
    }
    return found;
  }

  async share(draft: Record<string, unknown>): Promise<void> {
    await settled();
    this.give({ type: "drafts_shared", drafts: [draft] });
    this.code.files.open("x1", { isKeptElsewhere: true });
    await settled();
  }

  async opened(draft: Record<string, unknown>): Promise<void> {
    await this.share(draft);
    const { request_id } = this.asked("open_document");
    this.give({
      ...{ type: "document_opened", request_id, document_id: "x1", generation: "g0" },
      ...{ channel: 1, clock: 0, client_id: 101, can_edit: true },
    });
    const update = Y.encodeStateAsUpdate(this.doc);
    this.wire.give(encodeFrame(1, { kind: "syncStep2", update }));
    await settled();
  }

  /** Somebody else writes at the end. */
  written(text: string): void {
    const before = Y.encodeStateVector(this.doc);
    const shared = this.doc.getText("text");
    shared.insert(shared.length, text);
    const update = Y.encodeStateAsUpdate(this.doc, before);
    this.wire.give(encodeFrame(1, { kind: "update", update }));
  }

  async end(late = ""): Promise<void> {
    await settled();
    const { request_id } = this.asked("end_draft");
    if (late !== "") {
      this.written(late);
    }
    this.give({ type: "drafts_shared", drafts: [] });
    this.give({ type: "ack", request_id, seq: 1 });
    await settled();
  }

  async blame(): Promise<void> {
    await settled();
    const { request_id } = this.asked("get_blame");
    this.give({ type: "blame", request_id, document_id: "x1", generation: "g0", runs: [] });
  }

  /** No more messages have room to wait. */
  fill(): void {
    for (let number = 0; number < MAX_WAITING; number += 1) {
      this.client.comments.reply("t0", "x").catch(() => {});
    }
  }
}

describe("a draft that people write together", () => {
  let page: Page;
  beforeEach(() => {
    page = new Page();
  });

  it("does not take the author's own text while its text is not there", async () => {
    const { code } = page;
    code.drafts.keepComment({ id: "new:x1", anchor: ANCHOR, text: "Why" });
    page.work.keep(COMMENT);
    await page.share(COMMENT);
    expect(code.files.get("x1")?.state).toBe("opening");
    page.work.keep(COMMENT);
    expect(code.drafts.comment("new:x1")?.text).toBe("Why");
    // A server that was started again does not have it any more.
    const { request_id } = page.asked("open_document");
    page.give({
      ...{ type: "error", request_id, document_id: "x1", error_code: "DOCUMENT_NOT_FOUND" },
      ...{ message: "no", timestamp: "2026-01-01T00:00:00Z" },
    });
    await settled();
    expect(code.files.get("x1")?.state).toBe("detached");
    page.work.keep(COMMENT);
    expect(code.drafts.comment("new:x1")?.text).toBe("Why");
  });

  it("is kept as the author's own text once it is there", async () => {
    const { code } = page;
    code.drafts.keepComment({ id: "new:x1", anchor: ANCHOR, text: "Why" });
    await page.opened(COMMENT);
    page.written("not");
    page.work.keep(COMMENT);
    expect(code.drafts.comment("new:x1")?.text).toBe("Why not");
    page.work.keep(REPLY);
    expect(code.drafts.reply("t1")).toBe("Why not");
  });

  it("is sent with what comes before it ends", async () => {
    const { code } = page;
    code.drafts.keepComment({ id: "new:x1", anchor: ANCHOR, text: "Why " });
    await page.opened(COMMENT);
    const sent = page.work.send(COMMENT);
    await page.blame();
    await page.end("not");
    const { request_id, data } = page.asked("add_comment");
    expect(data).toMatchObject({ ...ANCHOR, content: "Why not" });
    page.give({ type: "ack", request_id, seq: 2 });
    await sent;
    expect(code.drafts.count).toBe(0);
  });

  it("stays as a comment that was refused where there is no room for it to wait", async () => {
    const { code } = page;
    await page.opened(COMMENT);
    page.fill();
    const sent = page.work.send(COMMENT);
    await page.blame();
    await page.end();
    await sent;
    expect(code.drafts.comment("new:x1")).toMatchObject({ anchor: ANCHOR, text: "Why " });
    expect(code.drafts.comment("new:x1")?.refusal).not.toBe(undefined);
  });

  it("stays as a reply where there is no room for it to wait", async () => {
    const { code } = page;
    await page.opened(REPLY);
    page.fill();
    const sent = page.work.send(REPLY);
    await page.blame();
    await page.end();
    await sent;
    expect(code.drafts.reply("t1")).toBe("Why");
  });

  it("goes on alone in a tab that did not have it, too, and not when its author leaves", async () => {
    const { code } = page;
    await page.opened(COMMENT);
    const left = code.together.endAll("me");
    await page.end();
    await left;
    expect(code.drafts.comments).toEqual([]);
    page = new Page();
    await page.opened(COMMENT);
    const alone = page.work.writeAlone(COMMENT);
    await page.end("not");
    await alone;
    expect(page.code.drafts.comment("new:x1")).toEqual({
      id: "new:x1",
      anchor: ANCHOR,
      text: "Why not",
    });
  });
});
