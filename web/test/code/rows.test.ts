// The rows of a long list that are drawn.
import { describe, expect, it } from "vitest";
import { AROUND, drawnRows, MOST_WHOLE, sightOf } from "../../src/code/rows.ts";

const HEIGHT = 24;
/** The part in sight after scrolling down to a row. */
const at = (row: number) => sightOf(-row * HEIGHT, 960, HEIGHT);

describe("a long list", () => {
  it("is drawn whole up to a number of rows", () => {
    expect(drawnRows(MOST_WHOLE, at(0), 0)).toEqual([[0, MOST_WHOLE]]);
    expect(drawnRows(MOST_WHOLE + 1, at(0), 0)).not.toEqual([[0, MOST_WHOLE + 1]]);
    expect(drawnRows(0, at(0), 0)).toEqual([[0, 0]]);
  });

  it.each([0, 1, 29, 30, 59, 60, 777, 49_960, 49_999])("is drawn around row %i", (row) => {
    const count = 50_000;
    const [[from, to] = [0, 0], ...others] = drawnRows(count, at(row), row);
    expect(others).toEqual([]);
    const last = Math.min(count, row + 960 / HEIGHT);
    expect(from).toBeLessThanOrEqual(Math.max(0, row - AROUND));
    expect(to).toBeGreaterThanOrEqual(Math.min(count, last + AROUND));
    expect(to - from).toBeLessThan(300);
  });

  it("is drawn alike until a step was scrolled", () => {
    expect(at(31)).toEqual(at(59));
    expect(at(31)).not.toEqual(at(60));
  });

  it("has the row with the focus, wherever that is", () => {
    expect(drawnRows(50_000, at(1000), 3)).toEqual([
      [3, 4],
      [930, 1120],
    ]);
    expect(drawnRows(50_000, at(1000), 49_999)).toEqual([
      [930, 1120],
      [49_999, 50_000],
    ]);
  });

  it("that has become shorter than where it was scrolled to has its last rows", () => {
    const [[from, to] = [0, 0]] = drawnRows(400, at(10_000), 399);
    expect(to).toBe(400);
    expect(from).toBeLessThan(400);
  });
});
