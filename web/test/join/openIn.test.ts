import { describe, expect, it } from "vitest";
import { editorLink, neovimCommand, terminalCommand } from "../../src/join/openIn.ts";

const LINK = "https://peerline.example/s/abc#invite=CODE";

describe("the other ways into a session", () => {
  it("carries the whole link to an editor", () => {
    const found = new URL(editorLink("vscode-insiders", LINK));
    expect(found.protocol).toBe("vscode-insiders:");
    expect(`${found.host}${found.pathname}`).toBe("peerline.peerline/join");
    expect(found.searchParams.get("link")).toBe(LINK);
  });

  it("is a command that can be pasted", () => {
    expect(neovimCommand(LINK)).toBe(`:Peerline join ${LINK}`);
    expect(terminalCommand(LINK)).toBe(`peerline watch '${LINK}'`);
  });
});
