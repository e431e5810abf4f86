// The files of a session as a tree.
import type { FileOffer, Participant, SharedDocument } from "@peerline/client";
import { describe, expect, it } from "vitest";
import { isName } from "../../src/code/folders.ts";
import { keyOf, linesOf, mainOffer, type Node, type Pages, rootsOf } from "../../src/code/tree.ts";

const shared = (file: string): SharedDocument => ({
  id: file,
  file,
  generation: "g",
  shared_by: "u1",
  hash: "sha256:0",
  lines: 1,
});
const offer = (user: string, name: string): FileOffer => ({
  user_id: user,
  username: user,
  name,
  files: 2,
});
const person = (id: string, role: Participant["role"]): [string, Participant] => [
  id,
  { id, username: id, role, joined_at: "2026-01-01T00:00:00Z" },
];
const pagesOf = (entries: Record<string, Pages extends ReadonlyMap<string, infer P> ? P : never>) =>
  new Map(Object.entries(entries));
const drawn = (roots: readonly Node[]) =>
  linesOf(roots, ({ isUnread }) => !isUnread).map(
    ({ node, level }) => `${"  ".repeat(level - 1)}${node.name}${node.isShared ? " *" : ""}`,
  );

describe("the tree", () => {
  it("shows shared documents in their folders, which come first", () => {
    const documents = ["b.py", "src/z.py", "src/a.py", "src/deep/x.py"].map(shared);
    expect(drawn(rootsOf(documents, [], undefined, new Map()))).toEqual([
      "src",
      "  deep",
      "    x.py *",
      "  a.py *",
      "  z.py *",
      "b.py *",
    ]);
  });

  it("has what is shared only once in the folder that is offered", () => {
    const main = offer("ann", "shop");
    const pages = pagesOf({
      [keyOf("ann", "")]: {
        entries: [
          { name: "src", kind: "folder" },
          { name: "b.py", kind: "file" },
        ],
      },
      [keyOf("ann", "src")]: { entries: [{ name: "a.py", kind: "file" }], next: "a.py" },
    });
    const roots = rootsOf([shared("src/a.py")], [main], main, pages);
    expect(drawn(roots)).toEqual(["src", "  a.py *", "  More…", "b.py"]);
    const keys = linesOf(roots, () => true).map(({ node }) => node.key);
    expect(new Set(keys).size).toBe(keys.length);
  });

  it("asks for a folder that was never read, and shows other offers as folders", () => {
    const offers = [offer("ann", "shop"), offer("bob", "docs")];
    const pages = pagesOf({ [keyOf("ann", "")]: { entries: [{ name: "src", kind: "folder" }] } });
    const roots = rootsOf([], offers, offers[0], pages);
    expect(roots.map(({ name, isUnread }) => [name, isUnread])).toEqual([
      ["src", true],
      ["docs (bob)", true],
    ]);
  });

  it("takes a host's offer for the main one, else the oldest", () => {
    const offers = [offer("ann", "one"), offer("bob", "two")];
    const people = new Map([person("ann", "editor"), person("bob", "host")]);
    expect(mainOffer(offers, people)?.name).toBe("two");
    expect(mainOffer(offers, new Map())?.name).toBe("one");
    expect(mainOffer([], people)).toBeUndefined();
  });
});

describe("the names of what is offered", () => {
  it("are parts of paths, or are left out", () => {
    for (const name of ["", ".", "..", "a/b", "C:x", "a\\b", "a\u0000", "a\n", "\u009b31m"]) {
      expect(isName(name), name).toBe(false);
    }
    for (const name of ["a.py", "...", "<b>", "\u202etxt", "__proto__", "ž :"]) {
      expect(isName(name), name).toBe(true);
    }
  });
});
