// The colours of participants: their ids, and what pictures need in each theme.
import { afterEach, describe, expect, it, vi } from "vitest";
import { COLOR_COUNT, PALETTE } from "../../src/generated/palette";
import {
  avatarColors,
  flagForeground,
  participantColor,
  selectionColor,
} from "../../src/shared/colors";
import { ColorThemeKind, window } from "../vscode";

vi.mock("vscode", () => import("../vscode"));

afterEach(() => {
  window.activeColorTheme.kind = ColorThemeKind.Dark;
});

it.each([
  [0, 1],
  [COLOR_COUNT - 1, COLOR_COUNT],
  // More people than colours: they begin again.
  [COLOR_COUNT, 1],
])("the color %i has the ids with number %i", (color, number) => {
  expect([participantColor, selectionColor, flagForeground].map((of) => of(color).id)).toEqual([
    `peerline.participant${number}`,
    `peerline.selection${number}`,
    `peerline.participantForeground${number}`,
  ]);
});

describe("an avatar's colors", () => {
  it.each([
    [ColorThemeKind.Dark, PALETTE.dark],
    [ColorThemeKind.Light, PALETTE.light],
    [ColorThemeKind.HighContrast, PALETTE.highContrast],
    [ColorThemeKind.HighContrastLight, PALETTE.highContrastLight],
  ])("are those of the theme (%i)", (kind, palette) => {
    window.activeColorTheme.kind = kind;
    expect(avatarColors(2)).toEqual(palette[2]);
    expect(avatarColors(COLOR_COUNT + 2)).toEqual(palette[2]);
  });
});
