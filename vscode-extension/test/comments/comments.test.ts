// Comments in the editor: what is sent, and what stays with the user when it cannot be.
import type { EditorReply, EditorThread } from "@peerline/ui/generated/protocol";
import { supervisor } from "@peerline/ui/supervise";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Comments } from "../../src/comments/comments";
import { Draft } from "../../src/comments/drafts";
import type { SharedComment } from "../../src/comments/sharedComment";
import { News } from "../../src/status/news";
import { Joined, settled } from "../joined";
import {
  begin,
  CommentMode,
  code,
  Position,
  Range,
  type ShownThread,
  comments as shown,
  Uri,
  window,
  workspace,
} from "../vscode";

vi.mock("vscode", () => import("../vscode"));

const A = "file:///w/a.py";

let joined: Joined;
let told: string[];
let news: News;
let comments: Comments;

beforeEach(() => {
  begin();
  supervisor.reportTo({ log: (text) => expect.unreachable(text), tell: () => undefined });
  workspace.workspaceFolders = [{ uri: Uri.file("/w") }];
  workspace.files.add(A);
  joined = new Joined();
  told = [];
  news = new News(async ({ text }) => {
    told.push(text);
  });
  comments = new Comments(joined.session, news);
  joined.state({ role: "editor" });
  joined.requests.length = 0;
});

afterEach(() => comments.dispose());

function thread(more: Partial<EditorThread> = {}): EditorThread {
  return {
    ...{ id: "t", user_id: "b", username: "bob", color: 0, content: "why?", timestamp: "t" },
    ...{ line: 3, end_line: 4, code_snippet: "a\nb", resolved: false, outdated: false },
    ...{ replies: [], ...more },
  };
}

function reply(id: string, more: Partial<EditorReply> = {}): EditorReply {
  const of = { id, user_id: "c", username: "carol", color: 1, content: "so", timestamp: "t" };
  return { ...of, ...more };
}

function threads(uri: string, ...all: EditorThread[]): void {
  joined.session.handlers["peerline/comments"]({ uri, threads: all });
}

/** The thread that was shown last. */
function last(): ShownThread {
  return shown.threads.at(-1) as ShownThread;
}

/** One that the user has begun in the editor. */
function begun(from = 1, to = 2): ShownThread {
  const range = new Range(from, 0, to, 0);
  const made: ShownThread = { uri: Uri.parse(A), range, comments: [], isDisposed: false };
  return Object.assign(made, {
    dispose: () => {
      made.isDisposed = true;
    },
  });
}

async function act(name: string, of: unknown): Promise<void> {
  code.commands.get(`peerline.comments.${name}`)?.(of as never);
  await settled();
  await settled(); // a form is released in a turn of its own
}

function drafts(of: ShownThread): Draft[] {
  return of.comments.filter((comment) => comment instanceof Draft);
}

function sent(command: string): unknown[] {
  return joined.requests.filter(([name]) => name === command).map(([, argument]) => argument);
}

describe("a new comment", () => {
  it.each([
    [1, 3, { line: 1, end_line: 3 }],
    [2, 2, { line: 2, end_line: undefined }],
  ])("of lines %i to %i", async (from, to, lines) => {
    const made = begun(from, to);
    await act("create", { thread: made, text: "why?" });
    expect(sent("peerline.addComment")).toEqual([{ uri: A, ...lines, content: "why?" }]);
    expect(made.comments).toEqual([]);
    // The comment that arrives takes the form that was filled in.
    threads(A, thread({ is_me: true }));
    expect(made.comments).toHaveLength(1);
    expect(shown.threads).toEqual([]);
  });

  it("is sent once, and not at all without a text", async () => {
    const made = begun();
    let arrive = (_: unknown): void => undefined;
    joined.answers.set("peerline.addComment", new Promise((resolve) => (arrive = resolve)));
    await act("create", { thread: made, text: "  \n" });
    await act("create", { thread: made, text: "why?" });
    await act("create", { thread: made, text: "why?" });
    arrive({});
    expect(sent("peerline.addComment")).toMatchObject([{ content: "why?" }]);
  });

  describe("that was refused", () => {
    let made: ShownThread;

    beforeEach(async () => {
      made = begun();
      joined.refuse("peerline.addComment", "TOO_LONG", "It is too long.");
      await act("create", { thread: made, text: "why?" });
    });

    it("stays with its text and the reason", () => {
      expect([made.contextValue, made.label, made.canReply]).toEqual(["unsent", "Not sent", false]);
      expect(drafts(made).map(({ text, label }) => [text, label])).toEqual([
        ["why?", "It is too long."],
      ]);
    });

    it("takes no comment that comes later", () => {
      threads(A, thread({ is_me: true }));
      expect(shown.threads).toHaveLength(1);
    });

    it("is sent again with its other text", async () => {
      joined.answers.clear();
      const [draft] = drafts(made);
      await act("edit", draft);
      expect(draft?.mode).toBe(CommentMode.Editing);
      Object.assign(draft as Draft, { body: "y?" });
      await act("save", draft);
      expect(sent("peerline.addComment").at(-1)).toMatchObject({ content: "y?", line: 1 });
      expect(made.comments).toEqual([]);
    });

    it("keeps its text when the form is cancelled, and stays when it is refused again", async () => {
      const [draft] = drafts(made);
      await act("edit", draft);
      Object.assign(draft as Draft, { body: "y?" });
      await act("cancel", draft);
      joined.refuse("peerline.addComment", "RATE_LIMITED", "Wait a little.");
      await act("retry", draft);
      expect(drafts(made).map(({ text, label, isSending }) => [text, label, isSending])).toEqual([
        ["why?", "Wait a little.", false],
      ]);
    });

    it("is not sent twice at the same time", async () => {
      joined.answers.set("peerline.addComment", new Promise(() => undefined));
      const [draft] = drafts(made);
      await act("retry", draft);
      await act("retry", draft);
      expect(sent("peerline.addComment")).toHaveLength(2); // the first one, and one more
      expect(draft?.label).toBe("Sending…");
    });

    it("goes when it is thrown away", async () => {
      await act("discard", drafts(made)[0]);
      expect([made.comments, made.isDisposed]).toEqual([[], true]);
    });

    it("stays when the session ends", () => {
      joined.session.detach("It has ended.");
      expect(made.isDisposed).toBe(false);
    });
  });
});

describe("a reply", () => {
  beforeEach(() => threads(A, thread()));

  it("is to the first comment of its thread", async () => {
    await act("reply", { thread: last(), text: "because" });
    expect(sent("peerline.reply")).toEqual([{ comment_id: "t", content: "because" }]);
  });

  it("that was refused stays below it until it is sent", async () => {
    joined.refuse("peerline.reply", "TOO_LONG", "It is too long.");
    await act("reply", { thread: last(), text: "because" });
    const [draft] = drafts(last());
    expect(draft?.label).toBe("Not sent: It is too long.");
    expect(last().contextValue).toBe("open");
    joined.answers.clear();
    await act("retry", draft);
    expect(sent("peerline.reply")).toHaveLength(2);
    expect(drafts(last())).toEqual([]);
    expect(last().comments).toHaveLength(1);
  });

  it("thrown away leaves the thread", async () => {
    joined.refuse("peerline.reply", "TOO_LONG", "It is too long.");
    await act("reply", { thread: last(), text: "because" });
    await act("discard", drafts(last())[0]);
    expect([last().isDisposed, last().comments.length]).toEqual([false, 1]);
  });

  it("waits for the comment", async () => {
    const made = begun();
    await act("reply", { thread: made, text: "because" });
    expect(drafts(made)[0]?.label).toBe("Not sent: the comment has not arrived yet");
    expect(sent("peerline.reply")).toEqual([]);
  });
});

describe("a comment that is there", () => {
  let first: SharedComment;
  let second: SharedComment;

  beforeEach(() => {
    threads(A, thread({ replies: [reply("r")] }));
    [first, second] = last().comments as [SharedComment, SharedComment];
  });

  it.each([
    ["resolve", true],
    ["reopen", false],
  ])("%s", async (name, resolved) => {
    await act(name, last());
    expect(sent("peerline.resolve")).toEqual([{ comment_id: "t", resolved }]);
  });

  it("says why something was refused", async () => {
    joined.refuse("peerline.resolve", "FORBIDDEN", "Viewers cannot resolve comments.");
    await act("resolve", last());
    expect(code.shown).toContain("error: Peerline: Viewers cannot resolve comments.");
  });

  it.each([
    ["the comment", 0, "t"],
    ["the reply", 1, "r"],
  ])("is deleted after a question about %s", async (what, index, id) => {
    await act("delete", [first, second][index]);
    expect(sent("peerline.deleteMessage")).toEqual([]);
    code.presses = ["Delete"];
    await act("delete", [first, second][index]);
    expect(code.shown).toContain(`warning: Delete ${what} for everybody? [Delete]`);
    expect(sent("peerline.deleteMessage")).toEqual([{ message_id: id }]);
  });

  it("is changed, or stays in its form with what was written", async () => {
    await act("edit", second);
    Object.assign(second, { body: "thus" });
    joined.refuse("peerline.editMessage", "TOO_LONG", "It is too long.");
    await act("save", second);
    const [, form] = last().comments as SharedComment[];
    expect(form).not.toBe(second); // VS Code has closed the form of the one that it knows
    expect([form?.mode, form?.body]).toEqual([CommentMode.Editing, "thus"]);
    expect(code.shown).toContain("error: The comment was not changed: It is too long.");
    joined.answers.clear();
    await act("save", form);
    expect(sent("peerline.editMessage").at(-1)).toEqual({ message_id: "r", content: "thus" });
    expect(form?.mode).toBe(CommentMode.Preview);
  });

  it("takes the only suggestion, or the one that is picked", async () => {
    await act("apply", first);
    threads(A, thread({ suggestions: [{ lines: ["a"] }, { lines: ["b"] }] as never }));
    code.picks = ["Suggestion 2"];
    await act("apply", last().comments[0]);
    await act("apply", last().comments[0]);
    expect(sent("peerline.applySuggestion")).toEqual([
      { comment_id: "t", index: 0 },
      { comment_id: "t", index: 1 },
    ]);
  });

  it("takes reactions, and takes them back", async () => {
    const react = shown.controller.reactionHandler as (...of: unknown[]) => Promise<void>;
    await react(first, { label: "👍", authorHasReacted: false });
    await react(first, { label: "👍", authorHasReacted: true });
    expect(sent("peerline.react")).toEqual([
      { message_id: "t", emoji: "👍", remove: false },
      { message_id: "t", emoji: "👍", remove: true },
    ]);
  });

  it("that the server refused is sent again, or discarded", async () => {
    threads(A, thread({ is_me: true, is_pending: true, refusal: "It is too long." }));
    const [refused] = last().comments;
    await act("retry", refused);
    await act("discard", refused);
    expect(sent("peerline.resendPending")).toEqual([{ id: "t" }]);
    expect(sent("peerline.discardPending")).toEqual([{ id: "t" }]);
  });
});

describe("the role", () => {
  const mayWrite = () => shown.controller.commentingRangeProvider !== undefined;

  it("lets editors and hosts write, and viewers read", () => {
    threads(A, thread());
    expect([mayWrite(), last().canReply]).toEqual([true, true]);
    joined.state({ role: "viewer" });
    expect([mayWrite(), last().canReply]).toEqual([false, false]);
    expect(shown.controller.reactionHandler).toBeUndefined();
    joined.state({ role: "host" });
    expect([mayWrite(), last().canReply]).toEqual([true, true]);
  });

  it("leaves open forms alone while it stays", () => {
    const before = shown.controller.commentingRangeProvider;
    joined.state({ role: "editor", state: "reconnecting" });
    joined.state({ role: "editor" });
    expect(shown.controller.commentingRangeProvider).toBe(before);
  });

  it("counts for the lines of files in the session alone", () => {
    const provider = shown.controller.commentingRangeProvider as {
      provideCommentingRanges(of: object): Range[];
    };
    const ranges = (uri: string, lineCount: number) =>
      provider.provideCommentingRanges({ uri: Uri.parse(uri), lineCount });
    expect(ranges(A, 5)).toEqual([new Range(0, 0, 4, 0)]);
    expect(ranges("peerline-file://s1/b.py", 1)).toEqual([new Range(0, 0, 0, 0)]);
    expect(ranges("file:///etc/passwd", 5)).toEqual([]);
  });
});

describe("news of comments", () => {
  it("are those that came after the user", async () => {
    joined.state({ state: "offline", session_id: undefined as never });
    joined.state({ state: "connecting", role: "editor" });
    threads(A, thread({ mentions_me: true }));
    joined.state({ role: "editor" });
    expect(told).toEqual([]);
    threads(A, thread({ mentions_me: true, replies: [reply("r", { mentions_me: true })] }));
    expect(told).toEqual(["carol mentions you: so"]);
  });

  it("and threads are gone with the session", () => {
    threads(A, thread());
    joined.state({ state: "offline" });
    expect(last().isDisposed).toBe(true);
  });

  it("bring the resolved threads once a session", () => {
    joined.state({ role: "editor" });
    expect(sent("peerline.loadResolved")).toHaveLength(0); // it was asked for before
    joined.state({ role: "editor", session_id: "s2" });
    expect(sent("peerline.loadResolved")).toHaveLength(1);
  });
});

describe("the next comment", () => {
  const B = "file:///w/b.py";
  const C = "file:///w/c.py";

  /** The cursor is where the document was shown last. */
  function arrive(line: number): void {
    const uri = code.shown.findLast((text) => text.startsWith("document: "))?.slice(10) ?? "";
    const selection = { active: new Position(line, 0) };
    window.activeTextEditor = { document: { uri: Uri.parse(uri) }, selection };
  }

  function documents(): string[] {
    return code.shown.filter((text) => text.startsWith("document: ")).map((text) => text.slice(10));
  }

  it("is none where there is none", async () => {
    threads(A, thread({ resolved: true }));
    await comments.goToNeighbor("next");
    expect(code.shown.at(-1)).toBe("info: There are no open comments.");
  });

  it("goes on behind one whose file is not here", async () => {
    workspace.files.add(C);
    threads(A, thread({ id: "a", line: 1 }));
    threads(B, thread({ id: "b", line: 7 }));
    threads(C, thread({ id: "c", line: 2 }));
    await comments.goToNeighbor("next");
    arrive(1);
    await comments.goToNeighbor("next");
    arrive(0); // the quoted code begins with the first line
    await comments.goToNeighbor("next");
    expect(documents()).toEqual([A, "peerline-quoted:///b.py?b", C]);
    arrive(2);
    await comments.goToNeighbor("previous");
    arrive(1);
    await comments.goToNeighbor("previous");
    expect(documents().slice(-2)).toEqual(["peerline-quoted:///b.py?b", A]);
  });

  it("unfolds the thread", async () => {
    threads(A, thread());
    await comments.goToNeighbor("previous");
    expect(last().collapsibleState).toBe(1);
  });
});
