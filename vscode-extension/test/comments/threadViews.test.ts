import type { EditorReply, EditorThread } from "@peerline/ui/generated/protocol";
import { beforeEach, describe, expect, it, vi } from "vitest";
import type { Uri as CodeUri, Comment, CommentThread } from "vscode";
import { Draft } from "../../src/comments/drafts";
import { QUOTED_SCHEME } from "../../src/comments/quotedCode";
import type { SharedComment } from "../../src/comments/sharedComment";
import { ThreadViews } from "../../src/comments/threadViews";
import {
  begin,
  CommentMode,
  CommentThreadCollapsibleState,
  CommentThreadState,
  Range,
  Uri,
} from "../vscode";

vi.mock("vscode", () => import("../vscode"));

const PLACE = "file:///w/a.py";

/** A thread of VS Code, with the places that it was given. */
class View {
  readonly places: unknown[] = [];
  collapsibleState = CommentThreadCollapsibleState.Collapsed;
  state: number | undefined;
  contextValue = "";
  label = "";
  canReply = true;
  isDisposed = false;

  constructor(
    readonly uri: Uri,
    place: unknown,
    public comments: readonly Comment[],
  ) {
    this.places.push(place);
  }

  get range(): unknown {
    return this.places.at(-1);
  }

  set range(place: unknown) {
    this.places.push(place);
  }

  dispose(): void {
    this.isDisposed = true;
  }
}

let made: View[];
let views: ThreadViews;

beforeEach(() => {
  begin();
  made = [];
  const createCommentThread = (uri: Uri, range: unknown, comments: readonly Comment[]) => {
    made.push(new View(uri, range, comments));
    return made.at(-1);
  };
  views = new ThreadViews({ createCommentThread } as never);
  views.setRole("editor");
});

function thread(more: Partial<EditorThread> = {}): EditorThread {
  return {
    ...{ id: "t", user_id: "b", username: "bob", color: 0, content: "why?", timestamp: "t" },
    ...{ line: 3, end_line: 4, code_snippet: "a\nb", resolved: false, outdated: false },
    ...{ replies: [], ...more },
  };
}

function reply(id: string): EditorReply {
  return { id, user_id: "c", username: "carol", color: 1, content: "so", timestamp: "t" };
}

function update(uri: string, changed: EditorThread[], gone: string[] = []): void {
  views.update({ uri, changed, gone, news: [] });
}

function show(...changed: EditorThread[]): View {
  update(PLACE, changed);
  return last();
}

function last(): View {
  const view = made.at(-1);
  expect(view).toBeDefined();
  return view as View;
}

function asThread(view: View): CommentThread {
  return view as unknown as CommentThread;
}

describe("a thread", () => {
  it("has its lines and all its comments, and only one view", () => {
    const view = show(thread());
    expect(view.uri.toString()).toBe(PLACE);
    expect(view.range).toEqual(new Range(3, 0, 4, 0));
    show(thread({ replies: [reply("r")], line: 5, end_line: 5 }));
    expect(made).toEqual([view]);
    expect(view.range).toEqual(new Range(5, 0, 5, 0));
    expect(view.comments.map((one) => (one as SharedComment).item.id)).toEqual(["t", "r"]);
  });

  it.each<[string, Partial<EditorThread>]>([
    ["1 comment", {}],
    ["3 comments", { replies: [reply("r"), reply("s")] }],
    ["Resolved", { resolved: true }],
    ["Outdated – was on: a b", { outdated: true, resolved: true }],
    ["Outdated", { outdated: true, code_snippet: " \n" }],
    ["Waiting to be sent", { is_pending: true, outdated: true }],
    ["Not sent", { is_pending: true, refusal: "no" }],
  ])("is titled %j", (label, more) => {
    expect(show(thread(more)).label).toBe(label);
  });

  it.each<[string, Partial<EditorThread>]>([
    ["open", {}],
    ["resolved", { resolved: true }],
    ["waiting", { is_pending: true, resolved: true }],
  ])("is %s for the menus", (contextValue, more) => {
    expect(show(thread(more)).contextValue).toBe(contextValue);
  });

  it("is folded when it is resolved, but not one that comes resolved", () => {
    const view = show(thread({ resolved: true }));
    view.collapsibleState = CommentThreadCollapsibleState.Expanded;
    show(thread({ resolved: true }));
    expect(view.collapsibleState).toBe(CommentThreadCollapsibleState.Expanded);
    show(thread());
    expect(view.state).toBe(CommentThreadState.Unresolved);
    expect(view.collapsibleState).toBe(CommentThreadCollapsibleState.Expanded);
    show(thread({ resolved: true }));
    expect(view.collapsibleState).toBe(CommentThreadCollapsibleState.Collapsed);
    expect(view.state).toBe(CommentThreadState.Resolved);
  });

  it("is given a place only if it has another one, or is outdated by now", () => {
    const view = show(thread());
    show(thread({ content: "how?" }));
    expect(view.places).toHaveLength(1);
    // VS Code ignores a place that it was given before.
    show(thread({ outdated: true }));
    expect(view.places.slice(1)).toEqual([undefined, new Range(3, 0, 4, 0)]);
  });

  it("that has gone is taken away, in its own document only", () => {
    const view = show(thread());
    update("file:///w/b.py", [], ["t"]);
    expect(view.isDisposed).toBe(false);
    update(PLACE, [], ["t"]);
    expect(view.isDisposed).toBe(true);
  });

  it("that comes to another document is shown there", () => {
    const before = show(thread());
    update("file:///w/b.py", [thread()]);
    expect(before.isDisposed).toBe(true);
    expect(last().uri.toString()).toBe("file:///w/b.py");
  });
});

describe("the user", () => {
  it("may reply with a role, in a view without two buttons", () => {
    views.setRole(undefined);
    const before = show(thread());
    expect(before.canReply).toBe(false);
    views.setRole("viewer");
    expect(before.isDisposed).toBe(true);
    expect(last()).toMatchObject({ canReply: true, label: "1 comment", contextValue: "open" });
    expect(last().range).toEqual(before.range);
    expect((last().comments[0] as SharedComment).thread).toBe(last());
    views.setRole("editor");
    expect(made).toHaveLength(2);
  });

  it("may delete the comments of others as a host, at once", () => {
    const view = show(thread());
    expect(view.comments[0]?.contextValue).toBe("other");
    views.setRole("host");
    expect(view.comments[0]?.contextValue).toBe("deletable");
  });

  it("keeps a comment that was not sent, whatever comes and ends", () => {
    const view = show(thread());
    const draft = new Draft(asThread(view), "mine", "no");
    view.comments = [...view.comments, draft];
    show(thread({ replies: [reply("r")] }));
    expect(view.comments).toHaveLength(3);
    expect(view.comments.at(-1)).toBe(draft);
    const other = show(thread({ id: "u" }));
    views.clear();
    expect([view.isDisposed, other.isDisposed]).toEqual([false, true]);
  });

  it("keeps the form in which a comment is edited, and gets it again with another text", () => {
    const view = show(thread());
    const [comment] = view.comments as SharedComment[];
    comment?.edit();
    show(thread({ content: "changed" }));
    expect(view.comments[0]).toBe(comment);
    views.editAgain(comment as SharedComment, "typed");
    expect(view.comments[0]).not.toBe(comment);
    expect(view.comments[0]).toMatchObject({ body: "typed", mode: CommentMode.Editing });
  });

  it("sees the begun thread become the one that was sent", () => {
    const begun = new View(Uri.parse(PLACE), new Range(3, 0, 4, 0), []);
    views.begin(asThread(begun));
    update(PLACE, [thread({ is_me: true })]);
    expect(made).toEqual([]);
    expect(begun.label).toBe("1 comment");
  });
});

describe("going to a thread", () => {
  it("unfolds it where it is", async () => {
    const view = show(thread());
    await views.reveal(view.uri as unknown as CodeUri, thread());
    expect(made).toEqual([view]);
    expect(view.collapsibleState).toBe(CommentThreadCollapsibleState.Expanded);
  });

  it("in the code that it quotes has the lines of that", async () => {
    const before = show(thread());
    const quoted = Uri.parse(`${QUOTED_SCHEME}:/a.py`);
    await views.reveal(quoted as unknown as CodeUri, thread());
    expect(before.isDisposed).toBe(true);
    expect(last().uri).toBe(quoted);
    expect((last().comments[0] as SharedComment).thread).toBe(last());
    expect(last().range).toEqual(new Range(0, 0, 1, 0));
    // A change of it comes to where it is shown.
    update(PLACE, [thread({ replies: [reply("r")] })]);
    expect(last().label).toBe("2 comments");
    expect(last().range).toEqual(new Range(0, 0, 1, 0));
  });
});
