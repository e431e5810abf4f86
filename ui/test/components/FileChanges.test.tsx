// The changes of files: the last ones, the newest first, and what can be opened.
// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { FileChanges } from "../../components/FileChanges";
import type { EditorFileChange } from "../../generated/protocol";
import { Page, textOf } from "../page";

const NOW = Date.parse("2026-03-01T12:05:00Z");

let page: Page;

beforeEach(() => {
  page = new Page();
});

afterEach(() => page.close());

function change(file: string, fields: Partial<EditorFileChange> = {}): EditorFileChange {
  return {
    ...{ id: file, user_id: "bob", username: "bob", color: 1, file, change: "modified" },
    ...{ timestamp: "2026-03-01T12:00:00Z", ...fields },
  } as EditorFileChange;
}

async function draw(...files: EditorFileChange[]): Promise<void> {
  await page.draw(<FileChanges files={files} now={NOW} />);
}

const rows = () => page.all("li").map(textOf);

describe("the list", () => {
  it("has the newest first, with what is known of each", async () => {
    await draw(
      change("src/a.py", { lines_added: 3, lines_removed: 0 }),
      change("new\u202e.py", { change: "renamed", old_file: "old.py" }),
    );
    expect(rows()).toEqual([
      "new<U+202E>.py renamed from old.py by bob · 5 min ago",
      "src/a.py+3 −0 modified by bob · 5 min ago",
    ]);
    expect(textOf(page.one("summary"))).toBe("File changesnew<U+202E>.py · 5 min ago");
  });

  it("ends after twenty", async () => {
    await draw(...[...Array(21).keys()].map((index) => change(`${index}.py`)));
    expect(rows()).toHaveLength(20);
    expect(page.buttons).toContain("1.py");
    expect(page.buttons).not.toContain("0.py");
  });

  it("opens a file at its beginning, by its own name, and none that was deleted", async () => {
    await draw(change("a\u202e.py"), change("gone.py", { change: "deleted" }));
    expect(page.buttons).toEqual(["a<U+202E>.py"]);
    await page.click("a<U+202E>.py");
    expect(page.posted).toEqual([{ type: "open", place: { file: "a\u202e.py", line: 1 } }]);
  });
});
