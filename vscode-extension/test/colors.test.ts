import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";

interface Color {
  readonly id: string;
  readonly defaults: { readonly [Theme in (typeof THEMES)[number]]: string };
}
type Rgb = readonly [number, number, number];
type Matrix = readonly [Rgb, Rgb, Rgb];

const THEMES = ["dark", "light", "highContrast", "highContrastLight"] as const;
const BACKGROUND = {
  dark: "#1f1f1f",
  light: "#ffffff",
  highContrast: "#000000",
  highContrastLight: "#ffffff",
} as const;
const COUNT = 12;

const manifest = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8"));
const colors: Color[] = manifest.contributes.colors;

function of(kind: string, number: number, theme: (typeof THEMES)[number]): string {
  const found = colors.find(({ id }) => id === `peerline.${kind}${number}`);
  return found?.defaults[theme] ?? "";
}

function linear(hex: string): Rgb {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const value = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });
  return [red, green, blue];
}

function dot(row: Rgb, color: Rgb): number {
  return row[0] * color[0] + row[1] * color[1] + row[2] * color[2];
}

/** WCAG 2.2, "contrast ratio". */
function contrast(one: string, other: string): number {
  const luminance = (hex: string) => dot([0.2126, 0.7152, 0.0722], linear(hex));
  const [light, dark] = [luminance(one), luminance(other)].sort((a, b) => b - a);
  return ((light ?? 0) + 0.05) / ((dark ?? 0) + 0.05);
}

/** Machado, Oliveira, Fernandes 2009: what people see who lack one kind of cone. */
const VISIONS: { readonly [name: string]: Matrix } = {
  all: [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ],
  protanopia: [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998],
  ],
  deuteranopia: [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.01182, 0.04294, 0.968881],
  ],
  tritanopia: [
    [1.255528, -0.076749, -0.178779],
    [-0.078411, 0.930809, 0.147602],
    [0.004733, 0.691367, 0.3039],
  ],
};

/** Oklab, in which equal distances look about equally far (bottosson.github.io/posts/oklab). */
function oklab(color: Rgb): Rgb {
  const root = (row: Rgb) => Math.cbrt(Math.max(0, dot(row, color)));
  const cones: Rgb = [
    root([0.4122214708, 0.5363325363, 0.0514459929]),
    root([0.2119034982, 0.6806995451, 0.1073969566]),
    root([0.0883024619, 0.2817188376, 0.6299787005]),
  ];
  return [
    dot([0.2104542553, 0.793617785, -0.0040720468], cones),
    dot([1.9779984951, -2.428592205, 0.4505937099], cones),
    dot([0.0259040371, 0.7827717662, -0.808675766], cones),
  ];
}

function seen(hex: string, vision: Matrix): Rgb {
  const color = linear(hex);
  const clamp = (row: Rgb) => Math.min(1, Math.max(0, dot(row, color)));
  return oklab([clamp(vision[0]), clamp(vision[1]), clamp(vision[2])]);
}

describe.each(THEMES)("the participants' colours in %s themes", (theme) => {
  const numbers = Array.from({ length: COUNT }, (_, index) => index + 1);

  it.each(numbers)("colour %i is seen on the editor, and its flag can be read", (number) => {
    const color = of("participant", number, theme);
    expect(contrast(color, BACKGROUND[theme])).toBeGreaterThanOrEqual(3);
    expect(contrast(color, of("participantForeground", number, theme))).toBeGreaterThanOrEqual(4.5);
    expect(of("selection", number, theme).startsWith(color)).toBe(true);
    expect(of("selection", number, theme)).toHaveLength(9);
  });

  it.each(Object.entries(VISIONS))("no two look the same (%s)", (_, vision) => {
    for (const one of numbers) {
      for (const other of numbers.slice(one)) {
        const distance = Math.hypot(
          ...seen(of("participant", one, theme), vision).map(
            (value, index) =>
              value - (seen(of("participant", other, theme), vision)[index] ?? Number.NaN),
          ),
        );
        expect(distance, `${one} and ${other}`).toBeGreaterThan(0.05);
      }
    }
  });
});
