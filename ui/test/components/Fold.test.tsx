// A part that can be folded: it is as it was when the panel is shown again.
// @vitest-environment happy-dom
import { afterEach, beforeEach, expect, it } from "vitest";
import { Fold } from "../../components/Fold";
import { Page } from "../page";

let page: Page;

beforeEach(() => {
  page = new Page();
});

afterEach(() => page.close());

async function draw(name: string, isLazy?: boolean): Promise<HTMLDetailsElement> {
  await page.draw(
    <Fold name={name} summary="Files" isLazy={isLazy}>
      <p>inside</p>
    </Fold>,
  );
  return page.one<HTMLDetailsElement>("details");
}

async function toggle(details: HTMLDetailsElement, isOpen: boolean): Promise<void> {
  details.open = isOpen;
  await page.fire(details, "toggle");
}

it("stays open, by its name, until it is closed", async () => {
  expect((await draw("files")).open).toBe(false);
  await toggle(page.one("details"), true);
  page.reload();
  expect((await draw("files")).open).toBe(true);
  page.reload();
  expect((await draw("details")).open).toBe(false);
  page.reload();
  await toggle(await draw("files"), false);
  page.reload();
  expect((await draw("files")).open).toBe(false);
});

it("has its children at once, or only while it is open", async () => {
  await draw("files");
  expect(page.all("p")).toHaveLength(1);
  page.reload();
  const details = await draw("files", true);
  expect(page.all("p")).toHaveLength(0);
  await toggle(details, true);
  expect(page.all("p")).toHaveLength(1);
});
