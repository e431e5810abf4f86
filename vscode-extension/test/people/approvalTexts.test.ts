import type { EditorApproval } from "@peerline/ui/generated/protocol";
import { describe, expect, it } from "vitest";
import {
  askedText,
  brokenLines,
  fitsDialog,
  shortQuestion,
  wholeQuestion,
} from "../../src/people/approvalTexts";

const QUESTION: EditorApproval = {
  id: "ap1",
  user_id: "agent",
  username: "claude",
  color: 1,
  owner: "alice",
  title: "Run command",
  tool: "Bash",
  detail: "pytest -q",
  files: [],
  digest: `sha256:${"0".repeat(64)}`,
  options: ["allow_once", "deny"],
  asked_at: "2026-01-02T10:00:00Z",
  expires_at: "2026-01-02T10:05:00Z",
  may_answer: true,
};

describe("a question of an agent", () => {
  it("is whole in a notification if it is short", () => {
    expect(shortQuestion(QUESTION)).toBe("claude asks: Run command (Bash) · pytest -q");
    expect(shortQuestion({ ...QUESTION, files: ["a.py", "b.py"] })).toBe(
      "claude asks: Run command (Bash) · pytest -q · a.py, b.py",
    );
  });

  it.each([
    { detail: "pytest\nrm -rf ~" },
    { detail: "x".repeat(200) },
    { detail: "a   \t b" },
    { title: "x".repeat(81) },
    { tool: `mcp__files__${"x".repeat(40)}` },
    { is_cut: true },
    { files: Array.from({ length: 20 }, (_, index) => `src/file${index}.py`) },
  ])("is not in a notification if that would not show it whole: %j", (change) => {
    expect(shortQuestion({ ...QUESTION, ...change })).toBeUndefined();
  });

  it("is told in one line, and whole below its title", () => {
    expect(askedText({ ...QUESTION, tool: null } as unknown as EditorApproval)).toBe(
      "claude asks: Run command",
    );
    expect(wholeQuestion({ ...QUESTION, files: ["a.py"], detail: "a\nb" })).toBe(
      "Agent of alice\nTool: Bash\nFiles: a.py\na\nb",
    );
  });

  it("hides nothing beside the editor", () => {
    const long = `${"x".repeat(150)} end`;
    const broken = brokenLines(`short\n\n${long}`);
    expect(broken.split("\n").slice(0, 2)).toEqual(["short", ""]);
    expect(broken.split("\n↪ ").join("")).toBe(`short\n\n${long}`);
    expect(Math.max(...broken.split("\n").map((line) => line.length))).toBe(72);
  });

  it("needs an editor if a dialog would cut it", () => {
    expect(fitsDialog("a\n".repeat(14))).toBe(true);
    expect(fitsDialog("a\n".repeat(15))).toBe(false);
    expect(fitsDialog("x".repeat(201))).toBe(false);
    expect(fitsDialog(`${"x".repeat(199)}\n`.repeat(7))).toBe(false);
  });
});
