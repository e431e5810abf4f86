import { describe, expect, it } from "vitest";
import type { AgentEvent } from "../../generated/protocol";
import {
  calledText,
  contextShare,
  diffLines,
  durationText,
  endText,
  kindText,
  MAX_DIFF_LINES,
  turnEndText,
  turnOf,
  usageRows,
} from "../../model/agentView";
import { agentEvent } from "../make";

type Data = AgentEvent["data"];

function events(...data: Data[]): AgentEvent[] {
  return data.map((each, index) => agentEvent(index + 1, each));
}

const prompt = (text: string): Data => ({ kind: "prompt", text, turn_id: text });
const call = (id: string, fields: Partial<Extract<Data, { name: string }>> = {}): Data => ({
  kind: "tool_call",
  id,
  name: "Edit",
  tool_kind: "edit",
  status: "completed",
  ...fields,
});

describe("the turn", () => {
  it("begins with the last prompt, and has its calls in order", () => {
    const turn = turnOf(
      events(
        prompt("before"),
        call("t1"),
        { kind: "turn_end", turn_id: "before", reason: "end_turn" },
        prompt("now\u202e"),
        call("t2", { title: "src/a.py", duration_ms: 41 }),
        { kind: "note", text: "The context was compacted" },
        call("t2", { name: "Bash", tool_kind: "execute", title: "pytest", status: "failed" }),
        call("t3", { output: "1 failed\u202e\n[exit code 1]" }),
      ),
    );
    expect(turn.prompt).toBe("now<U+202E>");
    expect(turn.calls).toEqual([
      {
        key: "5",
        kind: "edit",
        title: "src/a.py",
        status: "completed",
        milliseconds: 41,
        files: [],
      },
      { key: "7", kind: "execute", title: "Bash pytest", status: "failed", files: [] },
      {
        key: "8",
        kind: "edit",
        title: "Edit",
        status: "completed",
        files: [],
        output: "1 failed<U+202E>\n[exit code 1]",
      },
    ]);
    expect(turn.end).toBeUndefined();
  });

  it("has an end, and the call under way behind the others", () => {
    const ended = turnOf(
      events(prompt("go"), {
        kind: "turn_end",
        turn_id: "go",
        reason: "cancelled",
        duration_ms: 52_000,
      }),
      { id: "t9", name: "Read", kind: "read", status: "completed" },
    );
    expect(ended.end).toEqual({ reason: "cancelled", milliseconds: 52_000 });
    expect(ended.calls).toEqual([]);
    const busy = turnOf(events(prompt("go")), {
      id: "t9",
      name: "Read",
      kind: "read",
      status: "running",
      title: "a.py",
    });
    expect(busy.calls).toEqual([
      { key: "now", kind: "read", title: "a.py", status: "running", files: [] },
    ]);
  });

  it("is what is known where its prompt is not", () => {
    const turn = turnOf(events(call("t1", { title: "a.py" })));
    expect(turn.prompt).toBeUndefined();
    expect(turn.calls.map(({ title }) => title)).toEqual(["a.py"]);
    expect(turnOf([])).toEqual({ calls: [], files: [] });
  });

  it("sums up the lines of each file, the one changed last behind the others", () => {
    const turn = turnOf(
      events(
        prompt("go"),
        call("t1", { files: [{ file: "a.py", lines_added: 3, lines_removed: 1, diff: "+a" }] }),
        call("t2", { files: [{ file: "b.py" }] }),
        call("t3", { files: [{ file: "a.py", lines_added: 2, diff: "+b\u202e" }] }),
      ),
    );
    expect(turn.files).toEqual([
      { file: "b.py", diffs: [] },
      { file: "a.py", added: 5, removed: 1, diffs: ["+a", "+b<U+202E>"] },
    ]);
  });
});

describe("the words", () => {
  it("name a tool once", () => {
    expect(calledText("edit", "Patch", "patch src/a.py")).toBe("patch src/a.py");
    expect(calledText("edit", "Edit", "src/a.py")).toBe("src/a.py");
    expect(calledText("execute", "Bash", "make\u001b[2J")).toBe("Bash make<U+001B>[2J");
    expect(calledText(undefined, "Bash", undefined)).toBe("Bash");
    expect([kindText("execute"), kindText(undefined)]).toEqual(["Run", "Tool"]);
    expect([endText("completed"), endText("denied")]).toEqual(["", "denied"]);
  });

  it("give durations as people read them", () => {
    expect([0, 41, 1000, 1440, 42_400, 65_000].map(durationText)).toEqual([
      "0 ms",
      "41 ms",
      "1 s",
      "1.4 s",
      "42 s",
      "1:05 min",
    ]);
    expect(turnEndText({ reason: "end_turn", milliseconds: 52_000 })).toBe(
      "Turn ended after 52 s: end_turn",
    );
    expect(turnEndText({ reason: "cancelled" })).toBe("Turn ended: cancelled");
  });

  it("give of a usage what is known", () => {
    expect(usageRows({})).toEqual([]);
    expect(
      usageRows({ context_used: 51_234, context_limit: 200_000, output_tokens: 385, cost: 0.171 }),
    ).toEqual([
      { name: "Context", text: "26 %, 51,234 of 200,000 tokens" },
      { name: "Output", text: "385 tokens" },
      { name: "Cost", text: "0.17" },
    ]);
    expect(contextShare({ context_used: 3, context_limit: 2 })).toBe(1);
    expect(contextShare({ context_used: 3 })).toBeUndefined();
  });
});

describe("the lines of a diff", () => {
  const diff = (count: number): string => Array.from({ length: count }, () => "+x").join("\n");

  it("are all drawn up to a limit, beyond which they are counted", () => {
    expect(diffLines([])).toEqual({ lines: [], left: "" });
    expect(diffLines(["+a", "-b\n c"])).toEqual({ lines: ["+a", "-b", " c"], left: "" });
    expect(diffLines([diff(MAX_DIFF_LINES)]).left).toBe("");
    const long = diffLines([diff(MAX_DIFF_LINES), "+y"]);
    expect(long.lines).toHaveLength(MAX_DIFF_LINES);
    expect(long.left).toBe("… and 1 more line");
    expect(diffLines([diff(MAX_DIFF_LINES), "+y\n+z"]).left).toBe("… and 2 more lines");
  });
});
