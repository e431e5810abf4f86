import type { EditorOffer, EditorState } from "@peerline/ui/generated/protocol";
import { describe, expect, it } from "vitest";
import { contextKeys, folderKeys } from "../../src/session/contextKeys";

const HOST: EditorState = { state: "joined", role: "host", session_id: "s" };

describe("contextKeys", () => {
  it.each([
    [HOST, { inSession: true, role: "host", canWrite: true }],
    [{ ...HOST, role: "editor" } as const, { inSession: true, role: "editor", canWrite: true }],
    [{ ...HOST, role: "viewer" } as const, { inSession: true, role: "viewer", canWrite: false }],
    // Messages from meanwhile are sent when the connection is back.
    [{ ...HOST, state: "reconnecting" } as const, { inSession: true, canWrite: true }],
    // The role of the last session counts no more.
    [
      { ...HOST, state: "offline" } as const,
      { inSession: false, role: undefined, canWrite: false },
    ],
    [{ state: "waiting" } as const, { inSession: false, canWrite: false, following: false }],
    [{ ...HOST, following: "u" }, { following: true }],
  ])("of %j", (state, expected) => {
    expect(contextKeys(state)).toMatchObject({ state: state.state, ...expected });
  });
});

describe("folderKeys", () => {
  const offer: EditorOffer = {
    user_id: "a",
    username: "alice",
    color: 0,
    name: "app",
    files: 3,
    version: 1,
  };

  it.each([
    [{ offers: [] }, { hasFolders: false, sharesFolder: false }],
    [{ offers: [offer] }, { hasFolders: true, sharesFolder: false }],
    // The own one is not there to be opened.
    [{ offers: [{ ...offer, is_me: true }], is_sharing: true }, { hasFolders: false }],
    [{ offers: [{ ...offer, is_me: true }, offer], is_sharing: true }, { hasFolders: true }],
    [{ offers: [], is_sharing: true }, { sharesFolder: true }],
  ])("of %j", (offers, expected) => {
    expect(folderKeys(offers)).toMatchObject(expected);
  });
});
