// Messages to the user: no links of others, and what their buttons do.
import { supervisor } from "@peerline/ui/supervise";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { ask, complain, show, tell, tellWithChat, warn } from "../../src/shared/tell";
import { begin, code, window } from "../vscode";

vi.mock("vscode", () => import("../vscode"));

const WRITTEN = "bob: [read](command:quit)";
const SHOWN = "bob: [read]\u200b(command:quit)";

beforeEach(() => {
  begin();
  supervisor.reportTo({ log: (text) => expect.unreachable(text), tell: () => undefined });
});

describe("a message", () => {
  it.each([
    ["info", tell, show.info],
    ["warning", warn, show.warning],
    ["error", complain, show.error],
  ])("(%s) has no links, and gives the button that was pressed", async (kind, say, showOnly) => {
    code.presses = ["Open"];
    expect(await say(WRITTEN, "Open", "Close")).toBe("Open");
    showOnly(WRITTEN);
    expect(code.shown).toEqual([`${kind}: ${SHOWN} [Open] [Close]`, `${kind}: ${SHOWN}`]);
  });

  it("with a button for the chat opens it when that is pressed", async () => {
    await tellWithChat(WRITTEN);
    expect(code.shown).toEqual([`info: ${SHOWN} [Open Chat]`]);
    code.presses = ["Open Chat"];
    await tellWithChat(WRITTEN);
    expect(code.shown.slice(2)).toEqual(["command: peerline.chat.focus"]);
  });
});

describe("a question", () => {
  it("must be answered, and has no links in its detail either", async () => {
    const warning = vi.spyOn(window, "showWarningMessage");
    code.presses = ["Yes"];
    expect(await ask(WRITTEN, { detail: WRITTEN }, "Yes", "No")).toBe("Yes");
    expect(warning).toHaveBeenCalledWith(SHOWN, { modal: true, detail: SHOWN }, "Yes", "No");
  });

  it("can be cancelled", async () => {
    expect(await ask("Leave?", {}, "Leave")).toBeUndefined();
  });
});
