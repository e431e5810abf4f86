// Setting one's own status.

import type { Status } from "@peerline/ui/generated/protocol";
import { window } from "vscode";
import type { Session } from "../session/session";

const CHOICES: readonly { label: string; status: Status; detail: string }[] = [
  { label: "Active", status: "active", detail: "Until there is no input for a while" },
  { label: "Idle", status: "idle", detail: "Until the next input" },
  { label: "Away", status: "away", detail: "Until you change it" },
];

/** Ask for the status and tell the others. */
export async function askStatus(session: Session): Promise<void> {
  const chosen = await window.showQuickPick(CHOICES, { title: "Peerline: Your Status" });
  if (chosen !== undefined) {
    await session.command("peerline.setStatus", { status: chosen.status });
  }
}
