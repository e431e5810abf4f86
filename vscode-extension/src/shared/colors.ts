// The participants' colours, as colour ids that package.json defines for each kind of theme.
import { ColorThemeKind, ThemeColor, window } from "vscode";
import { COLOR_COUNT, PALETTE } from "../generated/palette";

function number(color: number): number {
  return (color % COLOR_COUNT) + 1;
}

const THEMES = {
  [ColorThemeKind.Dark]: PALETTE.dark,
  [ColorThemeKind.Light]: PALETTE.light,
  [ColorThemeKind.HighContrast]: PALETTE.highContrast,
  [ColorThemeKind.HighContrastLight]: PALETTE.highContrastLight,
};

/** The colors of an avatar in the present theme, for a picture, which knows no color ids. */
export function avatarColors(color: number): { readonly color: string; readonly text: string } {
  const theme = THEMES[window.activeColorTheme.kind];
  return theme[color % COLOR_COUNT] ?? theme[0];
}

/** Cursors, flags and icons. */
export function participantColor(color: number): ThemeColor {
  return new ThemeColor(`peerline.participant${number(color)}`);
}

/** The same, see-through: selections and viewports. */
export function selectionColor(color: number): ThemeColor {
  return new ThemeColor(`peerline.selection${number(color)}`);
}

/** Text on a participant's colour. */
export function flagForeground(color: number): ThemeColor {
  return new ThemeColor(`peerline.participantForeground${number(color)}`);
}
