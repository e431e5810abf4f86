import type { TextEdit } from "@peerline/ui/generated/protocol";
import { beforeEach, describe, expect, it } from "vitest";
import { Edits, type OpenText } from "../../src/documents/edits";

const URI = "file:///a.py";
const INSERT: TextEdit = {
  range: { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } },
  newText: "x",
};

/** A document as VS Code has it: an edit is made later, for the version at the call or not at all. */
class FakeText implements OpenText {
  version = 5;
  isShown = true;
  text = "";
  readonly made: TextEdit[][] = [];
  /** Runs in the editor before an edit arrives there. */
  meanwhile: () => void = () => undefined;
  /** Runs between the change of the text and the answer. */
  afterwards: () => void = () => undefined;
  onDidChange: (version: number) => void = () => undefined;

  has({ newText }: TextEdit): boolean {
    return newText === this.text;
  }

  async apply(edits: readonly TextEdit[]): Promise<boolean> {
    const { version } = this;
    await Promise.resolve();
    this.meanwhile();
    if (this.version !== version) {
      return false;
    }
    this.made.push([...edits]);
    this.type();
    await Promise.resolve();
    this.afterwards();
    return true;
  }

  type(): void {
    this.version += 1;
    this.onDidChange(this.version);
  }
}

let text: FakeText | undefined;
let edits: Edits;
let flushes: string[];

beforeEach(() => {
  text = new FakeText();
  flushes = [];
  edits = new Edits({
    find: (uri) => (uri === URI ? text : undefined),
    flushed: async (uri) => {
      await Promise.resolve();
      flushes.push(uri);
    },
  });
});

function make(version: number, ...made: TextEdit[]) {
  return edits.make({ id: 1, uri: URI, version, edits: made });
}

describe("an edit for the present version", () => {
  it("is made in one go, and answered with the next version", async () => {
    expect(await make(5, INSERT, INSERT)).toEqual({ applied: true, version: 6 });
    expect(text?.made).toEqual([[INSERT, INSERT]]);
  });

  it("is answered once the bridge was sent the change", async () => {
    const answer = make(5, INSERT);
    expect(flushes).toEqual([]);
    await answer;
    expect(flushes).toEqual([URI]);
  });

  it("is answered with its own version though the user types before the answer", async () => {
    if (text) {
      text.afterwards = () => text?.type();
    }
    expect(await make(5, INSERT)).toEqual({ applied: true, version: 6 });
    expect(text?.version).toBe(7);
  });

  it("is refused if the user types before it arrives, and nothing is made", async () => {
    if (text) {
      text.meanwhile = () => text?.type();
    }
    expect(await make(5, INSERT)).toEqual({ applied: false, version: 6 });
    expect(text?.made).toEqual([]);
  });

  it("that changes nothing is done without the editor", async () => {
    expect(await make(5, { ...INSERT, newText: "" })).toEqual({ applied: true, version: 5 });
    expect(await make(5)).toEqual({ applied: true, version: 5 });
    expect(text?.made).toEqual([]);
  });

  it("is refused while another one is being made", async () => {
    const first = make(5, INSERT);
    expect(await make(5, INSERT)).toEqual({ applied: false, version: 5 });
    expect(await first).toEqual({ applied: true, version: 6 });
    expect(await make(6, INSERT)).toEqual({ applied: true, version: 7 });
  });

  it("knows the change that it makes from others", async () => {
    const own: boolean[] = [];
    if (text) {
      text.onDidChange = (version) => own.push(edits.isOwn(URI, version));
      text.afterwards = () => text?.type();
    }
    await make(5, INSERT);
    text?.type();
    expect(own).toEqual([true, false, false]);
  });
});

describe("an edit is refused, and no tab opened,", () => {
  it("for another version", async () => {
    expect(await make(4, INSERT)).toEqual({ applied: false, version: 5 });
    expect(await make(6, INSERT)).toEqual({ applied: false, version: 5 });
    expect(text?.made).toEqual([]);
  });

  it("for a document that no tab shows", async () => {
    if (text) {
      text.isShown = false;
    }
    expect(await make(5, INSERT)).toEqual({ applied: false, version: 5 });
    expect(text?.made).toEqual([]);
  });

  it("for a document that is not open", async () => {
    text = undefined;
    expect(await make(5, INSERT)).toEqual({ applied: false, version: 0 });
  });

  it("if the editor fails, and the next one is made", async () => {
    if (text) {
      text.meanwhile = () => {
        throw new Error("the document was closed");
      };
    }
    expect(await make(5, INSERT)).toEqual({ applied: false, version: 5 });
    if (text) {
      text.meanwhile = () => undefined;
    }
    expect(await make(5, INSERT)).toEqual({ applied: true, version: 6 });
  });

  it("if nothing has changed though the editor says so", async () => {
    if (text) {
      text.apply = () => Promise.resolve(true);
    }
    expect(await make(5, INSERT)).toEqual({ applied: false, version: 5 });
  });
});
