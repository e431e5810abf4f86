// The commands on a shared agent: which agent is meant, what is sent to it, what is not lost.
import { supervisor } from "@peerline/ui/supervise";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { AgentCommands } from "../../src/people/agentCommands";
import { agent, Joined, person } from "../joined";
import { begin, code, Selection, Uri, window, workspace } from "../vscode";

vi.mock("vscode", () => import("../vscode"));

const FREE = { may_prompt: true, may_stop: true };
const CLAUDE = agent("claude", { queue: FREE });

let joined: Joined;
let commands: AgentCommands;

beforeEach(() => {
  begin();
  supervisor.reportTo({ log: () => undefined, tell: () => undefined });
  workspace.workspaceFolders = [{ uri: Uri.file("/w") }];
  joined = new Joined();
  joined.participants(person("bob"), CLAUDE);
  commands = new AgentCommands(joined.session);
});

type Four = readonly [number, number, number, number];

function select(path: string, range: Four): void {
  const [line, character, endLine, endCharacter] = range;
  const isEmpty = line === endLine && character === endCharacter;
  const selection = Object.assign(new Selection(...range), { isEmpty });
  Object.assign(window, { activeTextEditor: { document: { uri: Uri.file(path) }, selection } });
}

describe("prompting", () => {
  it("needs no choice where one agent takes prompts", async () => {
    code.entries = ["Fix the tests"];
    joined.participants(
      CLAUDE,
      agent("codex", { queue: { may_prompt: false } }),
      agent("opencode"),
    );
    await commands.prompt();
    expect(code.shown).toEqual(["input: Peerline: Prompt claude"]);
    expect(joined.requests).toEqual([
      ["peerline.promptAgent", { agent_id: "claude", text: "Fix the tests" }],
    ]);
  });

  it("asks which of several, and says what each does", async () => {
    joined.participants(CLAUDE, agent("codex", { queue: FREE, state: "working", doing: "Tests" }));
    code.picks = ["codex"];
    code.entries = ["Go on"];
    await commands.prompt(Uri.file("/w/a.py") as never); // as the menu of an editor gives it
    expect(code.rows).toHaveLength(2);
    expect(code.rows[1]?.description).toContain(": Tests");
    expect(joined.requests).toEqual([
      ["peerline.promptAgent", { agent_id: "codex", text: "Go on" }],
    ]);
  });

  it("says so where none takes prompts", async () => {
    joined.participants(person("bob"), agent("codex", { queue: { may_stop: true } }));
    await commands.prompt();
    expect(code.shown).toEqual(["info: No agent takes prompts from you."]);
  });

  it.each([
    [[1, 0, 3, 2], { line: 1, end_line: 3 }, "Lines 2 to 4 of a.py are quoted behind it."],
    [[1, 0, 2, 0], { line: 1, end_line: 1 }, "Line 2 of a.py is quoted behind it."],
  ] as const)("quotes the selected lines %j", async (range, lines, hint) => {
    select("/w/src/a.py", range);
    code.entries = ["Why?"];
    await commands.prompt(CLAUDE);
    expect(joined.requests).toEqual([
      [
        "peerline.promptAgent",
        { agent_id: "claude", text: "Why?", uri: "file:///w/src/a.py", ...lines },
      ],
    ]);
    expect(code.hints).toEqual([hint]);
  });

  it.each([
    ["a cursor", "/w/a.py", [1, 4, 1, 4]],
    ["a file outside of the session", "/etc/passwd", [0, 0, 2, 0]],
  ] as const)("quotes nothing of %s", async (_name, path, range) => {
    select(path, range);
    code.entries = ["Why?"];
    await commands.prompt(CLAUDE);
    expect(joined.requests).toEqual([
      ["peerline.promptAgent", { agent_id: "claude", text: "Why?" }],
    ]);
    expect(code.hints).toEqual([""]);
  });

  it.each([[[]], [["  "]]])("sends nothing for %j", async (entries) => {
    code.entries = entries;
    await commands.prompt(CLAUDE);
    expect(joined.requests).toEqual([]);
  });

  it("keeps the text of a prompt that was refused", async () => {
    joined.refuse("peerline.promptAgent", "TOO_MANY", "The queue is full.");
    code.entries = ["Fix it"];
    await commands.prompt(CLAUDE);
    expect(code.hints).toEqual(["", "Not sent: The queue is full."]);
    expect(code.field?.value).toBe("Fix it");
  });
});

describe("stopping", () => {
  it("is of the turn that is seen", async () => {
    const prompts = [
      { id: "p1", state: "running" },
      { id: "p2", state: "queued" },
    ] as never;
    joined.participants(agent("claude", { queue: { ...FREE, prompts } }), agent("codex"));
    await commands.stop();
    expect(joined.requests).toEqual([
      ["peerline.stopAgent", { agent_id: "claude", prompt_id: "p1" }],
    ]);
  });

  it("is of an agent that works without a prompt, too", async () => {
    await commands.stop(CLAUDE);
    expect(joined.requests).toEqual([["peerline.stopAgent", { agent_id: "claude" }]]);
  });

  it("says so where there is none to stop", async () => {
    joined.participants(agent("claude", { queue: { may_prompt: true } }));
    await commands.stop();
    expect(code.shown).toEqual(["info: No agent is at work that you may stop."]);
  });
});
