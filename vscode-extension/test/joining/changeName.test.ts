// Changing the name: in the session, and for the next ones.
import { supervisor } from "@peerline/ui/supervise";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { changeName, watchName } from "../../src/joining/changeName";
import { Identity } from "../../src/joining/identity";
import { Joined, settled } from "../joined";
import { begin, code, Kept, workspace } from "../vscode";

vi.mock("vscode", () => import("../vscode"));

let joined: Joined;
let identity: Identity;

beforeEach(() => {
  begin();
  supervisor.reportTo({ log: (text) => expect.unreachable(text), tell: () => undefined });
  joined = new Joined();
  joined.state({ username: "ann" });
  identity = new Identity({ secrets: new Kept(), globalState: new Kept() } as never);
});

describe("a name that is entered", () => {
  it("is seen at once in the session, as that takes it", async () => {
    joined.answers.set("peerline.changeName", { username: "anna 2" });
    code.entries = ["anna"];
    await changeName(joined.session, identity);
    expect(code.field?.value).toBe("ann");
    expect(joined.requests).toEqual([["peerline.changeName", { username: "anna" }]]);
    expect(code.shown.at(-1)).toBe("info: Your name is anna 2 now, for everybody in the session.");
    expect(await identity.name()).toBe("anna");
  });

  it("waits for the next session without one", async () => {
    joined.state({ state: "offline" });
    code.entries = ["anna"];
    await changeName(joined.session, identity);
    expect(joined.requests).toEqual([]);
    expect(code.shown.at(-1)).toBe(
      "info: Others see the name anna when you start or join a session.",
    );
  });

  it("is not kept if the session refuses it, or none was entered", async () => {
    joined.refuse("peerline.changeName", "NAME_TAKEN", "Somebody has this name.");
    code.entries = ["anna"];
    await expect(changeName(joined.session, identity)).rejects.toThrow("Somebody has this name.");
    await changeName(joined.session, identity);
    expect(await identity.name()).toBeUndefined();
    expect(joined.requests).toHaveLength(1);
  });
});

describe("a name in the settings", () => {
  let watching: { dispose(): unknown };

  beforeEach(() => {
    code.settings.set("username", "ann");
    watching = watchName(joined.session);
  });

  afterEach(() => watching.dispose());

  it.each([
    [{ username: "anna" }, [["peerline.changeName", { username: "anna" }]]],
    [{ username: "" }, []],
    [{ username: " ann " }, []],
    [{ "follow.whenSummoned": "ask" }, []],
  ])("%j", async (settings, requests) => {
    workspace.changeSettings(settings);
    await settled();
    expect(joined.requests).toEqual(requests);
  });

  it("is not taken up again by another change, after the user was renamed", async () => {
    joined.state({ username: "ann 2" });
    workspace.changeSettings({ username: " ann " });
    await settled();
    expect(joined.requests).toEqual([]);
  });

  it("that the session has already is none to change", async () => {
    joined.state({ username: "anna" });
    workspace.changeSettings({ username: "anna" });
    await settled();
    expect(joined.requests).toEqual([]);
  });

  it("that is refused is said", async () => {
    joined.refuse("peerline.changeName", "NAME_TAKEN", "Somebody has this name.");
    workspace.changeSettings({ username: "anna" });
    await settled();
    expect(code.shown).toEqual(["warning: Your name was not changed: Somebody has this name."]);
  });

  it("is for the next session without one", async () => {
    joined.state({ state: "offline" });
    workspace.changeSettings({ username: "anna" });
    await settled();
    expect(joined.requests).toEqual([]);
  });
});
