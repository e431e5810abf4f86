// Completion in the forms of comments: where it is offered, and what is put in.
import { beforeEach, describe, expect, it, vi } from "vitest";
import { completeComments } from "../../src/comments/completion";
import { Joined, person } from "../joined";
import { begin, Disposable, languages, Position, Uri } from "../vscode";

vi.mock("vscode", () => import("../vscode"));

interface Item {
  readonly label: string | { readonly label: string; readonly description?: string };
  readonly insertText: string | { readonly value: string };
  readonly filterText: string;
  readonly sortText?: string;
  readonly range: unknown;
}
interface Provider {
  provideCompletionItems(document: unknown, position: Position): Item[];
}

let joined: Joined;
let provider: Provider;
let scheme: string;

beforeEach(() => {
  begin();
  joined = new Joined();
  joined.participants(
    person("ann"),
    person("anna\nb", { role: "host" }),
    person("me", { is_me: true }),
  );
  const register = (given: { scheme: string }, offered: Provider) => {
    scheme = given.scheme;
    provider = offered;
    return new Disposable(() => undefined);
  };
  vi.spyOn(languages, "registerCompletionItemProvider").mockImplementation(register as never);
  completeComments(joined.session);
});

function offered(line: string, uri = "comment://peerline/1", character = line.length): Item[] {
  const document = { uri: Uri.parse(uri), lineAt: () => ({ text: line }) };
  return provider.provideCompletionItems(document, new Position(2, character));
}

describe("names", () => {
  it("are offered after an @, to be put in whole, each with a space", () => {
    const items = offered("see @an");
    expect(items.map(({ label }) => label)).toEqual([
      { label: "@ann", description: "editor" },
      { label: "@anna b", description: "host" },
    ]);
    expect(items.map(({ insertText }) => insertText)).toEqual(["@ann ", "@anna\nb "]);
    expect(items.map(({ sortText }) => sortText)).toEqual(["000", "001"]);
    expect(items[0]?.range).toMatchObject({
      start: { line: 2, character: 4 },
      end: { line: 2, character: 7 },
    });
  });

  it("are offered in comments of Peerline alone, and in a session", () => {
    expect(scheme).toBe("comment");
    expect(offered("@an", "comment:///1")).toHaveLength(2);
    expect(offered("@an", "comment://github/1")).toEqual([]);
    expect(offered("no name here")).toEqual([]);
    joined.state({ state: "offline" });
    expect(offered("@an")).toEqual([]);
  });
});

describe("a suggestion", () => {
  it("is offered behind a fence, and takes the place of the line", () => {
    const [item, ...others] = offered("```");
    expect(others).toEqual([]);
    expect(item?.insertText).toMatchObject({ value: "```suggestion\n$1\n```\n" });
    expect(item?.range).toMatchObject({ start: { character: 0 }, end: { character: 3 } });
    expect(offered("``````", undefined, 3)[0]?.range).toMatchObject({ end: { character: 6 } });
    expect(offered("text ```")).toEqual([]);
  });
});
