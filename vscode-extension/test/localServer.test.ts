import { describe, expect, it } from "vitest";
import { startArguments, startSession } from "../src/localServer";

const SETTINGS = { serverListen: "computer", serverAddress: "", serverDataDir: "" } as const;
const OPTIONS = { title: "T", user: "u", name: "n", settings: SETTINGS };

describe("startSession", () => {
  it("listens on this computer unless told otherwise", () => {
    expect(startArguments(OPTIONS)).toEqual([
      "start",
      "--title",
      "T",
      "--user",
      "u",
      "--name",
      "n",
    ]);
    const settings = {
      serverListen: "network",
      serverAddress: "example.org:80",
      serverDataDir: "/d",
    } as const;
    expect(startArguments({ ...OPTIONS, settings }).slice(7)).toEqual([
      "--host",
      "0.0.0.0",
      "--address",
      "example.org:80",
      "--data-dir",
      "/d",
    ]);
  });

  it("says why it failed", async () => {
    const program = { command: "/nowhere/peerline", args: [], source: "path" } as const;
    expect(await startSession(program, OPTIONS)).toEqual({
      problem: "`peerline start` did not answer",
    });
  });
});
