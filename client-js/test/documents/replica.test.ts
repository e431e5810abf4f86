// One opened document, with the server played by the test: renewals, refusals, repairs.
import { describe, expect, it } from "vitest";
import * as Y from "yjs";
import { applied, type Delta } from "../../src/documents/delta.ts";
import type { DocumentMessage } from "../../src/documents/frames.ts";
import { Outbox } from "../../src/documents/outbox.ts";
import { DocumentReplica } from "../../src/documents/replica.ts";
import { DocumentReadOnly, EditRefused } from "../../src/errors.ts";
import { MAX_BATCHED, MAX_IN_FLIGHT, MAX_UNCONFIRMED_BYTES } from "../../src/generated/codes.ts";
import type { ErrorCode } from "../../src/generated/protocol.ts";

/** The server's text of one generation. */
function serverText(text: string): Y.Doc {
  const doc = new Y.Doc();
  doc.getText("text").insert(0, text);
  return doc;
}

function opening() {
  const asked: { generation: string | undefined; hasState: boolean }[] = [];
  const sent: DocumentMessage[] = [];
  const discarded: string[] = [];
  let now = 0;
  let closed = 0;
  let shown = "";
  const replica = new DocumentReplica(
    "d1",
    {
      ask: (_id, generation, state) => {
        asked.push({ generation, hasState: state !== undefined });
        return `r${asked.length}`;
      },
      send: (_channel, message) => sent.push(message),
      close: () => {
        closed += 1;
      },
      now: () => now,
      wake: () => {},
      newClientId: () => 1000 + asked.length,
    },
    {
      onChange: (delta: Delta) => {
        shown = applied(shown, delta);
      },
      onDiscarded: (text) => discarded.push(text),
    },
  );
  /** The server answers the last `open_document` with what the client lacks. */
  const open = (doc: Y.Doc, generation: string, canEdit = true) => {
    const channel = asked.length;
    replica.opened({
      ...{ type: "document_opened", session_id: "s", request_id: `r${asked.length}` },
      ...{ document_id: "d1", generation, channel, client_id: 7, clock: 0, can_edit: canEdit },
    });
    replica.receive({ kind: "syncStep2", update: Y.encodeStateAsUpdate(doc) });
  };
  const refuse = (error_code: ErrorCode) => {
    sent.length = 0;
    replica.refused({ type: "error", error_code, message: "no", timestamp: "", document_id: "d1" });
  };
  /** The server takes what was sent. */
  const take = (doc: Y.Doc) => {
    for (const message of sent.splice(0)) {
      if (message.kind === "update") {
        Y.applyUpdate(doc, message.update);
      }
    }
    return doc.getText("text").toString();
  };
  return {
    ...{ replica, asked, sent, discarded, open, refuse, take },
    begin: (doc: Y.Doc) => {
      replica.joined("g1");
      open(doc, "g1");
      shown = replica.text;
    },
    edit: (delta: Delta) => {
      replica.edit(delta);
      shown = applied(shown, delta);
      now += 1;
      replica.flush();
    },
    pass: (seconds: number) => {
      now += seconds;
    },
    shown: () => shown,
    closed: () => closed,
  };
}

describe("an opened document", () => {
  it("moves edits that a renewed generation lacks over, once", () => {
    const { replica, asked, begin, edit, open, take, shown } = opening();
    const old = serverText("base\n");
    begin(old);
    edit([5, "mine\n"]);
    replica.renewed("g2");
    expect(asked.at(-1)).toEqual({ generation: "g1", hasState: false });
    open(old, "g1", false);
    expect(asked.at(-1)).toEqual({ generation: undefined, hasState: false });
    const fresh = serverText("theirs\nbase\n");
    open(fresh, "g2");
    replica.flush();
    expect([replica.text, replica.generation]).toEqual(["theirs\nbase\nmine\n", "g2"]);
    expect(shown()).toBe(replica.text);
    expect(take(fresh)).toBe("theirs\nbase\nmine\n");
  });

  it("does not write again what arrived before the renewal", () => {
    const { replica, begin, edit, open, take, shown } = opening();
    const old = serverText("base\n");
    begin(old);
    edit([5, "mine\n"]);
    take(old);
    replica.renewed("g2");
    open(old, "g1", false);
    const fresh = serverText("base\nmine\n");
    open(fresh, "g2");
    replica.flush();
    expect(take(fresh)).toBe("base\nmine\n");
    expect([replica.text, shown(), replica.pending]).toEqual(["base\nmine\n", "base\nmine\n", 0]);
  });

  it("resumes, and sends again what was not confirmed", () => {
    const { replica, asked, sent, begin, edit, open, take } = opening();
    const doc = serverText("base");
    begin(doc);
    edit([4, " one"]);
    replica.receive({ kind: "persisted", count: 1 });
    sent.splice(0, sent.length, ...sent.filter((message) => message.kind === "update"));
    take(doc);
    edit([0, "two "]);
    sent.length = 0; // it is lost on the way
    replica.lost();
    expect([replica.status, replica.pending]).toEqual(["offline", 1]);
    replica.joined("g1");
    expect(asked.at(-1)).toEqual({ generation: "g1", hasState: true });
    open(doc, "g1");
    expect(take(doc)).toBe("two base one");
    replica.receive({ kind: "persisted", count: 1 });
    expect([replica.status, replica.pending]).toEqual(["equal", 0]);
  });

  it("hands edits back that a viewer can no longer make", () => {
    const { replica, begin, edit, open, discarded, shown } = opening();
    const doc = serverText("base");
    begin(doc);
    edit([4, " mine"]);
    replica.lost();
    replica.joined("g1");
    open(doc, "g1", false); // then it asks for a fresh text
    open(doc, "g1", false);
    expect(discarded).toEqual(["base mine"]);
    expect([replica.text, shown(), replica.pending]).toEqual(["base", "base", 0]);
    expect(() => replica.edit(["x"])).toThrow(DocumentReadOnly);
  });

  it("takes the server's text after a refusal with the edit in it, and gives up at the fourth", () => {
    const { replica, begin, edit, open, refuse, take, pass } = opening();
    const doc = serverText("base");
    begin(doc);
    for (let round = 0; round < 3; round += 1) {
      edit([0, `${round}`]);
      refuse("UPDATE_REFUSED");
      open(doc, "g1");
      replica.flush();
      expect([replica.status, replica.doc?.clientID]).toEqual(["equal", 7]);
      expect(take(doc)).toBe(replica.text);
    }
    edit([0, "3"]);
    refuse("UPDATE_REFUSED");
    expect([replica.status, replica.code]).toEqual(["detached", "UPDATE_REFUSED"]);
    expect(replica.text).toBe("3210base");
    pass(100);
    expect(() => replica.edit(["x"])).toThrow("the document is not open: no");
  });

  it("takes the server's text after two differences in a row", () => {
    const { replica, begin, edit, open, discarded, shown } = opening();
    const doc = serverText("base");
    begin(doc);
    edit([4, " other"]);
    replica.checked(false);
    replica.checked(true);
    replica.checked(false);
    expect(replica.status).toBe("equal");
    replica.checked(false);
    open(doc, "g1");
    expect([replica.text, shown()]).toEqual(["base", "base"]);
    expect(discarded).toEqual(["base other"]);
  });

  it("is detached by nonsense of the server, and the text stays", () => {
    const { replica, begin, closed } = opening();
    begin(serverText("base"));
    replica.receive({ kind: "update", update: Uint8Array.of(255, 255, 255) });
    expect([replica.status, replica.text, closed()]).toEqual(["detached", "base", 1]);
  });

  it("asks a busy server again, when it says", () => {
    const { replica, asked, pass } = opening();
    replica.joined("g1");
    const busy = { type: "error" as const, message: "busy", timestamp: "", request_id: "r1" };
    replica.refused({ ...busy, error_code: "SERVER_BUSY", retry_after: 5 });
    pass(4);
    replica.flush();
    expect(asked).toHaveLength(1);
    pass(1);
    replica.flush();
    expect(asked).toHaveLength(2);
  });

  it("opens again when the role has changed, and ends when it is unshared", () => {
    const { replica, asked, begin, open } = opening();
    const doc = serverText("base");
    begin(doc);
    const { channel = 0 } = replica;
    const about = { session_id: "s", document_id: "d1", message: "the role has changed" };
    replica.closed({ type: "document_closed", ...about, channel: channel + 1 });
    expect(asked).toHaveLength(1);
    replica.closed({ type: "document_closed", ...about, channel });
    open(doc, "g1", false);
    expect([replica.status, replica.canEdit]).toEqual(["equal", false]);
    replica.unshared();
    expect([replica.status, replica.code]).toEqual(["detached", "DOCUMENT_NOT_FOUND"]);
  });
});

describe("updates on their way", () => {
  it("are a bounded number, and what is edited meanwhile goes out with an answer", () => {
    const { replica, sent, begin, edit, take } = opening();
    const server = serverText("");
    begin(server);
    sent.length = 0;
    for (let count = 1; count <= MAX_IN_FLIGHT; count += 1) {
      edit(["x"]);
      expect(sent.length).toBe(count);
    }
    edit(["y"]);
    edit(["z"]);
    expect([sent.length, replica.pending, replica.due]).toEqual([
      MAX_IN_FLIGHT,
      MAX_IN_FLIGHT + 1,
      undefined,
    ]);
    expect(take(server)).toBe("x".repeat(MAX_IN_FLIGHT));
    replica.receive({ kind: "persisted", count: 1 });
    expect([sent.length, replica.pending]).toEqual([1, MAX_IN_FLIGHT]);
    expect(take(server)).toBe(replica.text);
  });

  it("all go out when the document is closed", () => {
    const { replica, begin, edit, take } = opening();
    const server = serverText("");
    begin(server);
    for (let count = 0; count < MAX_IN_FLIGHT + 2; count += 1) {
      edit(["x"]);
    }
    replica.close();
    expect(take(server)).toBe("x".repeat(MAX_IN_FLIGHT + 2));
  });

  it("are a bounded number also of those that wait, and none is lost", () => {
    const doc = new Y.Doc();
    const outbox = new Outbox();
    doc.on("update", (update: Uint8Array) => outbox.add(update, 0));
    const write = () => doc.getText("text").insert(0, "x");
    for (let count = 1; count <= MAX_BATCHED; count += 1) {
      write();
      expect(outbox.updates.length).toBe(count);
    }
    write();
    expect(outbox.updates.length).toBe(2);
    const other = new Y.Doc();
    for (const update of outbox.updates) {
      Y.applyUpdate(other, update);
    }
    expect(other.getText("text").toString()).toBe("x".repeat(MAX_BATCHED + 1));
  });
});

describe("edits that wait for the server", () => {
  it("are a bounded number of bytes, and beyond it nothing is changed", () => {
    const { replica, begin, edit, take } = opening();
    const doc = serverText("");
    begin(doc);
    replica.lost();
    for (let count = 0; count < Math.floor(MAX_UNCONFIRMED_BYTES / 1_000_000); count += 1) {
      edit(["x".repeat(1_000_000)]);
      edit([-1_000_000]);
    }
    const room = MAX_UNCONFIRMED_BYTES - replica.local.outbox.size;
    expect(() => replica.edit(["y".repeat(room + 1)])).toThrow(EditRefused);
    expect(() => replica.edit(["é".repeat(room / 2 + 1)])).toThrow("more than 8 MiB of edits");
    expect(replica.text).toBe("");
    replica.edit(["y".repeat(room)]);
    for (const change of [() => replica.edit([-1]), () => replica.undo(), () => replica.redo()]) {
      expect(change).toThrow(EditRefused);
    }
    expect(replica.text).toBe("y".repeat(room));
    replica.joined("g1");
    const sent = replica.local.outbox.resend(0);
    expect(sent.length).toBeGreaterThan(0);
    replica.local.outbox.acknowledge(sent.length);
    replica.edit([-1]);
    expect(replica.text).toBe("y".repeat(room - 1));
    expect(take(doc)).toBe("");
  });
});
