// The rows of the menu of the status bar item. Pure.
import type { EditorOffers, EditorState } from "@peerline/ui/generated/protocol";
import { contextKeys, folderKeys } from "../session/contextKeys";

/** One row, and the command that it runs. */
export interface MenuAction {
  readonly label: string;
  readonly run: string;
}

/** The rows in a state of the session, in which these folders are shared. */
export function menuActions(state: EditorState, offers: EditorOffers): MenuAction[] {
  const { inSession, canWrite, role, following } = contextKeys(state);
  if (!inSession) {
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
  const isHost = role === "host";
  return [
    { label: "$(comment-discussion) Open Chat", run: "peerline.chat.focus" },
    { label: "$(organization) Show Participants", run: "peerline.participants.focus" },
    ...(canWrite ? [{ label: "$(comment) Add Comment", run: "peerline.addComment" }] : []),
    {
      label: "$(comment-unresolved) Show Outdated Comments…",
      run: "peerline.showOutdatedComments",
    },
    following
      ? { label: "$(eye-closed) Stop Following", run: "peerline.unfollow" }
      : { label: "$(eye) Follow…", run: "peerline.follow" },
    ...(isHost
      ? [{ label: "$(megaphone) Bring Everyone to Me", run: "peerline.bringEveryone" }]
      : []),
    ...(isHost ? [{ label: "$(link) Copy Invite Link…", run: "peerline.copyInvite" }] : []),
    ...(folderKeys(offers).sharesFolder
      ? [{ label: "$(circle-slash) Stop Sharing This Folder", run: "peerline.unshareFolder" }]
      : canWrite
        ? [{ label: "$(root-folder) Share This Folder", run: "peerline.shareFolder" }]
        : []),
    { label: "$(circle-large-outline) Set Status…", run: "peerline.setStatus" },
    { label: "$(sign-out) Leave Session", run: "peerline.leaveSession" },
    ...(isHost ? [{ label: "$(stop-circle) End Session…", run: "peerline.endSession" }] : []),
    { label: "$(pulse) Show Diagnostics", run: "peerline.showDiagnostics" },
  ];
}
