// A message that was not sent yet: what is said of it and what can be done.
// @vitest-environment happy-dom
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { Unsent } from "../../components/Unsent";
import { message } from "../make";
import { Page } from "../page";

let page: Page;

beforeEach(() => {
  page = new Page();
});

afterEach(() => page.close());

async function draw(refusal?: string, isCurrent = true) {
  const on = { onResend: vi.fn(), onEdit: vi.fn(), onDiscard: vi.fn() };
  await page.draw(
    <Unsent message={message({ is_pending: true, refusal })} isCurrent={isCurrent} {...on} />,
  );
  return on;
}

it("that waits can be changed and discarded", async () => {
  const on = await draw();
  expect([page.alerts, page.buttons]).toEqual([[], ["Edit", "Discard"]]);
  expect(page.text).toContain("Waiting to be sent");
  await page.click("Edit");
  await page.click("Discard");
  expect([on.onEdit, on.onDiscard].map((each) => each.mock.calls.length)).toEqual([1, 1]);
});

it("that was refused says why, and can be sent again", async () => {
  const on = await draw("content: the text is too long");
  expect(page.alerts).toEqual(["Not sent: the text is too long"]);
  await page.click("Try again");
  expect(on.onResend).toHaveBeenCalledOnce();
});

it.each([
  [true, 0],
  [false, -1],
])(
  "has its buttons in the tab order if it is the current one (%s)",
  async (isCurrent, tabIndex) => {
    await draw("no", isCurrent);
    expect(page.all("button").map((each) => each.tabIndex)).toEqual([tabIndex, tabIndex, tabIndex]);
  },
);
