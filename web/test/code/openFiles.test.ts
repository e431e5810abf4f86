// Own edits of shared documents: whatever ends a document, what no server has stays with the user.
import { documentsOf, keptText } from "@peerline/client/documents";
import { SessionClient } from "@peerline/client/session";
import { describe, expect, it } from "vitest";
import { Server } from "../../../client-js/test/server.ts";
import { SESSION } from "../../../client-js/test/session.ts";
import { settled, World } from "../../../client-js/test/world.ts";
import { OpenFiles } from "../../src/code/openFiles.ts";
import type { CodeAround, EditorModule } from "../../src/code/ports.ts";

const LINK = { address: "h:1", sessionId: SESSION, tls: false, prefix: "" };
const EDITOR = { documentsOf, keptText } as unknown as EditorModule;

/** A page with its shared documents. */
class Tab {
  readonly kept: Map<string, string>;
  readonly client: SessionClient;
  readonly files: OpenFiles;
  readonly faults: string[] = [];
  isFull = false;
  /** The most characters that there is room for, and what there is none for at all. */
  room = Number.POSITIVE_INFINITY;
  withoutRoom = "";

  constructor(world: World, kept = new Map<string, string>()) {
    this.kept = kept;
    const around: CodeAround = {
      read: (key) => this.kept.get(key),
      write: (key, text) => {
        const others = [...this.kept].filter(([other]) => other !== key);
        const used = others.reduce((sum, [, { length }]) => sum + length, text.length);
        const hasRoom = !this.isFull && used <= this.room && key !== this.withoutRoom;
        return hasRoom && this.kept.set(key, text) === this.kept;
      },
      colorOf: () => 0,
      followed: () => {},
      show: () => {},
      typed: () => {},
      later: () => () => {},
      fault: (what) => this.faults.push(what),
    };
    this.client = new SessionClient({
      link: LINK,
      credentials: { authToken: "t" },
      environment: world,
      onChanges: (changes) => {
        if (changes.some(({ kind }) => kind === "reset" || kind === "resumed")) {
          this.files.restore();
        }
      },
    });
    this.files = new OpenFiles(
      this.client,
      around,
      () => Promise.resolve(EDITOR),
      () => {},
    );
    this.client.start();
  }

  get left(): string[] {
    return this.files.left.items.map(({ file, text, reason }) => `${file}: ${text} (${reason})`);
  }
}

async function opened(ids = ["d1"]): Promise<{ world: World; server: Server; tab: Tab }> {
  const world = new World();
  const server = new Server(world);
  server.happen(["join", 0, 0]);
  for (const id of ids) {
    server.share(id);
  }
  const tab = new Tab(world);
  await server.rest(world);
  for (const id of ids) {
    tab.files.open(id);
    await settled();
    await server.rest(world);
  }
  return { world, server, tab };
}

describe("edits that no server has", () => {
  it("are offered when the document is no longer shared on return, each of several", async () => {
    const { world, server, tab } = await opened();
    const file = tab.client.replica.documents.get("d1")?.file;
    server.wires.at(-1)?.end();
    tab.files.get("d1")?.edit(["mine "]);
    server.happen(["unshare", 0, 0]);
    await server.rest(world);
    expect(tab.files.get("d1")?.state).toBe("detached");
    expect(tab.left).toEqual([`${file}: mine  (It is no longer shared.)`]);
    tab.files.keepNow();
    expect(JSON.parse(tab.kept.get("waiting") ?? "")).toEqual({});
    // Another one does not take its place, and a reload keeps both.
    tab.files.left.add("b.py", "other", "It is no longer shared.");
    expect(new Tab(new World(), tab.kept).left).toHaveLength(2);
  });

  it("are offered when the sharing is stopped while they are on their way", async () => {
    const { world, server, tab } = await opened();
    tab.files.get("d1")?.edit(["mine "]);
    server.happen(["unshare", 0, 0]);
    const [wire] = server.wires;
    while (wire !== undefined && wire.down.length > 0) {
      server.down(wire);
    }
    await settled();
    expect(tab.left).toHaveLength(1);
    await server.rest(world);
    expect(tab.left).toHaveLength(1);
  });

  it("are not offered once the server has them", async () => {
    const { world, server, tab } = await opened();
    tab.files.get("d1")?.edit(["mine "]);
    await server.rest(world);
    server.happen(["unshare", 0, 0]);
    await server.rest(world);
    expect(tab.files.get("d1")?.state).toBe("detached");
    expect(tab.left).toEqual([]);
  });

  it("are offered after a reload where the document is gone", async () => {
    const { world, server, tab } = await opened();
    server.wires.at(-1)?.end();
    tab.files.get("d1")?.edit(["mine "]);
    tab.files.keepNow();
    tab.client.close();
    server.happen(["unshare", 0, 0]);
    const again = new Tab(world, tab.kept);
    await server.rest(world);
    expect(again.left.map((text) => text.includes("mine "))).toEqual([true]);
    expect(again.files.countWaiting()).toBe(0);
  });

  it("are offered when the session is over for good", async () => {
    const { server, tab } = await opened();
    server.wires.at(-1)?.end();
    tab.files.get("d1")?.edit(["mine "]);
    expect(tab.files.countWaiting()).toBe(1);
    tab.files.giveUp("The session has ended.");
    await settled();
    expect(tab.left.map((text) => text.includes("(The session has ended.)"))).toEqual([true]);
  });

  it("that the tab has no room for are said to be so", async () => {
    const { server, tab } = await opened();
    server.wires.at(-1)?.end();
    tab.isFull = true;
    tab.files.get("d1")?.edit(["mine "]);
    tab.files.keepNow();
    expect(tab.files.hasNoRoom).toBe(true);
    tab.isFull = false;
    tab.files.get("d1")?.edit(["more "]);
    tab.files.keepNow();
    expect(tab.files.hasNoRoom).toBe(false);
  });

  it("take the room of what is kept of them when their text is offered", async () => {
    const { world, server, tab } = await opened();
    server.wires.at(-1)?.end();
    tab.files.get("d1")?.edit(["mine "]);
    tab.files.keepNow();
    server.happen(["unshare", 0, 0]);
    tab.room = (tab.kept.get("waiting") ?? "").length + 50;
    await server.rest(world);
    tab.files.keepNow();
    expect(tab.files.hasNoRoom).toBe(false);
    expect(tab.kept.get("waiting")).toBe("{}");
    expect(new Tab(new World(), tab.kept).left).toHaveLength(1);
  });

  it("stay where there is no room for their text, and that is said", async () => {
    const { world, server, tab } = await opened();
    server.wires.at(-1)?.end();
    tab.files.get("d1")?.edit(["mine "]);
    tab.files.keepNow();
    const kept = tab.kept.get("waiting");
    tab.client.close();
    server.happen(["unshare", 0, 0]);
    for (const isLoadedAgain of [true, false]) {
      const again = isLoadedAgain ? new Tab(world, tab.kept) : tab;
      again.withoutRoom = "left";
      if (isLoadedAgain) {
        await server.rest(world);
        again.client.close();
      } else {
        again.files.giveUp("The session has ended.");
        await settled();
      }
      expect(again.left).toHaveLength(1);
      expect(again.files.hasNoRoom).toBe(true);
      expect(again.kept.get("waiting")).toBe(kept);
      again.withoutRoom = "";
      again.files.left.drop("1");
      expect(again.files.hasNoRoom).toBe(false);
    }
  });

  it("that were kept and make no sense are a fault, and nothing else", async () => {
    const world = new World();
    const server = new Server(world);
    const bytes = btoa("no document");
    const kept = new Map([["waiting", JSON.stringify({ d9: { file: "a", bytes }, d8: 7 })]]);
    const tab = new Tab(world, kept);
    await server.rest(world);
    await settled();
    expect(tab.faults).toEqual(["reading edits that wait"]);
    expect(tab.left).toEqual([]);
    expect(tab.kept.get("waiting")).toBe("{}");
  });
});
