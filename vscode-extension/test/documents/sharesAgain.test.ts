import { expect, test } from "vitest";
import { SharesAgain } from "../../src/documents/sharesAgain";

test("a folder that was shared is shared again, whenever the next bridge tells that it is not", () => {
  const silent = new SharesAgain();
  silent.told(true, false);
  expect(silent.restored()).toBe(true);
  const early = new SharesAgain();
  early.told(true, false);
  early.told(false, true);
  early.told(false, true);
  expect(early.restored()).toBe(true);
  early.told(false, false);
  expect(early.restored()).toBe(false);
});

test("a folder that is no longer shared, or of a session that has ended, is not", () => {
  const stopped = new SharesAgain();
  stopped.told(true, false);
  stopped.told(false, false);
  expect(stopped.restored()).toBe(false);
  const ended = new SharesAgain();
  ended.told(true, false);
  ended.told(false, true);
  ended.told(false, false);
  expect(ended.restored()).toBe(false);
});
