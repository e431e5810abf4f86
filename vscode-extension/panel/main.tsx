// The page of the chat panel in VS Code: the components on VS Code's host.
import { render } from "preact";
import { App } from "./components/App";
import { Controller } from "./controller";
import { webviewHost } from "./host";
import "./palette.css";
import "./panel.css";

const root = document.getElementById("panel");
if (root !== null) {
  const controller = new Controller(webviewHost());
  render(<App controller={controller} />, root);
  controller.start();
}
