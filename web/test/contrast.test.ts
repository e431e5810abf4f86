// The colours of code can be read on the page, and in everybody's selection.
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";

type Color = [number, number, number];
const THEMES = {
  light: /^:root \{(.*?)\}/ms,
  dark: /^@media \(prefers-color-scheme: dark\) \{\s*:root \{(.*?)\}/ms,
  "more contrast": /^@media \(prefers-contrast: more\) \{\s*:root \{(.*?)\}/ms,
  "more contrast, dark":
    /^@media \(prefers-contrast: more\) and \(prefers-color-scheme: dark\) \{\s*:root \{(.*?)\}/ms,
};
const sheet = (name: string) => readFileSync(new URL(`../src/${name}`, import.meta.url), "utf8");
const CODE = sheet("code.css");
const shareOf = (of: string) => {
  const found = new RegExp(`color-mix\\(in srgb, var\\(--${of}\\) (\\d+)%`).exec(CODE);
  return Number(found?.[1]) / 100;
};

function colors(css: string, theme: RegExp): Map<string, Color> {
  const [, block = ""] = theme.exec(css) ?? [];
  return new Map(
    [...block.matchAll(/(--[\w-]+):\s*#([0-9a-f]{6})/g)].map(([, name = "", digits = ""]) => {
      const parts = [0, 2, 4].map((at) => Number.parseInt(digits.slice(at, at + 2), 16));
      return [name, parts as Color];
    }),
  );
}

function luminance(color: readonly number[]): number {
  const [red = 0, green = 0, blue = 0] = color.map((part) => {
    const share = part / 255;
    return share <= 0.03928 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(one: readonly number[], two: readonly number[]): number {
  const [light = 0, dark = 0] = [luminance(one), luminance(two)].sort((a, b) => b - a);
  return (light + 0.05) / (dark + 0.05);
}

describe.each(Object.entries(THEMES))("in the theme %s", (_, theme) => {
  const code = colors(CODE, theme);
  const around = colors(sheet("theme.css"), theme);
  const page = around.get("--page") ?? [0, 0, 0];
  const people = [...colors(sheet("palette.css"), theme)].filter(
    ([name]) => !name.includes("foreground"),
  );
  const mixed = (color: Color, share: number) =>
    page.map((part, at) => part * (1 - share) + (color[at] ?? 0) * share);

  it("each colour of code has a contrast of 4.5 on the page and in every selection", () => {
    expect([code.size, people.length]).toEqual([6, 12]);
    const own = around.get("--pl-focus-border") ?? [0, 0, 0];
    const grounds = [page, mixed(own, shareOf("accent"))];
    grounds.push(...people.map(([, color]) => mixed(color, shareOf("person"))));
    for (const [name, color] of [...code, ["text", around.get("--pl-foreground")] as const]) {
      const least = Math.min(...grounds.map((ground) => contrast(color ?? [], ground)));
      expect(least, name).toBeGreaterThanOrEqual(4.5);
    }
  });
});
