// The replay in a file: it draws the session that the file has as data, and loads nothing.
import type { ActivityEntry } from "@peerline/client/session";
import { Plain } from "@peerline/ui/components/RichText";
import { render } from "preact";
import { momentsOf } from "./moments.ts";
import { Replay } from "./Replay.tsx";
import "@peerline/ui/styles.css";
import "../palette.css";
import "../theme.css";
import "../page.css";
import "../hosts.css";
import "../replay.css";

interface Recorded {
  readonly title: string;
  /** Newest first, as the server gives it. */
  readonly entries: readonly ActivityEntry[];
}

const root = document.getElementById("page");
const data = document.getElementById("session")?.textContent;
if (root !== null && data != null) {
  const { title, entries } = JSON.parse(data) as Recorded;
  document.title = title;
  root.replaceChildren();
  render(
    <main class="replay-page">
      <h1>
        <Plain text={title} />
      </h1>
      <Replay moments={momentsOf(entries)} hash={location.hash} onLink={link} />
    </main>,
    root,
  );
}

async function link(hash: string): Promise<string> {
  location.hash = hash;
  try {
    await navigator.clipboard.writeText(location.href);
    return "Link copied.";
  } catch {
    return "The address has the moment now.";
  }
}
