// Components that are drawn again only if their properties changed.
// @vitest-environment happy-dom
import { afterEach, beforeEach, expect, it } from "vitest";
import { memo } from "../../components/memo";
import { Page } from "../page";

interface Props {
  name: string;
  list?: readonly string[];
}

let page: Page;
let drawn: number;

const Counted = memo<Props>(({ name }) => {
  drawn += 1;
  return <p>{name}</p>;
});
const ByLength = memo<Props>(
  ({ name }) => <p>{name}</p>,
  (before, after) => before.name.length === after.name.length,
);

beforeEach(() => {
  page = new Page();
  drawn = 0;
});

afterEach(() => page.close());

const LIST = ["x"];

it.each<[string, Props, number]>([
  ["the same", { name: "a", list: LIST }, 1],
  ["another value", { name: "b", list: LIST }, 2],
  ["an equal one that is another object", { name: "a", list: ["x"] }, 2],
  ["one less", { name: "a" }, 2],
])("%s", async (_name, next, count) => {
  await page.draw(<Counted name="a" list={LIST} />);
  await page.draw(<Counted {...next} />);
  expect([drawn, page.text]).toEqual([count, next.name]);
});

it("one more", async () => {
  await page.draw(<Counted name="a" />);
  await page.draw(<Counted name="a" list={LIST} />);
  expect(drawn).toBe(2);
});

it("what is the same can be said", async () => {
  await page.draw(<ByLength name="a" />);
  await page.draw(<ByLength name="b" />);
  expect(page.text).toBe("a");
  await page.draw(<ByLength name="bc" />);
  expect(page.text).toBe("bc");
});
