import { expect, it } from "vitest";
import { logNotice } from "../../src/status/noticeLog";

it("the log of a notice has its code and nothing of its text", () => {
  const lines: string[] = [];
  const log = {
    error: (text: string) => lines.push(`error ${text}`),
    warn: (text: string) => lines.push(`warn ${text}`),
    info: (text: string) => lines.push(`info ${text}`),
  };
  const message = "secret-plan.md is outside of the folder. Ann Lee does not see you there.";
  logNotice({ level: "error", code: "A", message }, log);
  logNotice({ level: "warning", code: "B", message }, log);
  logNotice({ level: "info", code: "NOT_SHARED", message }, log);
  expect(lines).toEqual(["error notice A", "warn notice B", "info notice NOT_SHARED"]);
});
