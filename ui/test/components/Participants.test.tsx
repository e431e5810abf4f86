// The participants: what is said of each, who can be gone to or followed, and crowds.
// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Participants } from "../../components/Participants";
import type { EditorParticipant } from "../../generated/protocol";
import { person } from "../make";
import { Page, textOf } from "../page";

let page: Page;

beforeEach(() => {
  page = new Page();
});

afterEach(() => page.close());

async function draw(people: EditorParticipant[], canFollow?: boolean): Promise<void> {
  await page.draw(
    <Participants
      participants={people}
      canFollow={canFollow}
      acts={({ username }) => <i>{username}!</i>}
    />,
  );
}

const claude = (fields: object) =>
  person("claude", { agent: { owner: "ann", product: "claude-code", ...fields } });

describe("a participant", () => {
  it.each<[EditorParticipant, string, string]>([
    [person("ann"), "active", "ann, editor, active"],
    [person("ann", { is_me: true, role: "host" }), "active", "ann (you), host, active"],
    [
      person("ann", { file: "src/a\u202e.py", line: 7 }),
      "a<U+202E>.py:7",
      "ann, editor, active, in src/a<U+202E>.py:7\nGo there",
    ],
    [person("ann", { file: "a.py" }), "a.py:1", "ann, editor, active, in a.py:1\nGo there"],
    [
      claude({ state: "working", doing: "Edit a.py" }),
      "working: Edit a.py",
      "claude, editor, agent of ann · working: Edit a.py",
    ],
    [claude({}), "active", "claude, editor, agent of ann"],
  ])("is shown (case %#)", async (shown, short, says) => {
    await draw([shown]);
    expect(textOf(page.one(".person-place"))).toBe(short);
    expect(page.one(".person").title).toBe(says);
    expect(page.all(".badge")).toHaveLength(shown.agent === undefined ? 0 : 1);
    expect(textOf(page.one("i"))).toBe(`${shown.username}!`);
  });

  it("is gone to by a press, but not oneself, and nobody who is nowhere", async () => {
    const me = person("me", { is_me: true, file: "a.py" });
    await draw([me, person("bob"), person("ann", { file: "a.py" })]);
    expect(page.all("button.person")).toHaveLength(1);
    await page.click(page.one("button.person"));
    expect(page.posted).toEqual([{ type: "goto", userId: "ann" }]);
  });

  it("is followed, and followed no longer, where the host has that", async () => {
    const people = [
      person("me", { is_me: true }),
      person("ann"),
      person("bob", { is_followed: true }),
    ];
    await draw(people);
    expect(page.buttons).toEqual([]);
    await draw(people, true);
    expect(page.buttons).toEqual(["Follow ann", "Follow bob"]);
    const pressed = page.all("button").map((each) => each.getAttribute("aria-pressed"));
    expect(pressed).toEqual(["false", "true"]);
    await page.click("Follow ann");
    await page.click("Follow bob");
    expect(page.posted).toEqual([
      { type: "follow", userId: "ann", isFollowed: true },
      { type: "follow", userId: "bob", isFollowed: false },
    ]);
  });
});

describe("a crowd", () => {
  const crowd = (count: number) => [...Array(count).keys()].map((index) => person(`p${index}`));

  it.each([
    [8, 8, 0, undefined],
    [9, 0, 9, undefined],
    [16, 0, 16, undefined],
    [18, 0, 16, "+2"],
  ])("of %i has %i names and %i avatars", async (count, names, avatars, rest) => {
    await draw(crowd(count));
    expect(page.all(".person-name")).toHaveLength(names);
    expect(page.all(".person .avatar")).toHaveLength(names + avatars);
    expect(page.all(".rest").map(textOf)).toEqual(rest === undefined ? [] : [rest]);
    expect(page.buttons).toEqual(avatars === 0 ? [] : [`Names of all ${count}`]);
  });

  it("is shown with all names when they are asked for, and as before again", async () => {
    await draw(crowd(18));
    await page.click("Names of all 18");
    expect(page.all(".person-name")).toHaveLength(18);
    expect(page.all(".rest")).toEqual([]);
    await page.click("Avatars only");
    expect(page.all(".person-name")).toEqual([]);
  });
});
