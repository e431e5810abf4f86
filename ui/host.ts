// The host of the panel: VS Code's webview, or another page that has its own.
import type { FromPanel, ToPanel } from "./messages";

/** The way out of the panel, and a place to keep what must survive its being hidden. */
export interface PanelHost {
  post(message: FromPanel): void;
  /** Hear what the host says; ends never, as the page does. */
  listen(hear: (message: ToPanel) => void): void;
  load(): unknown;
  save(state: unknown): void;
}
