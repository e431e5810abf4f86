// The settings: texts without the spaces around them, and news of changes.
import { AWAY_SECONDS, IDLE_SECONDS } from "@peerline/ui/generated/limits";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { onDidChangeSettings, settings } from "../../src/shared/settings";
import { begin, code, EventEmitter, workspace } from "../vscode";

vi.mock("vscode", () => import("../vscode"));

beforeEach(begin);

describe("the settings", () => {
  it("have defaults", () => {
    expect(settings()).toMatchObject({
      ...{ bridgePath: "", username: "", serverListen: "ask", rejoinOnStartup: true },
      ...{ idleSeconds: IDLE_SECONDS, awaySeconds: AWAY_SECONDS, whenSummoned: "follow" },
      saveTogether: false,
    });
  });

  it.each([
    ["bridge.path", "bridgePath"],
    ["username", "username"],
    ["root", "root"],
    ["server.url", "serverUrl"],
    ["server.sshHost", "serverSshHost"],
    ["server.address", "serverAddress"],
    ["server.dataDir", "serverDataDir"],
  ] as const)("have %s without the spaces around it", (name, key) => {
    code.settings.set(name, " a b \n");
    expect(settings()[key]).toBe("a b");
  });

  it.each([
    ["together", true],
    ["alone", false],
  ])("with sharedFiles.save %s save together: %s", (value, isTogether) => {
    code.settings.set("sharedFiles.save", value);
    expect(settings().saveTogether).toBe(isTogether);
  });
});

it("only changes of Peerline's own settings are told", () => {
  const changes = new EventEmitter<{ affectsConfiguration(section: string): boolean }>();
  vi.spyOn(workspace, "onDidChangeConfiguration").mockImplementation(changes.event as never);
  const changed = vi.fn();
  const listening = onDidChangeSettings(changed);
  changes.fire({ affectsConfiguration: (section) => section === "editor" });
  expect(changed).not.toHaveBeenCalled();
  changes.fire({ affectsConfiguration: (section) => section === "peerline" });
  expect(changed).toHaveBeenCalledOnce();
  listening.dispose();
  changes.fire({ affectsConfiguration: () => true });
  expect(changed).toHaveBeenCalledOnce();
});
