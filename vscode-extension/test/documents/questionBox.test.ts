// The question about a text that differs: when it is put, and what becomes of the answer.
import type { EditorDocumentQuestion } from "@peerline/ui/generated/protocol";
import { supervisor } from "@peerline/ui/supervise";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { QuestionBox } from "../../src/documents/questionBox";
import { document } from "../documents";
import { Joined, settled } from "../joined";
import { begin, code, TabInputText, TabInputTextDiff, Uri, window } from "../vscode";

vi.mock("vscode", () => import("../vscode"));

const A = "file:///w/src/a.py";
const QUESTION: EditorDocumentQuestion = {
  ...{ uri: A, document_id: "d1", file: "src/a.py", kind: "join", diff: "" },
  ...{ lines_added: 3, lines_removed: 1, shared_by_name: "ann", can_offer: true },
};
const ASKED =
  "warning: Your src/a.py differs from the text that ann shares: 3 lines added, 1 line removed." +
  " [Compare] [Use the Shared Text] [Offer Mine] [Not Now]";

let joined: Joined;
let box: QuestionBox;

beforeEach(() => {
  begin();
  supervisor.reportTo({ log: (text) => expect.unreachable(text), tell: () => undefined });
  window.tabGroups.all = [{ tabs: [{ input: new TabInputText(Uri.parse(A)) }] }];
  joined = new Joined();
  joined.documents(document());
  box = new QuestionBox(joined.session);
});

afterEach(() => box.dispose());

async function ask(changes: Partial<EditorDocumentQuestion> = {}): Promise<void> {
  joined.session.handlers["peerline/documentQuestion"]({ ...QUESTION, ...changes });
  await settled();
}

describe("a question", () => {
  it("is answered by a press", async () => {
    code.presses = ["Offer Mine"];
    await ask();
    expect(code.shown).toEqual([ASKED]);
    expect(joined.requests).toEqual([["peerline.answerDocument", { uri: A, choice: "mine" }]]);
  });

  it("comes again after the texts were compared, and takes the comparison away", async () => {
    const diff = new TabInputTextDiff(Uri.parse("peerline-shared:/src/a.py?d1"), Uri.parse(A));
    const other = new TabInputTextDiff(Uri.parse("git:/src/a.py"), Uri.parse(A));
    window.tabGroups.all = [{ tabs: [{ input: diff }, { input: other }] }];
    code.presses = ["Compare", "Use the Shared Text"];
    await ask();
    expect(code.shown).toEqual([
      ASKED,
      expect.stringMatching(/^command: vscode\.diff .* src\/a\.py \(Shared ↔ Mine\)/),
      ASKED,
      "closed: 1",
    ]);
    expect(joined.requests).toEqual([["peerline.answerDocument", { uri: A, choice: "shared" }]]);
  });

  it("waits until it is asked for where no tab shows the file", async () => {
    window.tabGroups.all = [];
    await ask();
    expect(code.shown).toEqual([]);
    expect(box.askAgain(A)).toBe(true);
    expect(code.shown).toEqual([ASKED]);
  });

  it("that is closed can be asked for again", async () => {
    await ask();
    expect(joined.requests).toEqual([]);
    expect(box.askAgain(A)).toBe(true);
    expect(box.askAgain("file:///w/b.py")).toBe(false);
  });

  it.each([
    ["is settled", () => ask({ is_settled: true })],
    ["is about a file that is shared no longer", async () => joined.documents()],
  ])("that %s is answered no more", async (_name, end) => {
    code.presses = ["Offer Mine"];
    let ended: Promise<void> | undefined;
    code.asked = () => {
      ended ??= end();
    };
    await ask();
    await ended;
    expect(joined.requests).toEqual([]);
    expect(box.askAgain(A)).toBe(false);
  });
});
