// The questions before a session: what they say, and what counts as a yes.
import { MAX_TITLE_CHARS } from "@peerline/ui/generated/limits";
import { beforeEach, describe, expect, it, vi } from "vitest";
import {
  askLink,
  askRestart,
  askServer,
  askTitle,
  confirmEnd,
  confirmLink,
  confirmSwitch,
  confirmWithoutFolder,
} from "../../src/joining/prompts";
import { settled } from "../joined";
import { begin, code, env, type Form, Uri, workspace } from "../vscode";

vi.mock("vscode", () => import("../vscode"));

const LINK = "peerline://h:1/0123456789abcdef?invite=a";

beforeEach(begin);

describe("a session to leave", () => {
  it.each([
    ["start", "Leave and Start", "You are in the session Pairing. Leave it and start another?"],
    ["join", "Leave and Join", "You are in the session Pairing. Leave it and join another?"],
  ] as const)("is left to %s another", async (how, button, text) => {
    code.presses = [button];
    expect(await confirmSwitch("Pairing", how)).toBe(true);
    expect(code.shown).toEqual([`warning: ${text} [${button}]`]);
    expect(await confirmSwitch("Pairing", how)).toBe(false);
  });

  it("may have a title that is not known yet", async () => {
    await confirmSwitch(undefined, "join");
    expect(code.shown[0]).toMatch(/^warning: You are in a session\. Leave it and join another\?/);
  });

  it("is named by the question for a link from elsewhere", async () => {
    code.presses = ["Join"];
    expect(await confirmLink("h:1", undefined)).toBe(true);
    expect(code.detail).toMatch(/^Others there will see your name/);
    code.presses = ["Leave and Join"];
    expect(await confirmLink("h:1", "Pairing")).toBe(true);
    expect(code.detail).toMatch(/^You leave the session Pairing\. Others there/);
    expect(await confirmLink("h:1", "Pairing")).toBe(false);
  });

  it("is ended on demand alone", async () => {
    expect(await confirmEnd()).toBe(false);
    code.presses = ["End Session"];
    expect(await confirmEnd()).toBe(true);
  });
});

describe("a bridge that keeps stopping", () => {
  it.each([
    ["Restart", true, 0],
    ["Show Log", false, 1],
    [undefined, false, 0],
  ])("%s", async (button, restarts, shows) => {
    const show = vi.fn();
    code.presses = button === undefined ? [] : [button];
    expect(await askRestart({ show } as never)).toBe(restarts);
    expect(show).toHaveBeenCalledTimes(shows);
  });
});

describe("no folder", () => {
  it("is asked about only where none is open", async () => {
    workspace.workspaceFolders = [{ uri: Uri.file("/w") }];
    expect(await confirmWithoutFolder()).toBe(true);
    expect(code.shown).toEqual([]);
  });

  it.each([
    ["Join Without", true, false],
    ["Open Folder…", false, true],
    [undefined, false, false],
  ])("%s", async (button, joins, opens) => {
    code.presses = button === undefined ? [] : [button];
    expect(await confirmWithoutFolder()).toBe(joins);
    expect(code.shown.includes("command: workbench.action.files.openFolder")).toBe(opens);
  });
});

describe("the title", () => {
  it("is that of the workspace unless another is entered", async () => {
    code.entries = [" Review "];
    expect(await askTitle()).toBe("Review");
    expect(code.field?.value).toBe("shop");
    expect(await askTitle()).toBeUndefined();
  });

  it.each([
    ["", false],
    ["  ", false],
    [` ${"😀".repeat(MAX_TITLE_CHARS)} `, true],
    ["a".repeat(MAX_TITLE_CHARS + 1), false],
  ])("%j is checked by its characters", async (title, isFine) => {
    await askTitle();
    expect(code.field?.validateInput?.(title) === undefined).toBe(isFine);
  });

  it("is not asked of a server: that has an address", async () => {
    code.entries = [" h:1 "];
    expect(await askServer("h:2")).toBe("h:1");
    expect(code.field?.value).toBe("h:2");
    expect(code.field?.validateInput?.("not a server")).toBeDefined();
  });
});

describe("the link", () => {
  async function open(): Promise<[Form, Promise<string | undefined>]> {
    const link = askLink();
    await settled();
    return [code.form as Form, link];
  }

  it.each([
    [`  ${LINK}\n`, LINK],
    ["a password", ""],
  ])("of the clipboard is proposed if it is one: %j", async (copied, proposed) => {
    code.clipboard = copied;
    const [form] = await open();
    expect(form.value).toBe(proposed);
  });

  it("is asked for where the clipboard cannot be read", async () => {
    vi.spyOn(env.clipboard, "readText").mockRejectedValueOnce(new Error("not allowed"));
    const [form, link] = await open();
    form.type(` ${LINK} `);
    form.accept();
    expect(await link).toBe(LINK);
    expect([form.isShown, form.isDisposed]).toEqual([false, true]);
  });

  it("is checked while it is typed, and when it is taken", async () => {
    const [form, link] = await open();
    form.type("http");
    expect(form.validationMessage).toBeDefined();
    form.type(" ");
    expect(form.validationMessage).toBeUndefined();
    form.accept();
    expect(form.validationMessage).toBeDefined();
    expect(form.isShown).toBe(true);
    form.hide();
    expect(await link).toBeUndefined();
  });

  it("may be that of a recent session", async () => {
    const [form, link] = await open();
    form.press();
    expect(await link).toBeUndefined();
    expect(code.shown).toEqual(["command: peerline.recentSessions"]);
  });
});
