// The built panel in a real Chromium, on a host that is played by the test.
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { FromPanel, ToPanel } from "@peerline/ui/messages";
import { type Browser, chromium, type Page } from "playwright-core";
import { THEMES } from "./themes";

const DIST = new URL("../../dist/", import.meta.url);
const NONCE = "test";
const POLICY = `default-src 'none'; style-src 'self'; script-src 'nonce-${NONCE}'; base-uri 'none'; form-action 'none'`;
export const WIDTH = 320;
const HEIGHT = 720;
/** How long a page may take to show something on a busy machine. */
export const DEADLINE = 20_000;

const HOST = `
  window.posted = [];
  window.acquireVsCodeApi = () => ({
    postMessage: (message) => window.posted.push(message),
    getState: () => JSON.parse(sessionStorage.getItem("state") ?? "null") ?? undefined,
    setState: (state) => sessionStorage.setItem("state", JSON.stringify(state)),
  });
`;

export class PanelBrowser {
  #browser: Browser | undefined;
  #server: Server | undefined;
  #address = "";

  async start(): Promise<void> {
    execFileSync(process.execPath, ["esbuild.mjs"], { cwd: new URL("../../", import.meta.url) });
    this.#server = createServer(({ url = "/" }, response) => {
      const { pathname, searchParams } = new URL(url, "http://127.0.0.1");
      if (pathname === "/panel.js" || pathname === "/panel.css") {
        const type = pathname.endsWith(".js") ? "text/javascript" : "text/css";
        response.writeHead(200, { "content-type": type });
        response.end(readFileSync(new URL(`.${pathname}`, DIST)));
      } else if (pathname === "/theme.css") {
        const theme = THEMES[(searchParams.get("name") ?? "dark") as keyof typeof THEMES];
        const rules = Object.entries(theme.variables).map(
          ([name, value]) => `--vscode-${name}: ${value};`,
        );
        response.writeHead(200, { "content-type": "text/css" });
        response.end(`:root { ${rules.join("\n")} }`);
      } else if (pathname === "/") {
        response.writeHead(200, {
          "content-type": "text/html",
          "content-security-policy": POLICY,
        });
        response.end(html(searchParams.get("theme") as keyof typeof THEMES));
      } else {
        response.writeHead(404);
        response.end();
      }
    });
    await new Promise<void>((resolve) => this.#server?.listen(0, "127.0.0.1", resolve));
    this.#address = `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
    this.#browser = await chromium.launch({
      executablePath: process.env.PEERLINE_CHROMIUM ?? "/usr/bin/chromium",
      args: ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run"],
    });
  }

  async open(theme: keyof typeof THEMES = "dark"): Promise<PanelPage> {
    const context = await this.#browser?.newContext({
      viewport: { width: WIDTH, height: HEIGHT },
      locale: "en-GB",
      timezoneId: "UTC",
    });
    const page = await context?.newPage();
    if (page === undefined) {
      throw new Error("start the browser first");
    }
    page.setDefaultTimeout(DEADLINE);
    const panel = new PanelPage(page);
    await page.goto(`${this.#address}/?theme=${theme}`);
    return panel;
  }

  async stop(): Promise<void> {
    await this.#browser?.close();
    this.#server?.close();
  }
}

function html(theme: keyof typeof THEMES): string {
  return `<!DOCTYPE html><html lang="en"><head><title>Chat</title>
<link rel="stylesheet" href="/theme.css?name=${theme}">
<link rel="stylesheet" href="/panel.css"></head>
<body class="${THEMES[theme].bodyClass}"><div id="panel"></div>
<script nonce="${NONCE}">${HOST}</script>
<script nonce="${NONCE}" src="/panel.js"></script></body></html>`;
}

/** One page, with what it posted and what went wrong in it. */
export class PanelPage {
  readonly page: Page;
  /** Errors, refused by the policy ones too, and requests that nothing of the panel makes. */
  readonly problems: string[] = [];

  constructor(page: Page) {
    this.page = page;
    page.on("pageerror", (error) => this.problems.push(`error: ${error.message}`));
    page.on("console", (message) => {
      if (message.type() === "error" || message.type() === "warning") {
        this.problems.push(`console: ${message.text()}`);
      }
    });
    page.on("dialog", (dialog) => {
      this.problems.push(`dialog: ${dialog.message()}`);
      void dialog.dismiss();
    });
    page.on("request", (request) => {
      if (!request.url().startsWith("http://127.0.0.1:")) {
        this.problems.push(`request: ${request.url()}`);
      }
    });
  }

  async tell(...messages: ToPanel[]): Promise<void> {
    await this.page.evaluate(async (all) => {
      for (const message of all) {
        window.postMessage(message, "*");
      }
      // A message that is posted later is heard later: then all of them have been.
      await new Promise((resolve) => {
        addEventListener("message", function last(event) {
          if (event.data === "last") {
            removeEventListener("message", last);
            requestAnimationFrame(() => requestAnimationFrame(resolve));
          }
        });
        window.postMessage("last", "*");
      });
    }, messages);
  }

  /** The messages of one type posted by the page. */
  async posted<Type extends FromPanel["type"]>(
    type: Type,
  ): Promise<Extract<FromPanel, { type: Type }>[]> {
    const all = await this.page.evaluate(() => (window as unknown as { posted: unknown[] }).posted);
    return (all as FromPanel[]).filter(
      (message): message is Extract<FromPanel, { type: Type }> => message.type === type,
    );
  }
}
