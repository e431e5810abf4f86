// The context keys by which package.json says what is to be seen and can be done when. Pure.
import type { EditorOffers, EditorState } from "@peerline/ui/generated/protocol";

/** The keys that follow the state of the session, without the prefix `peerline.`. */
export interface ContextKeys {
  readonly state: EditorState["state"];
  readonly inSession: boolean;
  readonly role: EditorState["role"];
  readonly canWrite: boolean;
  readonly following: boolean;
}

/** The values in this state of the session. */
export function contextKeys(state: EditorState): ContextKeys {
  const inSession = state.state === "joined" || state.state === "reconnecting";
  return {
    state: state.state,
    inSession,
    role: inSession ? state.role : undefined,
    canWrite: inSession && canWrite(state),
    following: state.following !== undefined,
  };
}

/** The keys that follow the folders that are shared in the session. */
export interface FolderKeys {
  /** Whether somebody else shares one. */
  readonly hasFolders: boolean;
  readonly sharesFolder: boolean;
}

/** The values with these folders. */
export function folderKeys({ offers, is_sharing }: EditorOffers): FolderKeys {
  return {
    hasFolders: offers.some(({ is_me }) => is_me !== true),
    sharesFolder: is_sharing === true,
  };
}

/** Whether the role lets one chat and comment. */
export function canWrite(state: EditorState): boolean {
  return state.role === "host" || state.role === "editor";
}
