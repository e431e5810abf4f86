import { beforeEach, expect, it } from "vitest";
import { DocumentLists, SAVED_INTERVAL_MS, SavedNews } from "../../src/documents/news";
import { document } from "../documents";

let lists: DocumentLists;

beforeEach(() => {
  lists = new DocumentLists();
});

it("names once what was shared before one joined", () => {
  expect(lists.take([document("d1")], "me").found).toEqual([document("d1")]);
  expect(lists.take([document("d1")], "me")).toEqual({ shared: [], found: [], unshared: [] });
});

it("names what others share, and not one's own", () => {
  lists.take([], "me");
  const mine = document("d2", { shared_by: "me" });
  expect(lists.take([document("d1"), mine], "me")).toEqual({
    shared: [document("d1")],
    found: [],
    unshared: [],
  });
});

it("names what is no longer shared if it was open here", () => {
  const closed = document("d2", { is_open: false });
  lists.take([document("d1"), closed, document("d3")], "me");
  expect(lists.take([document("d3")], "me").unshared).toEqual([document("d1")]);
});

it("has no news when the session has ended, and begins again with the next", () => {
  lists.take([document("d1")], "me");
  lists.reset();
  expect(lists.take([document("d1")], "me")).toEqual({
    shared: [],
    found: [document("d1")],
    unshared: [],
  });
});

it("has news of the saves of a person in a file once an interval", () => {
  const saved = new SavedNews();
  expect(saved.isNews("ann", "d1", 0)).toBe(true);
  expect(saved.isNews("ann", "d1", SAVED_INTERVAL_MS - 1)).toBe(false);
  expect(saved.isNews("ann", "d2", SAVED_INTERVAL_MS - 1)).toBe(true);
  expect(saved.isNews("bob", "d1", SAVED_INTERVAL_MS - 1)).toBe(true);
  expect(saved.isNews("ann", "d1", SAVED_INTERVAL_MS)).toBe(true);
});
