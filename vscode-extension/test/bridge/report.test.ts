import { expect, it } from "vitest";
import { report } from "../../src/bridge/report";

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
  expect(text).toMatch(/^\| bridge +\| 0\.1\.0 \(path\) +\|$/m);
  expect(text).toMatch(/^\| round trip to the bridge +\| 1\.3 ms +\|$/m);
  expect(text).toMatch(/^\| round trip to the server +\| – +\|$/m);
  const lengths = text
    .split("\n")
    .filter((line) => line.startsWith("|"))
    .map((line) => line.length);
  expect(new Set(lengths).size).toBe(1);
  expect(text).toContain("folders: 2, 1 of them virtual, trusted");
  expect(text).not.toMatch(/alice|Secret/);
});
