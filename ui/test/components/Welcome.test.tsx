// The view outside of sessions: why one is there, and the ways into one.
// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Welcome } from "../../components/Welcome";
import { Page, textOf } from "../page";

let page: Page;

beforeEach(() => {
  page = new Page();
});

afterEach(() => page.close());

async function draw(count: number, reason?: string): Promise<void> {
  const recent = [...Array(count).keys()].map((index) => ({
    ...{ id: `s${index}`, title: `Title ${index}\u202e`, place: "h:1" },
    lastJoined: "2026-03-01T12:00:00Z",
  }));
  const now = Date.parse("2026-03-01T12:05:00Z");
  await page.draw(<Welcome reason={reason} recent={recent} now={now} />);
}

describe("the view", () => {
  it.each([
    [undefined, []],
    ["", []],
    ["the session has ended", ["Not in a session. The session has ended."]],
  ])("says why there is no session, if that is known (%j)", async (reason, banners) => {
    await draw(0, reason);
    expect(page.all(".banner").map(textOf)).toEqual(banners);
  });

  it("starts and joins", async () => {
    await draw(0);
    expect(page.buttons).toEqual(["Start Session…", "Join Session…"]);
    await page.click("Start Session…");
    await page.click("Join Session…");
    expect(page.posted).toEqual([
      { type: "run", command: "start" },
      { type: "run", command: "join" },
    ]);
  });

  it.each([
    [5, 5, false],
    [6, 5, true],
  ])("of %i recent sessions shows %i, and more on demand: %s", async (count, shown, hasMore) => {
    await draw(count);
    expect(page.all("li")).toHaveLength(shown);
    expect(page.buttons.includes("More…")).toBe(hasMore);
    expect(textOf(page.all("li")[1] as HTMLElement)).toBe("Title 1<U+202E>h:1 · 5 min ago");
    await page.click("Title 1<U+202E>");
    expect(page.posted).toEqual([{ type: "rejoin", sessionId: "s1" }]);
  });

  it("lists all of them in the host", async () => {
    await draw(6);
    await page.click("More…");
    expect(page.posted).toEqual([{ type: "run", command: "recent" }]);
  });
});
