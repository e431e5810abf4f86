import { describe, expect, it } from "vitest";
import {
  agoLabel,
  baseName,
  countCharacters,
  dayLabel,
  dayOf,
  initials,
  nameList,
  shortNumber,
  timeLabel,
} from "../../model/format";

const NOW = new Date(2026, 2, 2, 10, 30).getTime();

describe("format", () => {
  it.each([
    ["alice", "A"],
    ["Bob Ross", "BR"],
    ["a.b-c", "AC"],
    ["  ", " "],
    ["👩‍💻 dev", "D"],
    ["👩‍💻", "👩‍💻"],
    ["élan vital", "ÉV"],
    ["", "?"],
  ])("makes initials of %j", (name, expected) => {
    expect(initials(name)).toBe(expected);
  });

  it("names days by their distance", () => {
    const day = (date: number, year = 2026) => new Date(year, 2, date, 9).toISOString();
    expect(dayLabel(day(2), NOW)).toBe("Today");
    expect(dayLabel(day(1), NOW)).toBe("Yesterday");
    expect(dayLabel(day(1), NOW - 86_400_000, "en")).toBe("Today");
    expect(dayLabel(new Date(2026, 1, 5).toISOString(), NOW, "en")).toBe("Thursday, February 5");
    expect(dayLabel(new Date(2024, 1, 5).toISOString(), NOW, "en")).toContain("2024");
    expect(dayLabel("nonsense", NOW)).toBe("");
    expect(dayOf(new Date(2026, 0, 9).getTime())).toBe("2026-01-09");
  });

  it("formats the time since an event", () => {
    const ago = (minutes: number) => agoLabel(new Date(NOW - minutes * 60_000).toISOString(), NOW);
    expect([ago(-5), ago(0.5), ago(1), ago(59), ago(60), ago(47 * 60), ago(48 * 60)]).toEqual([
      "just now",
      "just now",
      "1 min ago",
      "59 min ago",
      "1 h ago",
      "47 h ago",
      "2 d ago",
    ]);
    expect(agoLabel("nonsense", NOW)).toBe("");
  });

  it("counts characters as the server does", () => {
    expect(countCharacters("a🦊é")).toBe(3);
  });

  it("lists names", () => {
    expect(nameList([])).toBe("");
    expect(nameList(["a"])).toBe("a");
    expect(nameList(["a", "b"])).toBe("a and b");
    expect(nameList(["a", "b", "c", "d"])).toBe("a, b and 2 more");
  });

  it("shortens numbers, paths and times", () => {
    expect([shortNumber(950), shortNumber(150_000), shortNumber(1_250_000)]).toEqual([
      "950",
      "150K",
      "1.3M",
    ]);
    expect(baseName("a/b.py")).toBe("b.py");
    expect(timeLabel("nonsense")).toBe("");
  });
});
