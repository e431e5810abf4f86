// What the panel stands in: VS Code's webview, or another page that brings a host of its own.
import { guard } from "../src/supervise";
import type { FromPanel, ToPanel } from "./messages";

/** The way out of the panel, and a place to keep what must survive its being hidden. */
export interface PanelHost {
  post(message: FromPanel): void;
  /** Hear what the host says; ends never, as the page does. */
  listen(hear: (message: ToPanel) => void): void;
  load(): unknown;
  save(state: unknown): void;
}

interface WebviewApi {
  postMessage(message: unknown): void;
  getState(): unknown;
  setState(state: unknown): void;
}

declare function acquireVsCodeApi(): WebviewApi;

/** The host that VS Code's webviews have. */
export function webviewHost(): PanelHost {
  const api = acquireVsCodeApi();
  return {
    post: (message) => api.postMessage(message),
    listen: (hear) => {
      // Only VS Code's own frame can reach this one, and it passes on the extension's words alone.
      addEventListener(
        "message",
        guard("taking a message of the extension", (event: MessageEvent<ToPanel>) =>
          hear(event.data),
        ),
      );
    },
    load: () => api.getState(),
    save: (state) => api.setState(state),
  };
}
