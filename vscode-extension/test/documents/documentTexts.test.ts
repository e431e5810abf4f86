import type { DocumentState } from "@peerline/ui/generated/protocol";
import { describe, expect, it } from "vitest";
import {
  alreadySharedText,
  documentRow,
  documentStatus,
  isReadOnly,
  isSynced,
  joinedText,
  savedText,
} from "../../src/documents/documentTexts";
import { document } from "../documents";

const bob = { user_id: "bob", username: "bob", color: 1 };

describe("the status of a shared file", () => {
  it("counts those who have it open, and names them", () => {
    const { text, label } = documentStatus(document("d", { open_by: [bob] }));
    expect(text).toBe("$(live-share) Shared 2");
    expect(label).toBe("Peerline: Shared by ann. Everybody writes in the same text. Open by bob.");
    expect(documentStatus(document()).text).toBe("$(live-share) Shared");
  });

  it("tells a viewer why nothing can be written", () => {
    const { text, label } = documentStatus(document("d", { can_edit: false }));
    expect(text).toBe("$(lock) Shared, Read-only");
    expect(label).toContain("Viewers cannot edit: a host can make you an editor.");
  });

  it.each<[DocumentState, string, boolean]>([
    ["different", "$(warning) Differs", true],
    ["detached", "$(error) Not Shared Here", true],
    ["offline", "$(cloud-upload) Shared", true],
    ["opening", "$(sync~spin) Shared", false],
    ["waiting", "$(live-share) Shared", false],
  ])("is shown for %s", (state, text, isWarning) => {
    expect(documentStatus(document("d", { state }))).toMatchObject({ text, isWarning });
  });

  it("has the name under which the file is shared if it is another one", () => {
    const renamed = document("d", { file: "src/b.py" });
    expect(documentStatus(renamed).label).toContain("Shared by ann as src/b.py.");
    const spaced = document("d", { file: "a b.py", uri: "file:///w/a%20b.py" });
    expect(documentStatus(spaced).label).toContain("Shared by ann.");
    const odd = document("d", { file: "100%.py", uri: "file:///w/100%.py" });
    expect(documentStatus(odd).label).toContain("Shared by ann.");
  });

  it("counts the edits that wait for the connection", () => {
    const offline = document("d", { state: "offline", pending: 1 });
    expect(documentStatus(offline).label).toContain("no connection, 1 edit waits to be sent.");
    expect(documentStatus({ ...offline, pending: 3 }).label).toContain("3 edits wait to be sent");
  });

  it("has the reason for what has stopped", () => {
    const detached = document("d", { state: "detached", reason: "the text is too large" });
    expect(documentStatus(detached).label).toBe(
      "Peerline: Sharing has stopped here. The text is too large.",
    );
  });
});

it("is shared while the connection is away, but not while the texts differ", () => {
  const synced = (state: DocumentState) => isSynced(document("d", { state }));
  expect((["equal", "waiting", "offline"] as const).map(synced)).toEqual([true, true, true]);
  expect((["closed", "opening", "different", "detached"] as const).map(synced)).toEqual([
    false,
    false,
    false,
    false,
  ]);
});

it("is read-only for viewers while it is shared", () => {
  expect(isReadOnly(document())).toBe(false);
  expect(isReadOnly(document("d", { can_edit: false }))).toBe(true);
  expect(isReadOnly(document("d", { can_edit: false, state: "detached" }))).toBe(false);
});

it("is a row with its people and where it is", () => {
  expect(documentRow(document("d", { open_by: [bob] }))).toEqual({
    label: "src/a.py",
    description: "shared by ann · open here",
    detail: "Open by bob.",
  });
  const description = (is_open: boolean, has_file: boolean) =>
    documentRow(document("d", { is_open, has_file })).description;
  expect(description(false, false)).toBe("shared by ann · not in this workspace");
  expect(description(false, true)).toBe("shared by ann");
  // Somebody has renamed it, or it was opened without a file.
  expect(description(true, false)).toBe("shared by ann · open here");
});

it("says that one's typing is shared, but not to viewers", () => {
  expect(joinedText(document())).toBe(
    "ann shared src/a.py. You have it open: what you type is shared.",
  );
  expect(joinedText(document("d", { can_edit: false }))).toBe("ann shared src/a.py.");
});

it("names files, and counts many", () => {
  expect(alreadySharedText(["a.py"])).toBe("1 file is shared in this session: a.py.");
  expect(alreadySharedText(["a", "b", "c", "d", "e"])).toMatch(/^5 files are shared .*: a, b, c/);
});

it.each(["$(alert) x", "a\nb", "\u0000\u2028"])("draws nothing of a name such as %j", (name) => {
  const shared = document("d", { shared_by_name: name, file: name });
  const { tooltip } = documentStatus(shared);
  const { label, description } = documentRow(shared);
  for (const text of [tooltip, label, description, savedText(name, name)]) {
    expect(text).not.toMatch(/[\n\r]/);
  }
  for (const text of [tooltip, label, description]) {
    expect(text).not.toMatch(/(?<!\\)\$\(/);
  }
});
