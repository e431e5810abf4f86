// The notices about shared documents, and saving together.
import type { EditorDocumentSaved } from "@peerline/ui/generated/protocol";
import { supervisor } from "@peerline/ui/supervise";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { showDocumentNotices } from "../../src/documents/notices";
import { document } from "../documents";
import { Joined, settled } from "../joined";
import { begin, code, TabInputText, Uri, window, workspace } from "../vscode";

vi.mock("vscode", () => import("../vscode"));

const A = "file:///w/src/a.py";
const SAVED: EditorDocumentSaved = {
  ...{ document_id: "d1", file: "src/a.py", uri: A, user_id: "ann", username: "ann" },
  is_equal: true,
};
const SAVE = "command: workbench.action.files.saveWithoutFormatting";

let joined: Joined;
let notices: { dispose(): unknown };

beforeEach(() => {
  begin();
  supervisor.reportTo({ log: (text) => expect.unreachable(text), tell: () => undefined });
  workspace.files.add(A);
  joined = new Joined();
  notices = showDocumentNotices(joined.session);
  joined.documents();
});

afterEach(() => notices.dispose());

function closed(count: number) {
  return Array.from({ length: count }, (_, index) =>
    document(`d${index + 1}`, { is_open: false, file: `f${index}.py` }),
  );
}

describe("a file that others share", () => {
  it("is a press away", async () => {
    code.presses = ["Open"];
    joined.documents(...closed(1));
    await settled();
    expect(code.shown).toEqual([
      expect.stringMatching(/^info: ann .*f0\.py.* \[Open\]$/),
      `document: ${A}`,
    ]);
  });

  it.each([
    [2, 2, "[Open]"],
    [3, 1, "[Shared Files…]"],
  ])("is one of %i: %i notices", async (files, notices, button) => {
    joined.documents(...closed(files));
    await settled();
    expect(code.shown).toHaveLength(notices);
    expect(code.shown[0]?.endsWith(button)).toBe(true);
  });

  it("counts as open only if a tab shows it", async () => {
    joined.documents(document("d1"));
    await settled();
    expect(code.shown[0]?.endsWith("[Open]")).toBe(true);
    code.shown = [];
    window.tabGroups.all = [{ tabs: [{ input: new TabInputText(Uri.parse(A)) }] }];
    joined.documents();
    joined.documents(document("d2"));
    await settled();
    expect(code.shown).toHaveLength(1);
    expect(code.shown[0]).not.toContain("[");
  });

  it("that was there before is listed, in each session again", async () => {
    joined.state({ state: "offline" });
    joined.documents();
    joined.state({ session_id: "s2" });
    code.presses = ["Shared Files…"];
    joined.documents(...closed(1));
    await settled();
    expect(code.shown.at(-1)).toBe("command: peerline.sharedFiles");
  });
});

describe("a file that somebody saves", () => {
  function edit(isDirty: boolean, uri = A): void {
    window.activeTextEditor = { document: { uri: Uri.parse(uri), isDirty } };
  }

  function save(changes: Partial<EditorDocumentSaved> = {}): string[] {
    joined.session.handlers["peerline/documentSaved"]({ ...SAVED, ...changes });
    return code.shown;
  }

  it("is told in the status bar, and not for each save of the same one", () => {
    save();
    expect(save()).toEqual([expect.stringMatching(/^status: \$\(save\) ann .*src\/a\.py/)]);
  });

  it.each([
    ["and the text is that one", true, true, A, {}, true],
    ["and the user does not want it", false, true, A, {}, false],
    ["and nothing was changed", true, false, A, {}, false],
    ["and another file is active", true, true, "file:///w/b.py", {}, false],
    ["and the text is another one by now", true, true, A, { is_equal: false }, false],
  ])(
    "is saved here, too, if that is wanted %s",
    (_name, isWanted, isDirty, uri, saved, isSaved) => {
      code.settings.set("sharedFiles.save", isWanted ? "together" : "own");
      edit(isDirty, uri);
      expect(save(saved).includes(SAVE)).toBe(isSaved);
    },
  );
});
