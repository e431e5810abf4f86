// Joins a session by its link in Firefox, chats, and prints what the page was like as JSON.
import puppeteer from "puppeteer-core";

const [link, name, said, awaited] = process.argv.slice(2);
const SECONDS = 60_000;

const browser = await puppeteer.launch({
  browser: "firefox",
  executablePath: "/usr/bin/firefox-esr",
  headless: true,
});
try {
  const page = await browser.newPage();
  page.setDefaultTimeout(SECONDS);
  const problems = [];
  page.on("console", (message) => {
    if (["error", "warn"].includes(message.type())) {
      problems.push(message.text());
    }
  });
  page.on("pageerror", (error) => problems.push(String(error)));
  await page.evaluateOnNewDocument(() => {
    window.reports = [];
    document.addEventListener("securitypolicyviolation", (event) =>
      window.reports.push(`${event.violatedDirective} ${event.blockedURI}`),
    );
  });
  await page.goto(link);
  const field = await page.waitForSelector("input");
  await field.type(name);
  await page.keyboard.press("Enter");
  const message = await page.waitForSelector('[aria-label="Message"]');
  await message.type(said);
  await page.keyboard.press("Enter");
  const chat = await page.waitForSelector('[role="log"]');
  for (const text of [said, awaited]) {
    await page.waitForFunction((log, part) => log.textContent.includes(part), {}, chat, text);
  }
  // The editor has styles of its own, which the policy takes only by their nonce.
  const file = await page.waitForSelector('[role="treeitem"]');
  await file.click();
  const code = await page.waitForSelector(".cm-content");
  await page.waitForFunction((text) => text.textContent !== "", {}, code);
  const found = await page.evaluate(() => {
    const blocked = document.createElement("script");
    let isRefused = false;
    try {
      blocked.text = "window.harmed = 1";
      document.body.append(blocked);
    } catch {
      isRefused = true;
    }
    return {
      address: location.href,
      cookies: document.cookie,
      reports: window.reports,
      harmed: window.harmed ?? 0,
      isRefused,
      scroller: getComputedStyle(document.querySelector(".cm-scroller")).display,
    };
  });
  process.stdout.write(`${JSON.stringify({ ...found, problems })}\n`);
} finally {
  await browser.close();
}
