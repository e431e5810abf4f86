import { expect, it } from "vitest";
import { report } from "../src/report";

it("reports versions, state and round trips, and nobody's name", () => {
  const text = report({
    extension: "0.1.0",
    vscode: "1.100.0",
    platform: "linux x64",
    remote: undefined,
    ui: "desktop",
    trusted: true,
    folders: 2,
    virtualFolders: 1,
    bridge: "0.1.0",
    bridgeSource: "path",
    activationMs: 12.3,
    state: { state: "joined", participants: 2, username: "alice", title: "Secret plans" },
    bridgeMs: 1.25,
    serverMs: undefined,
    threads: 3,
    messages: 4,
  });
  expect(text).toContain("| bridge | 0.1.0 (path) |");
  expect(text).toContain("| round trip to the bridge | 1.3 ms |");
  expect(text).toContain("| round trip to the server | – |");
  expect(text).toContain("folders: 2, 1 of them virtual, trusted");
  expect(text).not.toMatch(/alice|Secret/);
});
