// How long a message is shown: until it is settled, or was in view for some time.
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { showNews } from "../../src/status/showNews";
import { begin, code, window } from "../vscode";

vi.mock("vscode", () => import("../vscode"));

const ITEM = {
  key: 'a "b"',
  text: "ann [mentions](you)",
  links: [{ text: "Show", open: async () => undefined }],
};

let end: () => void;
let isOver: boolean;

beforeEach(() => {
  begin();
  vi.useFakeTimers();
  isOver = false;
});

afterEach(() => {
  vi.useRealTimers();
});

function show(changes: object = {}): void {
  const settled = new Promise<void>((resolve) => {
    end = resolve;
  });
  void showNews({ ...ITEM, ...changes }, settled).then(() => {
    isOver = true;
  });
}

it("has the links of the message and none of its text", () => {
  show();
  const argument = encodeURIComponent(JSON.stringify([ITEM.key, 0]));
  const [shown = ""] = code.shown;
  expect(shown.endsWith(` [Show](command:peerline.openNews?${argument})`)).toBe(true);
  expect(shown).not.toContain("[mentions](you)");
});

it("ends half a minute after it came into view", async () => {
  show();
  await vi.advanceTimersByTimeAsync(29_000);
  expect(isOver).toBe(false);
  await vi.advanceTimersByTimeAsync(1_000);
  expect(isOver).toBe(true);
});

it("waits for a user who looks elsewhere", async () => {
  window.focus(false);
  show();
  await vi.advanceTimersByTimeAsync(600_000);
  expect(isOver).toBe(false);
  window.focus(true);
  await vi.advanceTimersByTimeAsync(30_000);
  expect(isOver).toBe(true);
});

it("ends when it is settled", async () => {
  show();
  end();
  await vi.advanceTimersByTimeAsync(0);
  expect(isOver).toBe(true);
});

it("stays until then if somebody waits for the answer", async () => {
  show({ stays: true });
  await vi.advanceTimersByTimeAsync(600_000);
  expect(isOver).toBe(false);
  end();
  await vi.advanceTimersByTimeAsync(0);
  expect(isOver).toBe(true);
});
