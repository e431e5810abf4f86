import { beforeEach, expect, it } from "vitest";
import { DocumentLists, SAVED_INTERVAL_MS, SavedNews } from "../../src/documents/news";
import { document } from "../documents";

let lists: DocumentLists;

beforeEach(() => {
  lists = new DocumentLists();
});

const NOTHING = { shared: [], joined: [], found: [], unshared: [] };
const closed = (id: string) => document(id, { is_open: false, state: "closed" });

it("names once what was shared before one joined", () => {
  expect(lists.take([document("d1")], "me").found).toEqual([document("d1")]);
  expect(lists.take([document("d1")], "me")).toEqual(NOTHING);
});

it("names what others share, and not one's own", () => {
  lists.take([], "me");
  const mine = document("d2", { shared_by: "me", is_open: false });
  expect(lists.take([closed("d1"), mine], "me")).toEqual({ ...NOTHING, shared: [closed("d1")] });
  expect(lists.take([closed("d1"), mine], "me")).toEqual(NOTHING);
});

it("names what is open here once its text has joined", () => {
  lists.take([], "me");
  const opening = document("d1", { state: "opening" });
  expect(lists.take([opening], "me")).toEqual(NOTHING);
  expect(lists.take([opening], "me")).toEqual(NOTHING);
  expect(lists.take([document("d1")], "me")).toEqual({ ...NOTHING, joined: [document("d1")] });
  expect(lists.take([document("d1")], "me")).toEqual(NOTHING);
});

it("leaves a text that differs to the question about it", () => {
  lists.take([], "me");
  lists.take([document("d1", { state: "opening" })], "me");
  expect(lists.take([document("d1", { state: "different" })], "me")).toEqual(NOTHING);
  expect(lists.take([document("d1")], "me")).toEqual(NOTHING);
});

it("offers to open what was closed while it was being opened", () => {
  lists.take([], "me");
  lists.take([document("d1", { state: "opening" })], "me");
  expect(lists.take([closed("d1")], "me").shared).toEqual([closed("d1")]);
});

it("names what is no longer shared if it was open here", () => {
  lists.take([document("d1"), closed("d2"), document("d3")], "me");
  expect(lists.take([document("d3")], "me").unshared).toEqual([document("d1")]);
});

it("has no news when the session has ended, and begins again with the next", () => {
  lists.take([document("d1")], "me");
  lists.reset();
  expect(lists.take([document("d1")], "me")).toEqual({ ...NOTHING, found: [document("d1")] });
});

it("has news of the first of many saves of a person in a file", () => {
  const saved = new SavedNews();
  expect(saved.isNews("ann", "d1", 0)).toBe(true);
  expect(saved.isNews("ann", "d1", SAVED_INTERVAL_MS - 1)).toBe(false);
  expect(saved.isNews("ann", "d2", SAVED_INTERVAL_MS - 1)).toBe(true);
  expect(saved.isNews("bob", "d1", SAVED_INTERVAL_MS - 1)).toBe(true);
  expect(saved.isNews("ann", "d1", SAVED_INTERVAL_MS)).toBe(false);
  expect(saved.isNews("ann", "d1", 2 * SAVED_INTERVAL_MS)).toBe(true);
});
