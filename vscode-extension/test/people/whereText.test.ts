import { describe, expect, it } from "vitest";
import { missingPlace } from "../../src/people/placeTexts";
import { whereText } from "../../src/people/whereText";

describe("the words for a place", () => {
  it("name the line of a file", () => {
    expect(whereText("src/a.py", 3)).toBe("src/a.py:3");
    expect(whereText("src/a.py", undefined)).toBe("src/a.py");
  });

  it("name the cell of a notebook and the line in it", () => {
    expect(whereText("plots.ipynb", 2, 4)).toBe("plots.ipynb, cell 4, line 2");
    expect(whereText("plots.ipynb", undefined, 4)).toBe("plots.ipynb, cell 4");
    expect(missingPlace({ username: "bob", file: "plots.ipynb", line: 2, cell: 4 })).toBe(
      "bob is in plots.ipynb, cell 4, line 2, which is not in a folder that is open here.",
    );
  });
});
