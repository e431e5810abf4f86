// The decisions of hosts: what they are asked, and what becomes of their answers.
import type { PendingJoin } from "@peerline/ui/generated/protocol";
import { supervisor } from "@peerline/ui/supervise";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Moderation } from "../../src/people/moderation";
import { News, type NewsItem } from "../../src/status/news";
import { Joined, settled } from "../joined";
import { begin, code } from "../vscode";

vi.mock("vscode", () => import("../vscode"));

const ANN: PendingJoin = {
  user_id: "ann",
  username: "ann",
  role: "editor",
  asked_at: "2026-01-01T12:00:00Z",
};
const BOB: PendingJoin = { ...ANN, user_id: "bob", username: "bob", role: "viewer" };

let joined: Joined;
let news: News;
/** The messages that are shown now. */
let shown: Map<string, NewsItem>;
/** How often a message was shown. */
let told: number;
let moderation: Moderation;

beforeEach(() => {
  begin();
  supervisor.reportTo({ log: () => undefined, tell: () => undefined });
  joined = new Joined();
  shown = new Map();
  told = 0;
  news = new News(async (item, hasSettled) => {
    told += 1;
    shown.set(item.key, item);
    await hasSettled;
    shown.delete(item.key);
  });
  moderation = new Moderation(joined.session, news);
});

afterEach(() => moderation.dispose());

function waiting(...pending: PendingJoin[]): void {
  joined.session.handlers["peerline/moderation"]({ pending });
}

describe("people who wait to be admitted", () => {
  it("are each asked about once, until somebody answers", async () => {
    waiting(ANN);
    waiting(ANN, BOB);
    expect([...shown.values()].map(({ text, stays }) => [text, stays])).toEqual([
      ["ann wants to join as editor.", true],
      ["bob wants to join as viewer.", true],
    ]);
    expect(told).toBe(2);
    waiting(BOB);
    await settled();
    expect([...shown.values()].map(({ text }) => text)).toEqual(["bob wants to join as viewer."]);
  });

  it("are asked about again when they come back", async () => {
    waiting(ANN);
    waiting();
    await settled();
    waiting(ANN);
    expect([told, shown.size]).toEqual([2, 1]);
  });

  it.each([
    ["Admit", true],
    ["Decline", false],
  ])("%s", async (text, allow) => {
    waiting(ANN);
    const [[key, { links }]] = [...shown] as [[string, NewsItem]];
    await news.open(
      key,
      links.findIndex((link) => link.text === text),
    );
    expect(joined.requests).toEqual([["peerline.answerJoin", { user_id: "ann", allow }]]);
  });

  it("may have gone before the answer, which is said", async () => {
    joined.refuse("peerline.answerJoin", "NOT_FOUND", "Nobody waits under this name.");
    waiting(ANN);
    await news.open([...shown.keys()][0] as string);
    expect(code.shown).toEqual(["warning: Peerline: Nobody waits under this name."]);
  });

  it("are asked about in the next session, too", () => {
    waiting(ANN);
    news.clear(); // as at the end of a session
    joined.state({ state: "offline" });
    joined.state({});
    waiting(ANN);
    expect(told).toBe(2);
  });

  it("are not asked about again while the connection is away", () => {
    waiting(ANN);
    joined.state({ state: "reconnecting" });
    joined.state({});
    waiting(ANN);
    expect(told).toBe(1);
  });
});

describe("an invite link", () => {
  const COPIED = "info: The invite link for viewers was copied to the clipboard.";

  it("is of a role that guests may have, and goes to the clipboard", async () => {
    code.picks = ["Viewer"];
    joined.answers.set("peerline.createInvite", { link: "peerline://h/1" });
    await moderation.copyInvite();
    expect(code.rows.map(({ label }) => label)).toEqual(["Editor", "Viewer"]);
    expect(joined.requests).toEqual([["peerline.createInvite", { role: "viewer" }]]);
    expect(code.clipboard).toBe("peerline://h/1");
    expect(code.shown.at(-1)).toBe(COPIED);
  });

  it("for browsers has the one for editors a press away", async () => {
    const answer = { link: "peerline://h/1", page_link: "https://h/1" };
    joined.answers.set("peerline.createInvite", answer);
    code.picks = ["Viewer"];
    await moderation.copyInvite();
    await settled();
    expect(code.clipboard).toBe("https://h/1");
    expect(code.shown.at(-1)).toBe(`${COPIED} [Copy peerline:// Link]`);
    code.picks = ["Viewer"];
    code.presses = ["Copy peerline:// Link"];
    await moderation.copyInvite();
    await settled();
    expect(code.clipboard).toBe("peerline://h/1");
  });

  it("that only works here says so", async () => {
    const answer = { link: "peerline://127.0.0.1/1", page_link: "http://127.0.0.1/1" };
    joined.answers.set("peerline.createInvite", { ...answer, is_local: true });
    code.picks = ["Viewer"];
    await moderation.copyInvite();
    expect(code.shown.at(-1)).toBe(`${COPIED} It only works on this computer. [Let Others Join…]`);
  });

  it("is not made for nobody", async () => {
    await moderation.copyInvite();
    expect(joined.requests).toEqual([]);
  });
});

describe("revoking a link", () => {
  const OLD = { id: "old", role: "editor", created_at: "2026-01-01T12:00:00Z" } as const;
  const NEW = { id: "new", role: "viewer", created_at: "2026-01-02T12:00:00Z" } as const;

  it("lists the newest first, each with its use", async () => {
    const invites = [{ ...OLD, uses: 2, max_uses: 5, is_full: true }, NEW];
    joined.session.handlers["peerline/moderation"]({ invites });
    code.picks = ["For editors"];
    await moderation.revokeInvite();
    expect(code.rows.map(({ label, detail }) => [label, detail])).toEqual([
      ["For viewers", "used 0 times"],
      ["For editors", "used 2 times of 5, takes no more guests"],
    ]);
    expect(joined.requests).toEqual([["peerline.revokeInvite", { invite_id: "old" }]]);
    expect(code.shown.at(-1)).toBe("info: The editor invite link no longer works.");
  });

  it("says so when there is none, and revokes none unasked", async () => {
    await moderation.revokeInvite();
    expect(code.shown).toEqual(["info: There is no active invite link."]);
    joined.session.handlers["peerline/moderation"]({ invites: [OLD] });
    await moderation.revokeInvite();
    expect(joined.requests).toEqual([]);
  });
});

describe("who may join", () => {
  const session = { join_approval: true };

  it.each([
    [true, "Admit Everybody with a Link", [{ changes: { join_approval: false } }]],
    [true, "Ask a Host Each Time", []],
    [false, "Ask a Host Each Time", [{ changes: { join_approval: true } }]],
    [false, "Admit Everybody with a Link", []],
  ])("is changed where it is another choice (asked before: %s; %s)", async (isOn, label, sent) => {
    joined.state({ session: { ...session, join_approval: isOn } as never });
    code.picks = [label];
    await moderation.setApproval();
    expect(code.rows.map(({ description }) => description)).toEqual(
      isOn ? ["", "now"] : ["now", ""],
    );
    expect(joined.requests.map(([, argument]) => argument)).toEqual(sent);
  });
});

describe("lifting a ban", () => {
  it("shows names, or ids where there is none", async () => {
    const bans = [
      { user_id: "u1", username: "eve" },
      { user_id: "u2", username: null },
    ];
    joined.session.handlers["peerline/moderation"]({ bans } as never);
    code.picks = ["u2"];
    await moderation.liftBan();
    expect(code.rows.map(({ label }) => label)).toEqual(["eve", "u2"]);
    expect(joined.requests).toEqual([["peerline.liftBan", { user_id: "u2" }]]);
    expect(code.shown.at(-1)).toBe("info: u2 can join again.");
  });

  it("says so when nobody is banned", async () => {
    await moderation.liftBan();
    expect(code.shown).toEqual(["info: Nobody is banned."]);
  });
});
