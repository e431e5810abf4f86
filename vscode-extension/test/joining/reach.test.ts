// The choice of people who can join sessions on this computer, and what a link says of it.
import { supervisor } from "@peerline/ui/supervise";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { askReach, chooseReach, tellLink } from "../../src/joining/reach";
import { settled } from "../joined";
import { begin, code } from "../vscode";

vi.mock("vscode", () => import("../vscode"));

const SSH = "Through an SSH Host of Mine…";

beforeEach(() => {
  begin();
  supervisor.reportTo({ log: (text) => expect.unreachable(text), tell: () => undefined });
});

function settings(): object {
  return Object.fromEntries(code.settings);
}

describe("the choice", () => {
  it("is asked for once, and kept in the settings", async () => {
    code.picks = ["My Network"];
    expect(await chooseReach()).toBe("here");
    expect(settings()).toEqual({ "server.listen": "network" });
    expect(await chooseReach()).toBe("here");
    expect(code.shown).toHaveLength(1);
  });

  it.each([
    ["nothing", [], undefined],
    ["a server", ["A Server of Ours…"], "server"],
  ])("of %s keeps nothing", async (_name, picks, chosen) => {
    code.picks = picks;
    expect(await askReach()).toBe(chosen);
    expect(settings()).toEqual({});
  });

  it("of an SSH host needs the host", async () => {
    code.picks = [SSH];
    expect(await askReach()).toBeUndefined();
    expect(settings()).toEqual({});
    code.picks = [SSH];
    code.entries = [" me@example.org "];
    expect(await askReach()).toBe("here");
    expect(settings()).toEqual({ "server.sshHost": "me@example.org", "server.listen": "ssh" });
    code.picks = [SSH];
    await askReach();
    expect(code.field?.value).toBe("me@example.org");
  });

  it.each([
    ["me@example.org", true],
    [" box ", true],
    ["", false],
    ["-oProxyCommand=x", false],
    ["box; rm -rf ~", false],
  ])("takes %j as a host: %s", async (host, isOne) => {
    code.picks = [SSH];
    await askReach();
    expect(code.field?.validateInput?.(host) === undefined).toBe(isOne);
  });
});

describe("a link", () => {
  it("that works elsewhere is to be sent", async () => {
    tellLink("Copied.", false);
    await settled();
    expect(code.shown).toEqual(["info: Copied. Send it to the people you want to work with."]);
  });

  it.each([
    [["Let Others Join…"], ["command: peerline.changeReach"]],
    [[], []],
  ])("that works here only can be changed: %j", async (presses, commands) => {
    code.presses = presses;
    tellLink("Copied.", true);
    await settled();
    expect(code.shown).toEqual([
      "info: Copied. It only works on this computer. [Let Others Join…]",
      ...commands,
    ]);
  });
});
