// The place of somebody who is followed.
import type { Participant, SharedDocument } from "@peerline/client";
import { describe, expect, it } from "vitest";
import { whereabouts } from "../../src/code/following.ts";

const document: SharedDocument = {
  id: "d1",
  file: "src/new.py",
  generation: "g",
  shared_by: "u1",
  hash: "sha256:0",
  lines: 9,
};
const documents = new Map([["d1", document]]);
const at = (presence: Participant["presence"]): Participant => ({
  id: "u1",
  username: "ann",
  role: "editor",
  joined_at: "2026-01-01T00:00:00Z",
  ...(presence === undefined ? {} : { presence }),
});

describe("whereabouts", () => {
  it("are those of the shared document, also after it was renamed", () => {
    const cursor = {
      file: "src/old.py",
      line: 4,
      col: 1,
      at: { document_id: "d1", head: [1, 2, 0] as [unknown, unknown, unknown] },
    };
    expect(whereabouts(at({ cursor }), documents)).toEqual({
      file: "src/new.py",
      line: 4,
      documentId: "d1",
    });
  });

  it("begin with the first line that they see in that file", () => {
    const cursor = { file: "a.py", line: 40, col: 1 };
    const here = at({ cursor, viewport: { file: "a.py", start: 30, end: 60 } });
    expect(whereabouts(here, documents)).toEqual({ file: "a.py", line: 40, top: 30 });
    const elsewhere = at({ cursor, viewport: { file: "b.py", start: 30, end: 60 } });
    expect(whereabouts(elsewhere, documents)).toEqual({ file: "a.py", line: 40 });
  });

  it("are at the beginning of a notebook: the line of a cell is none of the text", () => {
    const cursor = { file: "plots.ipynb", line: 40, col: 1, cell: 3 };
    expect(whereabouts(at({ cursor }), documents)).toEqual({ file: "plots.ipynb", line: 1 });
  });

  it("are none without a cursor", () => {
    expect(whereabouts(at(undefined), documents)).toBeUndefined();
    expect(whereabouts(undefined, documents)).toBeUndefined();
  });
});
