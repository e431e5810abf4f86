// The line about who is typing.
// @vitest-environment happy-dom
import { afterEach, beforeEach, expect, it } from "vitest";
import { Typing } from "../../components/Typing";
import { person } from "../make";
import { Page } from "../page";

let page: Page;

beforeEach(() => {
  page = new Page();
});

afterEach(() => page.close());

const writing = (name: string, is_me = false) => person(name, { is_writing: true, is_me });

it.each([
  [[], false, ""],
  [[person("ann")], false, ""],
  [[writing("me", true)], false, ""],
  [[writing("ann"), person("bob")], false, "ann is typing…"],
  [[writing("ann"), writing("bob")], false, "ann and bob are typing…"],
  [[], true, "Sending…"],
  [[writing("ann")], true, "Sending… ann is typing…"],
])("case %#", async (participants, isSending, text) => {
  await page.draw(<Typing participants={participants} isSending={isSending} />);
  expect(page.text).toBe(text);
});
