// Shows news in notifications that can be taken away again.

import { guard } from "@peerline/ui/supervise";
import { ProgressLocation, window } from "vscode";
import { beforeLinks } from "../shared/names";
import type { NewsItem } from "./news";

/** The seconds for which a user who looks at the window has a message before them. */
const SECONDS = 30;

/** Show a message until it is settled, or was in view for some time. */
export async function showNews(
  { key, text, links, stays }: NewsItem,
  settled: Promise<void>,
): Promise<void> {
  const written = links.map((link, index) => {
    const target = encodeURIComponent(JSON.stringify([key, index]));
    return `[${link.text}](command:peerline.openNews?${target})`;
  });
  await window.withProgress(
    {
      location: ProgressLocation.Notification,
      title: [beforeLinks(text), ...written].join(" "),
    },
    async (progress) => {
      // Nothing is going on of which one waits for the end.
      progress.report({ increment: 100 });
      await (stays === true ? settled : wasSeen(settled));
    },
  );
}

/** The end of the wait: settled, or the window had the focus for as many seconds. */
async function wasSeen(settled: Promise<void>): Promise<void> {
  let isSettled = false;
  const end = settled.then(() => {
    isSettled = true;
  });
  for (let left = SECONDS; left > 0 && !isSettled; left -= window.state.focused ? 1 : 0) {
    await Promise.race([end, second()]);
  }
}

function second(): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(guard("showing news", resolve), 1000);
  });
}
