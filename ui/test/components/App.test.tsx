// The whole panel: which parts it has, by the state and by the host.
// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { App } from "../../components/App";
import { joined, message, person } from "../make";
import { Page, textOf } from "../page";

let page: Page;

beforeEach(() => {
  page = new Page();
});

afterEach(() => page.close());

type Props = Parameters<typeof App>[0];

async function draw(props: Partial<Props> = {}): Promise<void> {
  await page.draw(
    <App
      controller={page.controller}
      outside={({ reason }) => <p class="out">{reason}</p>}
      {...props}
    />,
  );
}

const OFFLINE = { state: "offline", reason: "You left." } as const;
/** The parts that are there. */
const parts = () =>
  [".out", ".session", ".people", ".log", ".typing", ".composer"].filter(
    (selector) => page.all(selector).length > 0,
  );

describe("the parts", () => {
  it("are none until the host has told the state", async () => {
    await draw();
    expect(page.text).toBe("Loading…");
    await page.snapshot({ participants: [person("ann")] });
    expect(parts()).toEqual([".session", ".people", ".log", ".typing", ".composer"]);
  });

  it("are the view outside of sessions where there is nothing to read", async () => {
    await draw();
    await page.snapshot({ state: OFFLINE });
    expect(parts()).toEqual([".out"]);
    expect(page.text).toContain("You left.");
    await page.snapshot({ state: OFFLINE, messages: [message()] });
    expect(parts()).toEqual([".session", ".log", ".composer"]);
  });

  it("have no list of people where the host has one", async () => {
    await draw();
    await page.snapshot({ participants: [person("ann")], hasOwnList: true });
    expect(parts()).not.toContain(".people");
  });

  it("have the changes of files if there are any", async () => {
    await draw();
    await page.snapshot();
    expect(page.all(".files")).toEqual([]);
    const change = { id: "f", file: "a.py", change: "modified", timestamp: "2026-01-01T00:00:00Z" };
    await page.snapshot({ files: [change as never] });
    expect(page.all(".files")).toHaveLength(1);
  });

  it("are laid out by the host", async () => {
    await draw({
      frame: ({ people, conversation }) => (
        <div class="frame">
          {people}
          {conversation}
        </div>
      ),
    });
    await page.snapshot({ participants: [person("ann")] });
    expect(parts()).toEqual([".people", ".log", ".typing", ".composer"]);
    expect(page.all(".frame .log")).toHaveLength(1);
  });
});

describe("the panel", () => {
  it("takes text from the host into the composer", async () => {
    await draw();
    await page.snapshot();
    await page.tell({ type: "compose", text: "code" });
    expect(page.one<HTMLTextAreaElement>("textarea").value).toBe("code");
  });

  it("replies to a message of the log", async () => {
    await draw();
    await page.snapshot({ messages: [message({ content: "why?" })] });
    await page.click("Reply (r)");
    expect(textOf(page.one(".replying"))).toBe("Reply to bob why?");
  });

  it("announces the same text twice by another element", async () => {
    await draw();
    await page.snapshot({ state: joined() });
    const spoken: Element[] = [];
    for (const text of ["bob joined", "bob joined"]) {
      page.controller.act({ type: "announce", text });
      await draw();
      const last = page.all('.app > [role="status"]').at(-1) as HTMLElement;
      expect(textOf(last)).toBe(text);
      spoken.push(last);
    }
    expect(spoken[0]).not.toBe(spoken[1]);
  });
});
