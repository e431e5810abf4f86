// The session at a glance: its figures and their levels, and what is told about the connection.
// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { SessionHeader } from "../../components/SessionHeader";
import type { EditorState, SessionInfo } from "../../generated/protocol";
import { joined } from "../make";
import { Page, textOf } from "../page";

let page: Page;

beforeEach(() => {
  page = new Page();
});

afterEach(() => page.close());

async function draw(connection: EditorState, title?: string, isShort = false): Promise<void> {
  await page.draw(
    <SessionHeader connection={connection} title={title} isShort={isShort}>
      <i>more</i>
    </SessionHeader>,
  );
}

async function info(session: Partial<SessionInfo>): Promise<void> {
  await draw(joined({ session: session as SessionInfo }));
}

const pills = () => page.all(".pill").map(textOf);
const banners = () => page.all(".banner").map(textOf);

describe("the line", () => {
  it("has the title, and the role while there is a session", async () => {
    await draw(joined({ role: "viewer" }), "Pairing");
    expect(textOf(page.one("h1"))).toBe("Pairing");
    expect([pills(), banners()]).toEqual([["viewer"], []]);
    await draw(joined(), undefined);
    expect(textOf(page.one("h1"))).toBe("Session");
  });

  it("has a note in place of the role while there is no connection", async () => {
    await draw(joined({ state: "reconnecting" }));
    expect(pills()).toEqual([]);
    expect(banners()).toHaveLength(1);
    expect(page.all(".banner.is-reconnecting")).toHaveLength(1);
  });

  it("has no note of the end, which is told elsewhere", async () => {
    await draw({ state: "offline", reason: "You left." });
    expect(banners()).toEqual([]);
  });

  it("has the status that the session gives itself", async () => {
    await info({ status: "review" });
    expect(pills()).toEqual(["review", "editor"]);
  });
});

describe("the figures", () => {
  it("are not there if none is known", async () => {
    await info({});
    expect(page.all(".figures")).toEqual([]);
  });

  it.each([
    [{ token_count: 1500 }, "AI tokens 1.5k"],
    [{ token_count: 1500, token_limit: 0 }, "AI tokens 1.5k"],
  ])("are a count where there is no limit: %j", async (session, text) => {
    await info(session);
    expect(page.all('[role="meter"]')).toEqual([]);
    expect(textOf(page.one(".figure")).toLowerCase()).toBe(text.toLowerCase());
  });

  it.each([
    [{ token_limit: 1000 }, 0, "good"],
    [{ token_count: 800, token_limit: 1000 }, 80, "good"],
    [{ token_count: 801, token_limit: 1000 }, 80, "fair"],
    [{ token_count: 950, token_limit: 1000 }, 95, "fair"],
    [{ token_count: 951, token_limit: 1000 }, 95, "bad"],
    [{ token_count: 3000, token_limit: 1000 }, 100, "bad"],
    [{ health_score: 39 }, 39, "bad"],
    [{ health_score: 40 }, 40, "fair"],
    [{ health_score: 69 }, 69, "fair"],
    [{ health_score: 70 }, 70, "good"],
  ])("%j are %i percent, which is %s", async (session, percent, level) => {
    await info(session);
    expect(page.one('[role="meter"]').getAttribute("aria-valuenow")).toBe(String(percent));
    expect(page.one(".meter-fill").className).toBe(`meter-fill is-${level}`);
    expect(page.one(".meter-fill").style.width).toBe(`${percent}%`);
  });
});

describe("the details", () => {
  it("are the model, the cost and what else the session has told", async () => {
    await info({ model: "m\u202e", cost: 0.123456, context: { branch: "main\u202e" } });
    const texts = page.all("dl.details > div").map(textOf);
    expect(texts).toEqual(["Modelm<U+202E>", "Cost0.1235", "branchmain<U+202E>"]);
  });

  it("are not there if there are none", async () => {
    await info({ token_count: 1 });
    expect(page.all("details")).toEqual([]);
  });
});

describe("where there is little room", () => {
  it("all but the title and the note is folded away", async () => {
    await draw(joined({ state: "reconnecting" }), "Pairing", true);
    const fold = page.one("details");
    expect([fold.querySelectorAll("i").length, fold.querySelectorAll("h1").length]).toEqual([1, 1]);
    expect(fold.querySelector(".banner")).toBeNull();
    expect(banners()).toHaveLength(1);
  });
});
