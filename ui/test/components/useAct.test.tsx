// Acts that may be refused: one at a time, and the reason of the last refusal.
// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type Act, useAct } from "../../components/useAct";
import { Page } from "../page";

let page: Page;
let act: Act;

function Acting() {
  const acting = useAct((error) => (error as Error).message);
  act = acting.act;
  return <p>{acting.refusal}</p>;
}

beforeEach(async () => {
  page = new Page();
  await page.draw(<Acting />);
});

afterEach(() => page.close());

/** Begin an act that the test ends. */
function begin(done?: () => void) {
  let end: (error?: Error) => void = () => expect.unreachable();
  let isBegun = false;
  act(
    "acting",
    () =>
      new Promise<void>((resolve, reject) => {
        isBegun = true;
        end = (error) => (error === undefined ? resolve() : reject(error));
      }),
    done,
  );
  return {
    isBegun,
    end: async (error?: Error) => {
      end(error);
      await page.draw(<Acting />);
    },
  };
}

describe("an act", () => {
  it("waits for the one before, and is dropped meanwhile", async () => {
    const first = begin();
    expect(begin().isBegun).toBe(false);
    await first.end();
    expect(begin().isBegun).toBe(true);
  });

  it("that is refused says why, as a sentence, until the next one", async () => {
    let count = 0;
    const done = (): void => {
      count += 1;
    };
    await begin(done).end(new Error("the session is full"));
    expect([page.text, count]).toEqual(["The session is full.", 0]);
    const next = begin(done);
    await page.draw(<Acting />);
    expect(page.text).toBe("");
    await next.end();
    expect([page.text, count]).toEqual(["", 1]);
  });
});
