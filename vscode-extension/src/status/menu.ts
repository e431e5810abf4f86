// The menu that the status bar item opens: what one can do now.
import { commands, type QuickPickItem, window } from "vscode";
import { canWrite } from "../session/context";
import type { Session } from "../session/session";

interface Action extends QuickPickItem {
  readonly run: string;
}

/** Pick a command and carry it out. */
export async function showMenu(session: Session): Promise<void> {
  const chosen = await window.showQuickPick(actions(session), { title: "Peerline" });
  if (chosen !== undefined) {
    await commands.executeCommand(chosen.run);
  }
}

function actions(session: Session): Action[] {
  const { state } = session;
  if (!session.isInSession) {
    return [
      { label: "$(add) Start Session…", run: "peerline.startSession" },
      { label: "$(live-share) Start Pairing Session…", run: "peerline.startPairing" },
      { label: "$(server) New Session on a Server…", run: "peerline.startSessionOn" },
      { label: "$(plug) Join Session…", run: "peerline.joinSession" },
      { label: "$(history) Recent Sessions…", run: "peerline.recentSessions" },
      { label: "$(person) Change Name…", run: "peerline.changeName" },
      { label: "$(book) Get Started", run: "peerline.openWalkthrough" },
      { label: "$(pulse) Show Diagnostics", run: "peerline.showDiagnostics" },
    ];
  }
  const isHost = state.role === "host";
  return [
    { label: "$(comment-discussion) Open Chat", run: "peerline.chat.focus" },
    { label: "$(organization) Show Participants", run: "peerline.participants.focus" },
    ...(canWrite(state) ? [{ label: "$(comment) Add Comment", run: "peerline.addComment" }] : []),
    {
      label: "$(comment-unresolved) Show Outdated Comments…",
      run: "peerline.showOutdatedComments",
    },
    state.following === undefined
      ? { label: "$(eye) Follow…", run: "peerline.follow" }
      : { label: "$(eye-closed) Stop Following", run: "peerline.unfollow" },
    ...(isHost
      ? [{ label: "$(megaphone) Bring Everyone to Me", run: "peerline.bringEveryone" }]
      : []),
    ...(isHost ? [{ label: "$(link) Copy Invite Link…", run: "peerline.copyInvite" }] : []),
    ...(session.offers.is_sharing === true
      ? [{ label: "$(circle-slash) Stop Sharing This Folder", run: "peerline.unshareFolder" }]
      : canWrite(state)
        ? [{ label: "$(root-folder) Share This Folder", run: "peerline.shareFolder" }]
        : []),
    { label: "$(circle-large-outline) Set Status…", run: "peerline.setStatus" },
    { label: "$(sign-out) Leave Session", run: "peerline.leaveSession" },
    ...(isHost ? [{ label: "$(stop-circle) End Session…", run: "peerline.endSession" }] : []),
    { label: "$(pulse) Show Diagnostics", run: "peerline.showDiagnostics" },
  ];
}
