import { describe, expect, it } from "vitest";
import { Kept, type Shelf } from "../src/kept.ts";
import { shelf } from "./shelf.ts";

const closed: Shelf = {
  length: 1,
  key: () => {
    throw new Error("not allowed");
  },
  getItem: () => {
    throw new Error("not allowed");
  },
  setItem: () => {
    throw new Error("not allowed");
  },
  removeItem: () => {
    throw new Error("not allowed");
  },
};

describe("what the page remembers", () => {
  it("keeps a token in the tab alone unless the user asks for more", () => {
    const [tab, device] = [shelf(), shelf()];
    const kept = new Kept(tab, device);
    kept.keepToken("one", "secret", false);
    expect(kept.token("one")).toBe("secret");
    expect(kept.isOnDevice("one")).toBe(false);
    expect(JSON.stringify([...device.entries])).not.toContain("secret");
    kept.keepToken("one", "secret", true);
    expect(new Kept(shelf(), device).token("one")).toBe("secret");
    expect(new Kept(shelf(), device).token("two")).toBeUndefined();
  });

  it("forgets a token everywhere", () => {
    const [tab, device] = [shelf(), shelf()];
    const kept = new Kept(tab, device);
    kept.keepToken("one", "secret", true);
    kept.forgetToken("one");
    expect(kept.token("one")).toBeUndefined();
    expect(JSON.stringify([...tab.entries, ...device.entries])).not.toContain("secret");
  });

  it("forgets what is of one session, but for what it is told to keep", () => {
    const tab = shelf();
    const kept = new Kept(tab, shelf());
    for (const key of ["code.one.drafts", "code.one.widths", "code.one2.drafts", "panel.one"]) {
      expect(kept.write(key, "x")).toBe(true);
    }
    kept.forget(["code.one.", "panel.one"], ["code.one.widths"]);
    expect([...tab.entries.keys()]).toEqual(["code.one.widths", "code.one2.drafts"]);
    new Kept(closed, closed).forget(["code."], []);
  });

  it("remembers the name for the next session", () => {
    const device = shelf();
    new Kept(shelf(), device).keepName("Ann");
    expect(new Kept(shelf(), device).name).toBe("Ann");
  });

  it.each([
    ["closed", closed],
    ["absent", undefined],
  ])("does without a storage that is %s", (_, storage) => {
    const kept = new Kept(storage, storage);
    kept.keepName("Ann");
    kept.keepToken("one", "secret", true);
    kept.forgetToken("one");
    expect(kept.name).toBe("");
    expect(kept.token("one")).toBeUndefined();
    const tab = shelf();
    new Kept(tab, storage).keepName("Ann");
    expect(new Kept(tab, storage).name).toBe("Ann");
  });
});
