// The page of the chat panel in VS Code: the components on VS Code's host.
import { render } from "preact";
import { supervisor } from "../src/supervise";
import { App } from "./components/App";
import { Controller } from "./controller";
import { webviewHost } from "./host";
import "./palette.css";
import "./panel.css";

const root = document.getElementById("panel");
if (root !== null) {
  const controller = new Controller(webviewHost());
  supervisor.reportTo({
    log: (text) => console.error(text),
    tell: (text) => controller.act({ type: "announce", text }),
  });
  render(<App controller={controller} />, root);
  controller.start();
}
