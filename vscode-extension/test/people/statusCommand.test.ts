// The choice of one's own status.
import { beforeEach, expect, it, vi } from "vitest";
import { askStatus } from "../../src/people/statusCommand";
import { Joined } from "../joined";
import { begin, code } from "../vscode";

vi.mock("vscode", () => import("../vscode"));

beforeEach(begin);

it.each([
  ["Active", [["peerline.setStatus", { status: "active" }]]],
  ["Idle", [["peerline.setStatus", { status: "idle" }]]],
  ["Away", [["peerline.setStatus", { status: "away" }]]],
  [undefined, []],
])("the choice %s asks for it", async (label, requests) => {
  const joined = new Joined();
  code.picks = label === undefined ? [] : [label];
  await askStatus(joined.session);
  expect(joined.requests).toEqual(requests);
});
