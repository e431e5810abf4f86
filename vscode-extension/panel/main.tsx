// The page of the chat panel in VS Code: the components on VS Code's host.

import { App } from "@peerline/ui/components/App";
import { Welcome } from "@peerline/ui/components/Welcome";
import { Controller } from "@peerline/ui/controller";
import { supervisor } from "@peerline/ui/supervise";
import { render } from "preact";
import { AgentPart } from "./AgentPart";
import { webviewHost } from "./webviewHost";
import "@peerline/ui/agentView.css";
import "@peerline/ui/agents.css";
import "@peerline/ui/approvals.css";
import "@peerline/ui/palette.css";
import "@peerline/ui/styles.css";
import "@peerline/ui/welcome.css";
import "./palette.css";
import "./theme.css";

const root = document.getElementById("panel");
if (root !== null) {
  const controller = new Controller(webviewHost());
  supervisor.reportTo({
    log: (text) => console.error(text),
    tell: (text) => controller.act({ type: "announce", text }),
  });
  render(
    <App
      controller={controller}
      frame={({ header, conversation }) => (
        <>
          {header}
          <AgentPart controller={controller} />
          {conversation}
        </>
      )}
      outside={(view) => <Welcome {...view} />}
    />,
    root,
  );
  controller.start();
}
