// Completion in the forms of comments: where names and suggestions are offered, and what is inserted.
import { beforeEach, describe, expect, it, vi } from "vitest";
import { completeComments } from "../../src/comments/completion";
import { Joined, person } from "../joined";
import {
  begin,
  type CompletionItem,
  languages,
  Position,
  Range,
  SnippetString,
  Uri,
} from "../vscode";

vi.mock("vscode", () => import("../vscode"));

interface Provider {
  provideCompletionItems(document: object, position: Position): (CompletionItem & Inserted)[];
}

interface Inserted {
  readonly range: Range;
  readonly insertText: unknown;
  readonly filterText: string;
  readonly sortText: string;
}

const register = vi.spyOn(languages, "registerCompletionItemProvider");

let joined: Joined;
let provider: Provider;

beforeEach(() => {
  begin();
  register.mockClear();
  joined = new Joined();
  joined.participants(person("me", { is_me: true }), person("bob"), person("Ann\nLee"));
  completeComments(joined.session);
  const [, given] = register.mock.calls[0] as unknown as [object, Provider];
  provider = given;
});

/** The items where the line has a `|`. */
function items(line: string, uri = "comment://peerline/1") {
  const character = line.indexOf("|");
  const text = line.replace("|", "");
  const document = { uri: Uri.parse(uri), lineAt: () => ({ text }) };
  return provider.provideCompletionItems(document, new Position(2, character));
}

function labels(line: string, uri?: string): string[] {
  return items(line, uri).map(({ label }) => (typeof label === "string" ? label : label.label));
}

it("the forms of comments are completed after an @ and a backtick", () => {
  expect(register.mock.calls[0]).toEqual([{ scheme: "comment" }, expect.anything(), "@", "`"]);
});

describe("the participants", () => {
  it("are offered after an @, without the user", () => {
    expect(labels("hi @|")).toEqual(["@bob", "@Ann Lee"]);
    expect(labels("hi @an|")).toEqual(["@Ann Lee"]);
    expect(labels("hi|")).toEqual([]);
    expect(labels("me@example|")).toEqual([]);
  });

  it("take the place of what is written, by their whole name, in the order of the suggestions", () => {
    const [bob, ann] = items("hi @|");
    expect(bob).toMatchObject({ insertText: "@bob ", filterText: "@bob", sortText: "000" });
    expect(bob?.range).toEqual(new Range(2, 3, 2, 4));
    expect(ann).toMatchObject({ insertText: "@Ann\nLee ", sortText: "001" });
    expect(ann?.label).toEqual({ label: "@Ann Lee", description: "editor" });
  });
});

describe("a suggestion", () => {
  it("is offered after a fence, and takes the place of the line", () => {
    const [item, ...others] = items("```su|```");
    expect(others).toEqual([]);
    expect(item?.label).toBe("```suggestion");
    expect(item?.range).toEqual(new Range(2, 0, 2, 8));
    expect(item?.insertText).toEqual(new SnippetString("```suggestion\n$1\n```\n"));
  });

  it.each(["``|", "a ```|", "```su| b"])("is not offered in %s", (line) => {
    expect(labels(line)).toEqual([]);
  });
});

describe("nothing is offered", () => {
  it.each([
    ["comment://peerline/1", 1],
    // A form to edit a comment.
    ["comment:/1", 1],
    ["comment://github/1", 0],
    ["file:///w/a.py", 0],
  ])("outside of Peerline's forms (%s: %i)", (uri, count) => {
    expect(items("@b|", uri)).toHaveLength(count);
    expect(items("```|", uri)).toHaveLength(count);
  });

  it("without a session", () => {
    joined.state({ state: "offline" });
    expect([...labels("@b|"), ...labels("```|")]).toEqual([]);
  });
});
