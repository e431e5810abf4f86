// The user's name and tokens: which of them is used, and where they are kept.
import { MAX_USERNAME_CHARS } from "@peerline/ui/generated/limits";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { Identity } from "../../src/joining/identity";
import { begin, code, Kept } from "../vscode";

vi.mock("vscode", () => import("../vscode"));

let secrets: Kept;
let state: Kept;
let identity: Identity;

beforeEach(() => {
  begin();
  [secrets, state] = [new Kept(), new Kept()];
  identity = new Identity({ secrets, globalState: state } as never);
});

describe("the name", () => {
  it("is asked for once, and kept without the spaces around it", async () => {
    code.entries = [" ann "];
    expect(await identity.name()).toBe("ann");
    expect(await identity.name()).toBe("ann");
    expect(code.shown).toEqual(["input: Peerline: Your Name"]);
    expect(code.settings.size).toBe(0);
  });

  it("is that of the settings before any other", async () => {
    await identity.keepName("ann");
    code.settings.set("username", "bob");
    expect(await identity.name()).toBe("bob");
  });

  it("that is entered replaces the one of the settings, which would win", async () => {
    code.settings.set("username", "bob");
    await identity.keepName("ann");
    expect(await identity.name()).toBe("ann");
  });

  it("is unknown to a user who enters none", async () => {
    expect(await identity.name()).toBeUndefined();
    expect(secrets.values.size).toBe(0);
  });

  it("that is proposed is the one that others see, else the one from before", async () => {
    await identity.keepName("ann");
    await identity.promptName("ann 2");
    expect(code.field?.value).toBe("ann 2");
    await identity.promptName();
    expect(code.field?.value).toBe("ann");
    await identity.promptName("");
    expect(code.field?.value).toBe("ann");
  });

  it.each([
    ["", "Enter a name."],
    ["  ", "Enter a name."],
    ["a", undefined],
    [` ${"😀".repeat(MAX_USERNAME_CHARS)} `, undefined],
    ["a".repeat(MAX_USERNAME_CHARS + 1), `Use at most ${MAX_USERNAME_CHARS} characters.`],
  ])("%j is checked", async (name, problem) => {
    await identity.promptName();
    expect(code.field?.validateInput?.(name)).toBe(problem);
  });
});

describe("a token", () => {
  it("is of its server, however that is written", async () => {
    await identity.keepToken("Example.org:443", "t1");
    expect(await identity.token("example.org:443")).toBe("t1");
    expect(await identity.token("example.org:8443")).toBeUndefined();
  });

  it("for the bare address is sent with TLS, too; one for TLS never without", async () => {
    await identity.keepToken("h:1", "bare");
    expect(await identity.token("peerlines://h:1")).toBe("bare");
    await identity.keepToken("peerlines://h:1", "secret");
    expect(await identity.token("peerlines://h:1")).toBe("secret");
    expect(await identity.token("h:1")).toBe("bare");
    await identity.forgetToken("h:1");
    expect(await identity.token("h:1")).toBeUndefined();
    expect(await identity.token("peerlines://h:1")).toBe("secret");
  });

  it("that is forgotten does not come back by the bare address", async () => {
    await identity.keepToken("h:1", "bare");
    await identity.keepToken("peerlines://h:1", "secret");
    await identity.forgetToken("peerlines://h:1");
    expect(await identity.token("peerlines://h:1")).toBeUndefined();
  });
});

it("starts sessions here as the same user each time, another one on each computer", async () => {
  const user = await identity.localUser();
  expect(user).toMatch(/^local-[0-9a-f]{16}$/);
  expect(await identity.localUser()).toBe(user);
  const other = new Identity({ secrets, globalState: new Kept() } as never);
  expect(await other.localUser()).not.toBe(user);
});
