// The participants' colours, as colour ids that package.json defines for each kind of theme.
import { ThemeColor } from "vscode";
import { COLOR_COUNT } from "../generated/palette";

function number(color: number): number {
  return (color % COLOR_COUNT) + 1;
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
