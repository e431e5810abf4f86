import { tmpdir } from "node:os";
import { describe, expect, it } from "vitest";
import { startArguments, startSession } from "../../src/bridge/localServer";
import { Processes } from "../../src/bridge/processes";
import { Boundary } from "../../src/shared/boundary";

const SETTINGS = {
  serverListen: "ask",
  serverSshHost: "",
  serverAddress: "",
  serverDataDir: "",
} as const;
const processes = new Processes(tmpdir(), async () => new Boundary([]));
const OPTIONS = { title: "T", user: "u", name: "n", settings: SETTINGS };

describe("startSession", () => {
  it("listens on this computer unless told otherwise", () => {
    expect(startArguments(OPTIONS)).toEqual([
      "start",
      "--json",
      "--title=T",
      "--user=u",
      "--name=n",
    ]);
    const settings = {
      serverListen: "network",
      serverSshHost: "",
      serverAddress: "example.org:80",
      serverDataDir: "/d",
    } as const;
    expect(startArguments({ ...OPTIONS, settings }).slice(5)).toEqual([
      "--reach=network",
      "--address=example.org:80",
      "--data-dir=/d",
    ]);
  });

  it.each(["computer", "network", "tunnel"] as const)(
    "passes on %s, also for a server that runs",
    (serverListen) => {
      const settings = { ...SETTINGS, serverListen };
      expect(startArguments({ ...OPTIONS, settings })).toContain(`--reach=${serverListen}`);
    },
  );

  it("names the SSH host, and the session whose way changes", () => {
    const settings = { ...SETTINGS, serverListen: "ssh", serverSshHost: "me@box" } as const;
    expect(startArguments({ ...OPTIONS, session: "abc", settings }).slice(5)).toEqual([
      "--session=abc",
      "--reach=ssh",
      "--ssh-host=me@box",
    ]);
  });

  it("says why it failed", async () => {
    const program = { command: "/nowhere/peerline", args: [], source: "path" } as const;
    expect(await startSession(program, OPTIONS, processes)).toEqual({
      problem: "`peerline start` did not answer",
    });
    const other = { command: process.execPath, args: ["-e", "console.log('{')"] };
    expect(await startSession(other, OPTIONS, processes)).toEqual({
      problem: "`peerline start` has another version",
    });
    const settings = { ...SETTINGS, serverDataDir: "data" };
    expect(await startSession(other, { ...OPTIONS, settings }, processes)).toEqual({
      problem: "The setting peerline.server.dataDir must be an absolute path.",
    });
  });
});
