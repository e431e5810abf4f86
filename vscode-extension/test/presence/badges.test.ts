// The badges of files that others are in.
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { FileBadges } from "../../src/presence/badges";
import { Joined, person } from "../joined";
import { begin, Uri, workspace } from "../vscode";

vi.mock("vscode", () => import("../vscode"));

const A = "file:///w/a.py";
const B = "file:///w/b.py";

let joined: Joined;
let badges: FileBadges;
let changed: string[][];

beforeEach(() => {
  begin();
  joined = new Joined();
  badges = new FileBadges(joined.session);
  changed = [];
  badges.onDidChangeFileDecorations((uris) => {
    changed.push(uris.map(String));
  });
});

afterEach(() => badges.dispose());

function badge(uri: string) {
  return badges.provideFileDecoration(Uri.parse(uri) as never);
}

describe("a file", () => {
  it("has the initial of the one who is there, or their number, and their names", () => {
    joined.participants(person("ann", { uri: A, color: 2 }));
    expect(badge(A)).toMatchObject({ badge: "A", tooltip: "Here: ann" });
    joined.participants(person("ann", { uri: A }), person("bob", { uri: A }));
    expect(badge(A)).toMatchObject({ badge: "2", tooltip: "Here: ann, bob" });
    expect(badge(B)).toBeUndefined();
  });

  it("has two digits at most", () => {
    const crowd = Array.from({ length: 120 }, (_, index) => person(`p${index}`, { uri: A }));
    joined.participants(...crowd);
    expect(badge(A)?.badge).toBe("99");
  });

  it("has no badge of one's own, nor where the user wants none", () => {
    joined.participants(person("me", { uri: A, is_me: true }), person("bob", { uri: B }));
    expect(badge(A)).toBeUndefined();
    workspace.changeSettings({ "presence.fileBadges": false });
    expect(badge(B)).toBeUndefined();
    expect(changed).toEqual([[B], [B]]);
  });

  it("is drawn again when somebody comes, goes or is renamed, and not for a move in it", () => {
    joined.participants(person("ann", { uri: A, line: 1 }));
    joined.participants(person("ann", { uri: A, line: 2 }));
    expect(changed).toEqual([[A]]);
    joined.participants(person("ann", { uri: B }));
    expect(changed.at(-1)?.toSorted()).toEqual([A, B]);
    joined.participants(person("ann", { uri: B, username: "anna" }));
    expect(changed.at(-1)).toEqual([B]);
  });
});
