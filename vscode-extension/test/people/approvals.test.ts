// The questions of agents: who is asked, where they can be allowed, and what ends them.
import type { EditorApproval, EditorClosedApproval } from "@peerline/ui/generated/protocol";
import { supervisor } from "@peerline/ui/supervise";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Approvals } from "../../src/people/approvals";
import { News, type NewsItem } from "../../src/status/news";
import { Joined, settled } from "../joined";
import { begin, code, window, workspace } from "../vscode";

vi.mock("vscode", () => import("../vscode"));

const DIGEST = `sha256:${"0".repeat(64)}`;
const ALLOWED = { approval_id: "ap1", answer: "allow_once", digest: DIGEST };

const QUESTION: EditorApproval = {
  ...{ id: "ap1", user_id: "agent", username: "claude", color: 1, owner: "alice" },
  ...{ title: "Run command", tool: "Bash", detail: "pytest -q", files: [], digest: DIGEST },
  ...{ options: ["allow_once", "deny"], may_answer: true },
  ...{ asked_at: "2026-01-02T10:00:00Z", expires_at: "2026-01-02T10:05:00Z" },
};
/** Too long for a notification, but not for a dialog. */
const LONG = { ...QUESTION, detail: "pytest -q\n".repeat(5) };
const LONGER = { ...QUESTION, detail: "pytest -q\n".repeat(50) };

let joined: Joined;
let news: News;
let shown: Map<string, NewsItem>;
let approvals: Approvals;

beforeEach(() => {
  begin();
  supervisor.reportTo({ log: () => undefined, tell: () => undefined });
  joined = new Joined();
  shown = new Map();
  news = new News(async (item, hasSettled) => {
    shown.set(item.key, item);
    await hasSettled;
    if (shown.get(item.key) === item) {
      shown.delete(item.key);
    }
  });
  approvals = new Approvals(joined.session, news);
});

afterEach(() => approvals.dispose());

function ask(open: EditorApproval[], closed: Partial<EditorClosedApproval>[] = []): void {
  joined.session.handlers["peerline/approvals"]({ approvals: open, closed } as never);
}

/** The links below the message of a question. */
function links(id = "ap1"): string[] | undefined {
  return shown.get(`approval ${id}`)?.links.map(({ text }) => text);
}

async function press(text: string): Promise<void> {
  await news.open("approval ap1", links()?.indexOf(text));
}

function answers(): unknown[] {
  return joined.requests
    .filter(([command]) => command === "peerline.answerApproval")
    .map(([, argument]) => argument);
}

describe("a question", () => {
  it("is put to those who may answer it", () => {
    ask([
      { ...QUESTION, may_answer: false },
      { ...QUESTION, id: "ap2" },
    ]);
    expect([...shown.keys()]).toEqual(["approval ap2"]);
  });

  it("can be allowed in a notification that shows all of it", async () => {
    ask([QUESTION]);
    expect(links()).toEqual(["Allow Once", "Deny"]);
    await press("Allow Once");
    expect(answers()).toEqual([ALLOWED]);
  });

  it("that is longer can only be denied there, or shown", async () => {
    ask([LONG]);
    expect(links()).toEqual(["Show…", "Deny"]);
    await press("Deny");
    expect(answers()).toEqual([{ ...ALLOWED, answer: "deny" }]);
  });

  it("is not shown again by each change of the list", async () => {
    ask([QUESTION]);
    const first = shown.get("approval ap1");
    ask([QUESTION, { ...QUESTION, id: "ap2" }]);
    expect(shown.get("approval ap1")).toBe(first);
  });

  it("that could not be answered says why", async () => {
    joined.refuse("peerline.answerApproval", "NOT_FOUND", "The question is no longer open.");
    ask([QUESTION]);
    await press("Deny");
    expect(code.shown).toEqual(["warning: Peerline: The question is no longer open."]);
  });
});

describe("a question that has ended", () => {
  const CLOSED = { id: "ap1", text: "bob allowed: Run command", is_mine: false };

  it("goes, and what others decided is said", async () => {
    ask([QUESTION]);
    ask([], [CLOSED]);
    await settled();
    expect(shown.size).toBe(0);
    expect(code.shown).toEqual(["info: bob allowed: Run command."]);
  });

  it.each([
    ["the user has answered", true, { ...CLOSED, is_mine: true }],
    ["the user was never asked", false, CLOSED],
  ])("needs no word if %s", async (_name, mayAnswer, closed) => {
    ask([{ ...QUESTION, may_answer: mayAnswer }]);
    ask([], [closed]);
    await settled();
    expect([shown.size, code.shown]).toEqual([0, []]);
  });
});

describe("a question that is shown whole", () => {
  it("is answered in a dialog if that has the room", async () => {
    joined.answers.set("peerline.getApproval", LONG);
    ask([LONG]);
    code.presses = ["Allow Once"];
    await press("Show…");
    expect(code.shown).toEqual(["info: claude asks: Run command [Allow Once] [Deny]"]);
    expect(code.detail).toBe(`Agent of alice\nTool: Bash\n${LONG.detail}`);
    expect(answers()).toEqual([ALLOWED]);
  });

  it("stays open if the dialog is closed", async () => {
    joined.answers.set("peerline.getApproval", LONG);
    ask([LONG]);
    await press("Show…");
    await settled();
    expect(answers()).toEqual([]);
    expect(links()).toEqual(["Show…", "Deny"]);
  });

  it("does not come back if it has ended meanwhile", async () => {
    joined.answers.set("peerline.getApproval", LONG);
    ask([LONG]);
    const pressed = press("Show…");
    ask([]);
    await pressed;
    await settled();
    expect(shown.size).toBe(0);
  });

  it("and needs an editor is allowed only when its end is in sight", async () => {
    joined.answers.set("peerline.getApproval", LONGER);
    ask([LONGER]);
    let [content, text, rounds] = ["", "", 0];
    const document = { getText: () => text, lineCount: 0 };
    const editor = { document, visibleRanges: [{ end: { line: 20 } }] };
    workspace.openTextDocument = async (given) => {
      content = (given as { content: string }).content;
      document.lineCount = content.split("\n").length;
      window.visibleTextEditors = [editor];
      return document;
    };
    // The first press is too early, the second below another text; the third has seen it all.
    code.presses = ["Allow Once", "Allow Once", "Allow Once"];
    code.asked = () => {
      rounds += 1;
      editor.visibleRanges = [{ end: { line: document.lineCount - (rounds === 1 ? 2 : 1) } }];
      text = rounds === 2 ? "harmless" : content;
    };
    await press("Show…");
    const question = "info: claude asks: Run command (Bash). Read it to its end in the editor.";
    expect(code.shown.filter((each) => each.startsWith(question))).toHaveLength(3);
    expect(text).toContain(LONGER.detail.trim());
    expect(answers()).toEqual([ALLOWED]);
  });
});

describe("choosing a question", () => {
  it("is left out where there is one", async () => {
    joined.answers.set("peerline.getApproval", QUESTION);
    ask([QUESTION]);
    code.presses = ["Deny"];
    await approvals.choose();
    expect(answers()).toEqual([{ ...ALLOWED, answer: "deny" }]);
  });

  it("is between those that are open", async () => {
    ask([QUESTION, { ...QUESTION, id: "ap2", title: "Write $(file)", tool: undefined as never }]);
    joined.answers.set("peerline.getApproval", { ...QUESTION, id: "ap2" });
    code.picks = ["claude asks: Write \\$(file)"];
    await approvals.choose();
    expect(joined.requests).toEqual([["peerline.getApproval", { approval_id: "ap2" }]]);
  });

  it("says so where there is none", async () => {
    await approvals.choose();
    expect(code.shown).toEqual(["info: No agent asks anything that you may answer."]);
  });
});
