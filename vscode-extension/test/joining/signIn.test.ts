// Signing in and out: which server is proposed, what is a token, and what is kept.
import { supervisor } from "@peerline/ui/supervise";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { Identity } from "../../src/joining/identity";
import { SignIn } from "../../src/joining/signIn";
import { begin, code, Kept } from "../vscode";

vi.mock("vscode", () => import("../vscode"));

const TOKEN = "head.body-1.sign_2";
const SERVER = "input: Peerline: Server";

let secrets: Kept;
let identity: Identity;
let lastLink: string | undefined;
let signIn: SignIn;

beforeEach(() => {
  begin();
  supervisor.reportTo({ log: (text) => expect.unreachable(text), tell: () => undefined });
  secrets = new Kept();
  identity = new Identity({ secrets, globalState: new Kept() } as never);
  lastLink = undefined;
  signIn = new SignIn(identity, () => lastLink);
});

describe("signing in", () => {
  it("keeps the token of the server, without the spaces around it", async () => {
    code.entries = ["Example.org:443", ` ${TOKEN}\n`];
    await signIn.signIn();
    expect(await identity.token("example.org:443")).toBe(TOKEN);
    expect(code.shown).toEqual([
      ...[SERVER, "input: Peerline: Sign In"],
      "info: Signed in. The token for example.org:443 is used when you join a session there.",
    ]);
    expect(code.hints[1]).toBe("Your token for example.org:443");
  });

  it("asks for no token without a server", async () => {
    await signIn.signIn();
    expect(code.shown).toEqual([SERVER]);
  });

  it.each([undefined, "", "  "])("keeps nothing if no token is entered (%j)", async (entry) => {
    code.entries = ["h:1", entry as string];
    await signIn.signIn();
    expect(secrets.values.size).toBe(0);
    expect(code.shown).toHaveLength(2);
  });

  it("keeps a token for TLS apart from one without", async () => {
    code.entries = ["peerlines://h:1", TOKEN];
    await signIn.signIn();
    expect(await identity.token("h:1")).toBeUndefined();
    expect(await identity.token("peerlines://h:1")).toBe(TOKEN);
  });

  it("proposes the server of the last session", async () => {
    lastLink = "peerlines://example.org:8443/s1";
    await signIn.signIn();
    expect(code.field?.value).toBe("peerlines://example.org:8443");
    lastLink = undefined;
    await signIn.signIn();
    expect(code.field?.value).toBe("");
  });
});

describe("an entry is checked:", () => {
  it.each([
    [TOKEN, true],
    [` ${TOKEN}\n`, true],
    ["head.body", false],
    ["head.body.sign.more", false],
    ["head.bo dy.sign", false],
    ["head..sign", false],
    ["", false],
  ])("the token %j", async (token, isGood) => {
    await signIn.askToken("h:1");
    const problem = isGood ? undefined : "This is not a token (JWT).";
    expect(code.field?.validateInput?.(token)).toBe(problem);
  });

  it.each([
    ["h:1", true],
    ["peerlines://h", true],
    ["h:port", false],
  ])("the server %j", async (server, isGood) => {
    await signIn.signOut();
    const problem = isGood ? undefined : "HOST:PORT, or peerlines://HOST for one with TLS";
    expect(code.field?.validateInput?.(server)).toBe(problem);
  });
});

describe("signing out", () => {
  beforeEach(async () => {
    await identity.keepToken("h:1", TOKEN);
    await identity.keepToken("h:2", TOKEN);
  });

  it("forgets the token of the server, and no other", async () => {
    code.entries = ["h:1"];
    await signIn.signOut();
    expect(await identity.token("h:1")).toBeUndefined();
    expect(await identity.token("h:2")).toBe(TOKEN);
    expect(code.shown).toEqual([SERVER, "info: Signed out. The token for h:1 was removed."]);
  });

  it("forgets nothing without a server", async () => {
    await signIn.signOut();
    expect(await identity.token("h:1")).toBe(TOKEN);
    expect(code.shown).toEqual([SERVER]);
  });
});
