// The quoted code of a thread: where a thread is shown whose file is not here.
import { beforeEach, describe, expect, it, vi } from "vitest";
import { nowhere, placeOf, QUOTED_SCHEME, QuotedCode } from "../../src/comments/quotedCode";
import { document } from "../documents";
import { Joined } from "../joined";
import { begin, code, Uri, workspace } from "../vscode";

vi.mock("vscode", () => import("../vscode"));

const A = Uri.file("/w/src/a.py");
const THREAD = { id: "t", code_snippet: "x = 1\n" };

let joined: Joined;
let quoted: QuotedCode;

beforeEach(() => {
  begin();
  workspace.workspaceFolders = [{ uri: Uri.file("/w") }];
  joined = new Joined();
  quoted = new QuotedCode();
});

function place(uri: Uri): Promise<{ toString(): string }> {
  return placeOf(joined.session, quoted, uri as never, THREAD);
}

describe("a thread", () => {
  it("is shown in its file if that is here", async () => {
    workspace.files.add(A.toString());
    expect(await place(A)).toBe(A);
    const other = Uri.parse("peerline-file://s1/src/a.py");
    expect(await place(other)).toBe(other);
    expect(code.shown).toEqual([]);
  });

  it("is shown with the code that it quotes if it is not, and that is said", async () => {
    const uri = await place(A);
    expect(uri.toString()).toBe(`${QUOTED_SCHEME}:///src/a.py?t`);
    expect(quoted.provideTextDocumentContent(uri as never)).toBe("x = 1\n");
    expect(code.shown).toEqual([expect.stringMatching(/^warning: src\/a\.py is not in a folder/)]);
    expect((await place(nowhere(".env") as never)).toString()).toBe(`${QUOTED_SCHEME}:///.env?t`);
  });

  it("is shown in the shared document of its file if there is one", async () => {
    joined.documents(document("d1", { has_file: false }));
    joined.answers.set("peerline.openDocument", { uri: "peerline-file://s1/src/a.py" });
    expect((await place(A)).toString()).toBe("peerline-file://s1/src/a.py");
    expect(code.shown).toEqual(["document: peerline-file://s1/src/a.py"]);
  });
});

it("forgets the quotes that were not asked for the longest", () => {
  const first = quoted.uriOf({ id: "first", code_snippet: "1" }, "a.py");
  const second = quoted.uriOf({ id: "second", code_snippet: "2" }, "a.py");
  for (let number = 2; number < 200; number += 1) {
    quoted.uriOf({ id: `t${number}`, code_snippet: "" }, "a.py");
  }
  expect(quoted.provideTextDocumentContent(first)).toBe("1");
  quoted.uriOf({ id: "first", code_snippet: "1" }, "a.py");
  quoted.uriOf({ id: "one more", code_snippet: "" }, "a.py");
  expect(quoted.provideTextDocumentContent(first)).toBe("1");
  expect(quoted.provideTextDocumentContent(second)).toBe("");
});
