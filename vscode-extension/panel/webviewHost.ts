// The host of the panel in VS Code's webviews.
import type { PanelHost } from "@peerline/ui/host";
import type { ToPanel } from "@peerline/ui/messages";
import { guard } from "@peerline/ui/supervise";

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
