// The questions of AI agents: what is shown of them, and when they can be allowed.
// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Approvals } from "../../components/Approvals";
import type { EditorApproval } from "../../generated/protocol";
import { Page, textOf } from "../page";

const READ_IT = "To allow it, read it to its end.";

let page: Page;
const acts = {
  whole: vi.fn(async (asked: EditorApproval) => ({ ...asked, detail: "all", is_cut: false })),
  answer: vi.fn(async (_asked: EditorApproval, _choice: string) => undefined),
  reasonOf: (error: unknown) => (error as Error).message,
};

beforeEach(() => {
  page = new Page();
  vi.clearAllMocks();
});

afterEach(() => page.close());

function question(fields: Partial<EditorApproval> = {}): EditorApproval {
  return {
    ...{ id: "q1", user_id: "c", username: "claude", color: 0, owner: "ann", title: "Run" },
    ...{ options: ["allow_once", "deny"], asked_at: "t", expires_at: "t", may_answer: true },
    ...fields,
  } as EditorApproval;
}

async function ask(...approvals: EditorApproval[]): Promise<void> {
  await page.draw(<Approvals approvals={approvals} acts={acts} />);
}

/** Lay the text out, which nothing does here, and scroll it. */
async function lay(clientHeight: number, scrollHeight: number, scrollTop = 0): Promise<void> {
  const text = page.one(".approval-text");
  const sizes = { clientHeight, scrollHeight, scrollTop };
  for (const [name, value] of Object.entries(sizes)) {
    Object.defineProperty(text, name, { value, configurable: true });
  }
  await page.fire(text, "scroll");
}

describe("a question", () => {
  it("is shown with its agent, its owner, its tool and its files", async () => {
    await ask(question({ tool: "Bash", files: ["a.py", "b.py"], detail: "rm -r x" }));
    expect(textOf(page.one(".approval-title"))).toBe("claude (agent of ann) asks: Run (Bash)");
    expect(textOf(page.one(".approval-files"))).toBe("a.py, b.py");
    expect(textOf(page.one("pre"))).toBe("rm -r x");
  });

  it("of an agent without an owner names none", async () => {
    await ask(question({ owner: "", may_answer: false }));
    expect(textOf(page.one(".approval-title"))).toBe("claude asks: Run");
    expect(textOf(page.one(".hint"))).toBe("Waits for an answer.");
  });

  it("is told to a screen reader if it is the user's to answer, and shown in any case", async () => {
    await ask(question(), question({ id: "q2", title: "Edit", may_answer: false }));
    expect(textOf(page.one('[role="status"]'))).toBe("claude asks: Run");
    expect(page.all("article")).toHaveLength(2);
    expect(page.buttons).toEqual(["Allow Once", "Deny"]);
    expect(textOf(page.one(".hint"))).toBe("Waits for an answer of ann.");
  });

  it("is none, and no section, without any", async () => {
    await ask();
    expect(page.all("section")).toEqual([]);
  });
});

describe("to allow", () => {
  it("is possible at once where there is nothing to read", async () => {
    await ask(question());
    await page.click("Allow Once");
    expect(acts.answer).toHaveBeenCalledWith(question(), "allow_once");
  });

  it.each([
    ["all of it is in view", [100, 100, 0], true],
    ["its end is in view", [100, 300, 199], true],
    ["its end is not in view", [100, 300, 198], false],
    ["it has no height, as in a part of the page that is not shown", [0, 0, 0], false],
  ] as [string, [number, number, number], boolean][])(
    "a text takes that %s",
    async (_name, sizes, canAllow) => {
      await ask(question({ detail: "rm -r x" }));
      expect(page.button("Allow Once").disabled).toBe(true);
      await lay(...sizes);
      expect(page.button("Allow Once").disabled).toBe(!canAllow);
      expect(page.text.includes(READ_IT)).toBe(!canAllow);
      expect(page.button("Deny").disabled).toBe(false);
    },
  );

  it("another text has to be read again", async () => {
    await ask(question({ detail: "ls" }));
    await lay(100, 100);
    Object.defineProperty(page.one(".approval-text"), "scrollHeight", { value: 900 });
    await ask(question({ detail: "ls\nrm -r x" }));
    expect(page.button("Allow Once").disabled).toBe(true);
  });

  it("a text that is cut has to be shown whole, and the whole one is answered", async () => {
    const cut = question({ detail: "a", is_cut: true });
    await ask(cut);
    await lay(100, 100);
    expect(page.button("Allow Once").disabled).toBe(true);
    await page.click("Show All");
    expect(acts.whole).toHaveBeenCalledWith(cut);
    expect(page.buttons).toEqual(["Allow Once", "Deny"]);
    await page.click("Allow Once");
    expect(acts.answer).toHaveBeenCalledWith(
      { ...cut, detail: "all", is_cut: false },
      "allow_once",
    );
  });
});

describe("an answer", () => {
  it("can be no without reading", async () => {
    await ask(question({ detail: "rm -r x", is_cut: true }));
    await page.click("Deny");
    expect(acts.answer).toHaveBeenCalledWith(expect.anything(), "deny");
  });

  it("that is refused says why", async () => {
    acts.answer.mockRejectedValueOnce(new Error("somebody else has answered"));
    await ask(question());
    await page.click("Deny");
    expect(page.alerts).toEqual(["Somebody else has answered."]);
  });
});
