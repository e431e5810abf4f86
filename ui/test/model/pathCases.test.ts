import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { isWorkspacePath } from "../../model/references";

interface Cases {
  taken: string[];
  refused: string[];
}

// The same cases as in tests/unit/peerline/protocol/test_path_cases.py.
const cases = JSON.parse(
  readFileSync(new URL("../../../tests/cases/paths.json", import.meta.url), "utf8"),
) as Cases;

describe("isWorkspacePath", () => {
  it.each(cases.taken)("takes %j", (path) => {
    expect(isWorkspacePath(path)).toBe(true);
  });

  it.each(cases.refused)("refuses %j", (path) => {
    expect(isWorkspacePath(path)).toBe(false);
  });
});
