// The context keys of a session: set when they change, and only then.
import { supervisor } from "@peerline/ui/supervise";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { keepContext } from "../../src/session/context";
import { Joined } from "../joined";
import { begin, code, type Disposable } from "../vscode";

vi.mock("vscode", () => import("../vscode"));

let joined: Joined;
let keeping: Disposable;

beforeEach(() => {
  begin();
  supervisor.reportTo({ log: (text) => expect.unreachable(text), tell: () => undefined });
  joined = new Joined();
  joined.state({ role: "viewer" });
  keeping = keepContext(joined.session) as never;
});

afterEach(() => keeping.dispose());

/** The keys that were set since the last time. */
function keys(): string[] {
  return code.shown.splice(0).map((text) => text.replace("command: setContext peerline.", ""));
}

describe("the keys", () => {
  it("are those of the session at the beginning", () => {
    expect(keys()).toEqual(
      expect.arrayContaining(["state joined", "role viewer", "canWrite false", "hasFolders false"]),
    );
  });

  it("that change are set, and no others", () => {
    keys();
    joined.state({ role: "editor" });
    expect(keys().sort()).toEqual(["canWrite true", "role editor"]);
    joined.state({ role: "editor", participants: 7 });
    expect(keys()).toEqual([]);
    joined.session.handlers["peerline/offers"]({ offers: [], is_sharing: true });
    expect(keys()).toEqual(["sharesFolder true"]);
  });

  it("stay after the end", () => {
    keys();
    keeping.dispose();
    joined.state({ role: "host" });
    expect(keys()).toEqual([]);
  });
});
