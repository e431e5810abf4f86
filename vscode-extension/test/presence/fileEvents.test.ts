// File events: the changes of files that others are told of, and when nothing is told.
import { supervisor } from "@peerline/ui/supervise";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { shareFileEvents } from "../../src/presence/fileEvents";
import { Joined } from "../joined";
import { begin, code, Uri, workspace } from "../vscode";

vi.mock("vscode", () => import("../vscode"));

const A = Uri.file("/w/src/a.py");
const B = Uri.file("/w/b.py");
const OUTSIDE = Uri.file("/etc/passwd");

let joined: Joined;
let sharing: { dispose(): unknown };

beforeEach(() => {
  vi.useFakeTimers();
  begin();
  supervisor.reportTo({ log: (text) => expect.unreachable(text), tell: () => undefined });
  workspace.workspaceFolders = [{ uri: Uri.file("/w") }];
  joined = new Joined();
  joined.state({ role: "editor" });
  sharing = shareFileEvents(joined.session);
});

afterEach(() => {
  sharing.dispose();
  vi.useRealTimers();
});

function told(): unknown[] {
  return joined.requests.map(([, argument]) => (argument as { data: object }).data);
}

describe("a file", () => {
  it("that is created, deleted or renamed is told by its path in the workspace", () => {
    workspace.create(A, OUTSIDE, B);
    workspace.remove(B);
    workspace.rename(A, B);
    expect(told()).toEqual([
      { file: "src/a.py", change: "created" },
      { file: "b.py", change: "created" },
      { file: "b.py", change: "deleted" },
      { file: "b.py", change: "renamed", old_file: "src/a.py" },
    ]);
    expect(joined.requests.at(-1)?.[1]).toMatchObject({ uri: `${B}`, old_uri: `${A}` });
  });

  it("has no name for others outside of the workspace", () => {
    workspace.rename(OUTSIDE, A);
    workspace.rename(A, OUTSIDE);
    workspace.save(OUTSIDE);
    workspace.create(Uri.parse("untitled:/w/a.py"));
    expect(told()).toEqual([]);
  });

  it("that is saved again and again is told every ten seconds, each on its own", () => {
    workspace.save(A);
    vi.advanceTimersByTime(9_999);
    workspace.save(A);
    workspace.save(B);
    expect(told()).toEqual([
      { file: "src/a.py", change: "modified" },
      { file: "b.py", change: "modified" },
    ]);
    vi.advanceTimersByTime(1);
    workspace.save(A);
    expect(told()).toHaveLength(3);
  });
});

describe("nobody is told", () => {
  it.each([
    ["by a viewer", () => joined.state({ role: "viewer" })],
    ["without a session", () => joined.state({ state: "offline" })],
    ["while the connection is away", () => joined.state({ state: "reconnecting", role: "editor" })],
    ["if the user does not want it", () => code.settings.set("shareFileEvents", false)],
  ])("%s", (_name, act) => {
    act();
    workspace.create(A);
    expect(told()).toEqual([]);
  });

  it("of an event that failed", () => {
    joined.refuse("peerline.fileEvent", "RATE_LIMITED", "Wait a little.");
    workspace.create(A);
    expect(code.shown).toEqual([]);
  });
});
