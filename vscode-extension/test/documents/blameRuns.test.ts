import type { BlameRun } from "@peerline/ui/generated/protocol";
import { expect, it } from "vitest";
import { marksOf } from "../../src/documents/blameRuns";

function run(name: string, start: [number, number], end: [number, number]): BlameRun {
  return {
    range: {
      start: { line: start[0], character: start[1] },
      end: { line: end[0], character: end[1] },
    },
    user_id: name,
    username: name,
    color: name.length,
  };
}

function labels(...runs: BlameRun[]): string[] {
  return marksOf(runs).labels.map(({ line, text }) => `${line} ${text}`);
}

it("names the author once for lines in a row", () => {
  expect(labels(run("ann", [0, 0], [9, 0]), run("bob", [9, 0], [12, 0]))).toEqual([
    "0 ann",
    "9 bob",
  ]);
});

it("names all authors of a line, and who goes on below it", () => {
  const runs = [
    run("ann", [0, 0], [2, 3]),
    run("bob", [2, 3], [2, 5]),
    run("ann", [2, 5], [7, 0]),
    run("bob", [7, 0], [8, 0]),
  ];
  expect(labels(...runs)).toEqual(["0 ann", "2 ann, bob", "3 ann", "7 bob"]);
});

it("has no name for a line of which a run only has the beginning", () => {
  expect(labels(run("ann", [0, 0], [1, 0]), run("bob", [1, 0], [2, 0]))).toEqual([
    "0 ann",
    "1 bob",
  ]);
});

it("marks each run in its author's color, without empty ones", () => {
  const marks = marksOf([run("ann", [0, 0], [0, 4]), run("bob", [0, 4], [0, 4])]);
  expect(marks.runs).toEqual([
    { start: { line: 0, character: 0 }, end: { line: 0, character: 4 }, color: 3, name: "ann" },
  ]);
});
