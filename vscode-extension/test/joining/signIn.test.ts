// Signing in and out: what is asked, kept and forgotten.
import { beforeEach, describe, expect, it, vi } from "vitest";
import { Identity } from "../../src/joining/identity";
import { SignIn } from "../../src/joining/signIn";
import { begin, code, Kept } from "../vscode";

vi.mock("vscode", () => import("../vscode"));

const TOKEN = "eyJh.eyJz.c2ln";

let identity: Identity;
let link: string | undefined;
let signIn: SignIn;

beforeEach(() => {
  begin();
  link = undefined;
  identity = new Identity({ secrets: new Kept(), globalState: new Kept() } as never);
  signIn = new SignIn(identity, () => link);
});

describe("signing in", () => {
  it("keeps the token under the name of its server", async () => {
    code.entries = ["peerlines://example.org", ` ${TOKEN} `];
    await signIn.signIn();
    expect(code.shown.at(-1)).toBe(
      "info: Signed in. The token for peerlines://example.org:443 is used when you join a session there.",
    );
    expect(await identity.token("peerlines://example.org:443")).toBe(TOKEN);
    expect(await identity.token("example.org:443")).toBeUndefined();
  });

  it("proposes the server of the last session", async () => {
    link = "peerline://10.0.0.2:8377/s1?invite=abc";
    await signIn.signIn();
    expect(code.field?.value).toBe("10.0.0.2:8377");
  });

  it.each([[[]], [["10.0.0.2:8377"]], [["10.0.0.2:8377", "  "]]])(
    "keeps nothing if the user gives up: %j",
    async (entries) => {
      code.entries = [...entries];
      await signIn.signIn();
      expect(code.shown.filter((text) => text.startsWith("info"))).toEqual([]);
      expect(await identity.token("10.0.0.2:8377")).toBeUndefined();
    },
  );

  it("says at once what is no token, and what is no server", async () => {
    await signIn.askToken("10.0.0.2:8377");
    const check = code.field?.validateInput;
    expect(check?.(` ${TOKEN}\n`)).toBeUndefined();
    for (const text of ["", "abc", "a.b", "a.b.c.d", "a.b.c d"]) {
      expect(check?.(text)).toBe("This is not a token (JWT).");
    }
    await signIn.signIn();
    expect(code.field?.validateInput?.("10.0.0.2:8377")).toBeUndefined();
    expect(code.field?.validateInput?.("not a server")).toContain("HOST:PORT");
  });
});

describe("signing out", () => {
  it("forgets the token of that server alone", async () => {
    await identity.keepToken("10.0.0.2:8377", TOKEN);
    await identity.keepToken("10.0.0.3:8377", TOKEN);
    code.entries = ["10.0.0.2:8377"];
    await signIn.signOut();
    expect(code.shown.at(-1)).toBe("info: Signed out. The token for 10.0.0.2:8377 was removed.");
    expect(await identity.token("10.0.0.2:8377")).toBeUndefined();
    expect(await identity.token("10.0.0.3:8377")).toBe(TOKEN);
  });

  it("does nothing if the user gives up", async () => {
    await identity.keepToken("10.0.0.2:8377", TOKEN);
    await signIn.signOut();
    expect(await identity.token("10.0.0.2:8377")).toBe(TOKEN);
    expect(code.shown).toEqual(["input: Peerline: Server"]);
  });
});
