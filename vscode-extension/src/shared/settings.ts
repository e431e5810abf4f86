// The settings, typed; package.json describes them.

import { AWAY_SECONDS, IDLE_SECONDS } from "@peerline/ui/generated/limits";
import { listen } from "@peerline/ui/supervise";
import { type Disposable, workspace } from "vscode";

/** Everything under `peerline.` in the settings. */
export interface Settings {
  readonly bridgePath: string;
  readonly username: string;
  readonly root: string;
  readonly serverUrl: string;
  readonly serverListen: "ask" | "computer" | "network" | "ssh" | "tunnel";
  readonly serverSshHost: string;
  readonly serverAddress: string;
  readonly serverDataDir: string;
  readonly rejoinOnStartup: boolean;
  readonly idleSeconds: number;
  readonly awaySeconds: number;
  readonly nameFlagSeconds: number;
  readonly showViewports: boolean;
  readonly showFileBadges: boolean;
  readonly whenSummoned: "follow" | "ask" | "ignore";
  readonly shareFileEvents: boolean;
  readonly notifyMentions: boolean;
  readonly notifyReplies: boolean;
  readonly notifyJoins: boolean;
  readonly saveTogether: boolean;
}

/** The settings as they are now. */
export function settings(): Settings {
  const from = workspace.getConfiguration("peerline");
  return {
    bridgePath: from.get("bridge.path", "").trim(),
    username: from.get("username", "").trim(),
    root: from.get("root", "").trim(),
    serverUrl: from.get("server.url", "").trim(),
    serverListen: from.get<Settings["serverListen"]>("server.listen", "ask"),
    serverSshHost: from.get("server.sshHost", "").trim(),
    serverAddress: from.get("server.address", "").trim(),
    serverDataDir: from.get("server.dataDir", "").trim(),
    rejoinOnStartup: from.get("rejoinOnStartup", true),
    idleSeconds: from.get("status.idleSeconds", IDLE_SECONDS),
    awaySeconds: from.get("status.awaySeconds", AWAY_SECONDS),
    nameFlagSeconds: from.get("presence.nameFlagSeconds", 4),
    showViewports: from.get("presence.viewports", true),
    showFileBadges: from.get("presence.fileBadges", true),
    whenSummoned: from.get<Settings["whenSummoned"]>("follow.whenSummoned", "follow"),
    shareFileEvents: from.get("shareFileEvents", true),
    notifyMentions: from.get("notifications.mentions", true),
    notifyReplies: from.get("notifications.replies", true),
    notifyJoins: from.get("notifications.joins", true),
    saveTogether: from.get<string>("sharedFiles.save") === "together",
  };
}

/** Call back whenever one of them changes. */
export function onDidChangeSettings(callback: () => void): Disposable {
  return listen(workspace.onDidChangeConfiguration, "applying settings", (event) => {
    if (event.affectsConfiguration("peerline")) {
      callback();
    }
  });
}
