// A file that is shown at a position.
import { expect, it, vi } from "vitest";
import { showAt } from "../../src/shared/showAt";
import { Position, Selection, Uri, window } from "../vscode";

vi.mock("vscode", () => import("../vscode"));

it("has the cursor where its text ends if the position is behind that, and in view", async () => {
  const end = new Position(3, 1);
  const editor = {
    document: { validatePosition: vi.fn(() => end) },
    selection: undefined as unknown,
    revealRange: vi.fn(),
  };
  const shown = vi.spyOn(window, "showTextDocument").mockResolvedValue(editor as never);
  const uri = Uri.file("/w/a.py");
  expect(await showAt(uri as never, new Position(9, 0) as never)).toBe(editor);
  expect(shown).toHaveBeenCalledWith(uri, { preview: true });
  expect(editor.document.validatePosition).toHaveBeenCalledWith(new Position(9, 0));
  expect(editor.selection).toEqual(new Selection(end, end));
  expect(editor.revealRange).toHaveBeenCalledWith(editor.selection, 2);
});
