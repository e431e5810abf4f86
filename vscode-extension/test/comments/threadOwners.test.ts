import type { EditorThread } from "@peerline/ui/generated/protocol";
import { describe, expect, it } from "vitest";
import { ThreadOwners } from "../../src/comments/threadOwners";

const PLACE = "file:///a.py";

function thread(id: string, over: Partial<EditorThread> = {}): EditorThread {
  return {
    id,
    user_id: "b",
    username: "bob",
    color: 0,
    content: "why?",
    timestamp: "t",
    is_me: true,
    line: 0,
    end_line: 0,
    code_snippet: "",
    resolved: false,
    outdated: false,
    replies: [],
    ...over,
  };
}

describe("ThreadOwners", () => {
  it("gives a thread the view that it had", () => {
    const owners = new ThreadOwners<string>();
    expect(owners.claim(PLACE, thread("1"))).toEqual({});
    owners.give("view", PLACE, thread("1"));
    expect(owners.claim(PLACE, thread("1", { resolved: true }))).toEqual({ view: "view" });
    expect([...owners]).toEqual([["1", "view"]]);
  });

  it("says which view is left when a thread comes to another place", () => {
    const owners = new ThreadOwners<string>();
    owners.give("view", PLACE, thread("1"));
    expect(owners.claim("file:///b.py", thread("1"))).toEqual({ left: "view" });
    owners.give("other", "file:///b.py", thread("1"));
    expect(owners.release(PLACE, ["1"])).toEqual([]);
    expect(owners.release("file:///b.py", ["1"])).toEqual(["other"]);
  });

  it("gives the view that the user began to the next comment of the user in the same place", () => {
    const owners = new ThreadOwners<string>();
    owners.begin("begun", PLACE);
    expect(owners.claim(PLACE, thread("1", { is_me: false }))).toEqual({});
    expect(owners.claim("file:///b.py", thread("2"))).toEqual({});
    expect(owners.claim(PLACE, thread("3"))).toEqual({ view: "begun" });
    expect(owners.claim(PLACE, thread("4"))).toEqual({});
  });

  it("gives a begun view to nobody when its comment was refused", () => {
    const owners = new ThreadOwners<string>();
    owners.begin("begun", PLACE);
    owners.withdraw("begun");
    expect(owners.claim(PLACE, thread("1"))).toEqual({});
  });

  it("lets a comment that waited keep its view when it has been sent", () => {
    const owners = new ThreadOwners<string>();
    owners.give("view", PLACE, thread("waiting", { is_pending: true }));
    expect(owners.claim(PLACE, thread("sent"))).toEqual({ view: "view" });
    expect(owners.release(PLACE, ["waiting"])).toEqual([]);
    expect(owners.viewOf("sent")).toBe("view");
  });

  it("keeps the view of a refused comment that is sent again until it has arrived", () => {
    const owners = new ThreadOwners<string>();
    owners.give("view", PLACE, thread("refused", { is_pending: true, refusal: "no" }));
    owners.begin("view", PLACE);
    expect(owners.release(PLACE, ["refused"])).toEqual([]);
    expect(owners.claim(PLACE, thread("again", { is_pending: true }))).toEqual({ view: "view" });
    expect(owners.claim(PLACE, thread("sent"))).toEqual({ view: "view" });
    expect(owners.release(PLACE, ["again"])).toEqual([]);
    expect(owners.release(PLACE, ["sent"])).toEqual(["view"]);
  });

  it("takes away the view of a comment that was sent again without being seen to wait", () => {
    const owners = new ThreadOwners<string>();
    owners.give("view", PLACE, thread("refused", { is_pending: true, refusal: "no" }));
    owners.begin("view", PLACE);
    expect(owners.claim(PLACE, thread("sent"))).toEqual({ view: "view" });
    // The view is no longer begun: another comment gets its own, and a deleted one is taken away.
    expect(owners.claim(PLACE, thread("other", { content: "how?" }))).toEqual({});
    expect(owners.release(PLACE, ["refused"])).toEqual([]);
    expect(owners.release(PLACE, ["sent"])).toEqual(["view"]);
  });

  it("puts another view in the place of one, also of one that is being sent again", () => {
    const owners = new ThreadOwners<string>();
    owners.give("view", PLACE, thread("1", { is_pending: true, refusal: "no" }));
    owners.begin("view", PLACE);
    owners.exchange("1", "new");
    expect(owners.viewOf("1")).toBe("new");
    expect(owners.claim(PLACE, thread("2", { is_pending: true }))).toEqual({ view: "new" });
  });

  it("forgets a thread", () => {
    const owners = new ThreadOwners<string>();
    owners.give("view", PLACE, thread("1"));
    owners.forget("1");
    expect(owners.claim(PLACE, thread("1"))).toEqual({});
  });
});
