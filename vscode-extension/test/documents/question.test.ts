import type { EditorDocumentQuestion } from "@peerline/ui/generated/protocol";
import { beforeEach, describe, expect, it } from "vitest";
import { answersTo, Questions, questionText } from "../../src/documents/question";

const QUESTION: EditorDocumentQuestion = {
  uri: "file:///w/a.py",
  document_id: "d1",
  file: "a.py",
  kind: "join",
  diff: "",
  lines_added: 3,
  lines_removed: 1,
  shared_by_name: "ann",
  can_offer: true,
};
const DISK: EditorDocumentQuestion = { ...QUESTION, kind: "disk" };

describe("the question", () => {
  it("says whose text differs, and by how much", () => {
    expect(questionText(QUESTION)).toBe(
      "Your a.py differs from the text that ann shares: 3 lines added, 1 line removed.",
    );
    expect(questionText(DISK)).toBe(
      "a.py has changed on the disk: 3 lines added, 1 line removed. Which text should be shared?",
    );
  });

  it("has a button for each choice, and one to look first", () => {
    expect(answersTo(QUESTION)).toEqual([
      { label: "Compare", choice: undefined },
      { label: "Use the Shared Text", choice: "shared" },
      { label: "Offer Mine", choice: "mine" },
      { label: "Not Now", choice: "later" },
    ]);
    expect(answersTo(DISK).map(({ label }) => label)).toEqual([
      "Compare",
      "Use the Shared Text",
      "Share Mine",
      "Stop Sharing",
    ]);
  });

  it("offers viewers no edits", () => {
    const choices = answersTo({ ...QUESTION, can_offer: false }).map(({ choice }) => choice);
    expect(choices).toEqual([undefined, "shared", "later"]);
  });
});

describe("the questions that are open", () => {
  let questions: Questions;

  beforeEach(() => {
    questions = new Questions();
  });

  it("are one for each document: the next takes the place of the one before", () => {
    const next = { ...QUESTION, lines_added: 4 };
    expect(questions.take(QUESTION)).toBe(true);
    expect(questions.take(next)).toBe(true);
    expect(questions.isOpen(QUESTION)).toBe(false);
    expect(questions.isOpen(next)).toBe(true);
    expect(questions.of(QUESTION.uri)).toBe(next);
  });

  it("end when they are settled", () => {
    questions.take(QUESTION);
    expect(questions.take({ ...QUESTION, is_settled: true })).toBe(false);
    expect(questions.isOpen(QUESTION)).toBe(false);
  });

  it("end with the sharing of the document", () => {
    const other = { ...QUESTION, uri: "file:///w/b.py" };
    questions.take(QUESTION);
    questions.take(other);
    questions.keep(new Set([other.uri]));
    expect([questions.isOpen(QUESTION), questions.isOpen(other)]).toEqual([false, true]);
  });
});
