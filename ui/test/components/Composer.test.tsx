// The input for a message: what is sent, what is kept, names, and why nothing can be written.
// @vitest-environment happy-dom
import { createRef } from "preact";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Composer, type ComposerHandle } from "../../components/Composer";
import { message, person } from "../make";
import { Page, textOf } from "../page";

type Props = Omit<Parameters<typeof Composer>[0], "handle">;

const PEOPLE = [person("ann"), person("anna"), person("me", { is_me: true })];

let page: Page;
let handle: { current: ComposerHandle | null };

beforeEach(() => {
  page = new Page();
  handle = createRef<ComposerHandle>();
});

afterEach(() => page.close());

async function draw(props: Partial<Props> = {}): Promise<HTMLTextAreaElement> {
  await page.draw(<Composer handle={handle} participants={PEOPLE} messages={[]} {...props} />);
  return field();
}

const field = () => page.one<HTMLTextAreaElement>("textarea");
const sent = () => page.posted.filter(({ type }) => type === "send");
const chosen = () => page.all('[aria-selected="true"]').map(textOf);

describe("a message", () => {
  it("is sent with Enter, and the field is empty for the next", async () => {
    await page.type(await draw(), "hi");
    expect(await page.press(field(), "Enter")).toBe(true);
    expect(sent()).toEqual([{ type: "send", content: "hi" }]);
    expect([field().value, page.controller.draft.text]).toEqual(["", ""]);
  });

  it.each([{ shiftKey: true }, { isComposing: true }])(
    "is not sent with Enter and %j",
    async (options) => {
      await page.type(await draw(), "hi");
      expect(await page.press(field(), "Enter", options)).toBe(false);
      expect(sent()).toEqual([]);
    },
  );

  it.each([
    ["", 5, false],
    [" \n", 5, false],
    ["12345", 5, true],
    ["😀😀😀😀😀", 5, true],
    ["123456", 5, false],
    ["123456", undefined, true],
  ])("%j within %s: %s", async (text, limit, canSend) => {
    await page.type(await draw({ limit }), text);
    expect(page.button("Send").disabled).toBe(!canSend);
    await page.press(field(), "Enter");
    expect(sent()).toHaveLength(canSend ? 1 : 0);
  });

  it.each([
    [8, []],
    [9, ["9 of 10 characters"]],
    [11, ["11 of 10 characters"]],
  ])("of %i characters is counted near the limit", async (length, counts) => {
    await page.type(await draw({ limit: 10 }), "x".repeat(length));
    expect(page.all(".count").map(textOf)).toEqual(counts);
    expect(page.alerts).toEqual(length > 10 ? counts : []);
  });

  it("is kept as a draft, and reported as being written", async () => {
    await page.type(await draw(), "half");
    expect(page.posted).toEqual([{ type: "typing" }]);
    page.reload();
    expect((await draw()).value).toBe("half");
  });
});

describe("a reply", () => {
  const parent = message({ content: "why?" });

  it("names what it replies to, and is sent with it", async () => {
    await draw({ messages: [parent] });
    handle.current?.reply(parent.id);
    await draw({ messages: [parent] });
    expect(textOf(page.one(".replying"))).toBe("Reply to bob why?");
    expect(document.activeElement).toBe(field());
    await page.type(field(), "so");
    await page.press(field(), "Enter");
    expect(sent()).toEqual([{ type: "send", content: "so", parentId: parent.id }]);
    expect(page.all(".replying")).toEqual([]);
  });

  it("is one no more after Escape, or by its button, and the text stays", async () => {
    for (const leave of [() => page.press(field(), "Escape"), () => page.click("Cancel reply")]) {
      await page.type(await draw(), "so");
      handle.current?.reply(parent.id);
      await draw();
      expect(textOf(page.one(".replying"))).toBe("Reply to a message");
      await leave();
      expect(page.all(".replying")).toEqual([]);
      expect(page.controller.draft).toEqual({ text: "so" });
    }
  });
});

describe("text from the host", () => {
  it.each([
    ["", "code", "code"],
    ["see", "code", "see\ncode"],
    ["see\n", "code", "see\ncode"],
    ["see", "", "see"],
  ])("after %j, %j gives %j, with the focus", async (before, added, after) => {
    const input = await draw();
    await page.type(input, before);
    input.blur();
    handle.current?.insert(added);
    await draw();
    expect(field().value).toBe(after);
    expect(field().selectionStart).toBe(after.length);
    expect(document.activeElement).toBe(field());
  });

  it("that was taken back is in the field", async () => {
    await page.type(await draw(), "since");
    await page.tell({ type: "returned", returned: { content: "before", refusal: "no" } });
    expect(field().value).toBe("before\nsince");
  });
});

describe("the names after an @", () => {
  it("are chosen by the arrows, around the ends", async () => {
    await page.type(await draw(), "hi @an");
    expect(page.all('[role="option"]').map(textOf)).toEqual(["Aann editor", "Aanna editor"]);
    const moves: [string, string][] = [
      ["ArrowDown", "Aanna editor"],
      ["ArrowDown", "Aann editor"],
      ["ArrowUp", "Aanna editor"],
    ];
    for (const [key, name] of moves) {
      expect(await page.press(field(), key)).toBe(true);
      expect(chosen()).toEqual([name]);
      const id = field().getAttribute("aria-activedescendant");
      expect(textOf(page.one(`#${id}`))).toBe(name);
    }
  });

  it.each(["Enter", "Tab"])("are taken by %s, which sends nothing", async (key) => {
    await page.type(await draw(), "hi @an");
    await page.press(field(), "ArrowDown");
    expect(await page.press(field(), key)).toBe(true);
    expect([field().value, field().selectionStart]).toEqual(["hi @anna ", 9]);
    expect([sent(), page.all('[role="option"]')]).toEqual([[], []]);
  });

  it("are taken by a click", async () => {
    await page.type(await draw(), "@an");
    await page.click(page.all('[role="option"]')[1] as HTMLElement);
    expect(field().value).toBe("@anna ");
  });

  it("go with Escape, and the text stays", async () => {
    await page.type(await draw(), "@an");
    await page.press(field(), "Escape");
    expect([page.all('[role="option"]'), field().value]).toEqual([[], "@an"]);
    await page.press(field(), "Enter");
    expect(sent()).toHaveLength(1);
  });

  it("begin with the first again when another one is written", async () => {
    await page.type(await draw(), "@an");
    await page.press(field(), "ArrowDown");
    await page.type(field(), "@ann");
    expect(chosen()).toEqual(["Aann editor"]);
  });
});

describe("where nothing can be written", () => {
  it("the reason is there, and nothing is sent", async () => {
    await page.type(await draw(), "hi");
    await draw({ blocked: "Viewers cannot write." });
    expect([field().disabled, field().value]).toEqual([true, "hi"]);
    expect(textOf(page.one(".blocked"))).toBe("Viewers cannot write.");
    await page.fire(page.one("form"), "submit", { cancelable: true });
    expect(sent()).toEqual([]);
  });

  it.each([
    [{ id: "s1", title: "Pairing" }, [{ type: "rejoin", sessionId: "s1" }]],
    [undefined, [{ type: "run", command: "join" }]],
  ])("outside of a session one can join again (%j)", async (rejoin, posted) => {
    page.saved = { draft: { text: "half" } };
    page.reload();
    await draw({ out: { rejoin }, blocked: "You left." });
    // A draft can be selected and copied.
    expect([field().readOnly, field().disabled]).toEqual([true, false]);
    await page.click(rejoin === undefined ? "Join Session…" : "Join Again");
    expect(page.posted).toEqual(posted);
  });

  it("outside of a session there is no field without a draft", async () => {
    await page.draw(<Composer handle={handle} participants={[]} messages={[]} out={{}} />);
    expect(page.all("textarea")).toEqual([]);
  });

  it("a refusal is shown", async () => {
    await draw({ refusal: "the session is full." });
    expect(page.alerts).toEqual(["Not sent: the session is full."]);
  });

  it("the tools of the host are not there", async () => {
    const toolbar = () => <i>tools</i>;
    await draw({ toolbar });
    expect(page.all("i").map(textOf)).toContain("tools");
    await draw({ toolbar, blocked: "Viewers cannot write." });
    expect(page.all("i").map(textOf)).not.toContain("tools");
  });
});

describe("the focus", () => {
  it("comes back with the field if it was there", async () => {
    (await draw()).focus();
    await draw({ blocked: "There is no connection." });
    field().blur();
    await draw();
    expect(document.activeElement).toBe(field());
  });

  it("stays away if it was not there, or has gone elsewhere", async () => {
    await draw({ blocked: "There is no connection." });
    await draw();
    expect(document.activeElement).not.toBe(field());
    field().focus();
    await draw({ blocked: "There is no connection." });
    field().blur();
    const other = page.root.appendChild(document.createElement("button"));
    other.focus();
    await draw();
    expect(document.activeElement).toBe(other);
  });
});
