import type { EditorOffers, EditorState, Role } from "@peerline/ui/generated/protocol";
import { describe, expect, it } from "vitest";
import { menuActions } from "../../src/status/menuActions";

const NO_FOLDERS: EditorOffers = { offers: [] };

function commandsOf(state: EditorState, offers = NO_FOLDERS): string[] {
  return menuActions(state, offers).map(({ run }) => run.replace("peerline.", ""));
}

const as = (role: Role, fields: Partial<EditorState> = {}): EditorState => ({
  state: "joined",
  role,
  ...fields,
});

describe("the menu", () => {
  it("outside of a session has the ways into one", () => {
    for (const state of ["offline", "waiting", "connecting"] as const) {
      expect(commandsOf({ state, role: "host" })).toEqual([
        "startSession",
        "startPairing",
        "startSessionOn",
        "joinSession",
        "recentSessions",
        "changeName",
        "openWalkthrough",
        "showDiagnostics",
      ]);
    }
  });

  it("has what the role allows", () => {
    const forHosts = ["bringEveryone", "copyInvite", "endSession"];
    expect(commandsOf(as("host"))).toEqual(expect.arrayContaining([...forHosts, "addComment"]));
    const editor = commandsOf(as("editor"));
    expect(editor).toContain("addComment");
    expect(editor.filter((command) => forHosts.includes(command))).toEqual([]);
    const viewer = commandsOf(as("viewer"));
    expect(viewer).not.toContain("addComment");
    expect(viewer).toEqual(expect.arrayContaining(["chat.focus", "follow", "leaveSession"]));
  });

  it("stops following where somebody is followed, also while the server is away", () => {
    expect(commandsOf(as("editor"))).not.toContain("unfollow");
    const following = commandsOf(as("editor", { following: "u", state: "reconnecting" }));
    expect(following).toContain("unfollow");
    expect(following).not.toContain("follow");
  });

  it("shares the folder, and stops sharing it also for somebody who may no longer write", () => {
    const sharing: EditorOffers = { offers: [], is_sharing: true };
    expect(commandsOf(as("editor"))).toContain("shareFolder");
    expect(commandsOf(as("viewer"))).not.toContain("shareFolder");
    for (const role of ["editor", "viewer"] as const) {
      const commands = commandsOf(as(role), sharing);
      expect(commands).toContain("unshareFolder");
      expect(commands).not.toContain("shareFolder");
    }
  });
});
