// The commands, keys and steps in package.json lead to what the sources have.
import { existsSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { DocumentKeys } from "../src/documents/contextKeys";
import { contextKeys, folderKeys } from "../src/session/contextKeys";
import { MILESTONES } from "../src/session/milestoneRules";

const ROOT = new URL("../", import.meta.url);
const { contributes } = JSON.parse(readFileSync(new URL("package.json", ROOT), "utf8")) as {
  contributes: Manifest;
};

interface Manifest {
  readonly configuration: {
    readonly properties: Readonly<Record<string, { readonly markdownDescription?: string }>>;
  };
  readonly commands: readonly { readonly command: string; readonly enablement?: string }[];
  readonly keybindings: readonly Keybinding[];
  readonly menus: Readonly<Record<string, readonly { command?: string; when?: string }[]>>;
  readonly views: Readonly<Record<string, readonly { id: string; when?: string }[]>>;
  readonly viewsWelcome: readonly { contents: string; when?: string }[];
  readonly walkthroughs: readonly { steps: readonly Step[] }[];
}

interface Keybinding {
  readonly command: string;
  readonly key: string;
  readonly mac?: string;
  readonly when?: string;
}

interface Step {
  readonly id: string;
  readonly description: string;
  readonly media: { readonly markdown: string };
  readonly completionEvents: readonly string[];
}

const views = Object.values(contributes.views).flat();
const known = new Set([
  ...contributes.commands.map(({ command }) => command),
  ...views.map(({ id }) => `${id}.focus`),
]);
const documentKeys: { readonly [Key in keyof DocumentKeys]: true } = {
  sharedDocument: true,
  documentDiffers: true,
  canUnshare: true,
  sharedUris: true,
  unshareableUris: true,
};
/** The bridge sets this one when it is found. */
const keys = new Set([
  ...Object.keys(contextKeys({ state: "offline" })),
  ...Object.keys(folderKeys({ offers: [] })),
  ...Object.keys(documentKeys),
  ...MILESTONES,
  "hasBridge",
]);

function links(text: string): string[] {
  return [...text.matchAll(/\]\(command:([\w.]+)/g)].map(([, command]) => command ?? "");
}

function ownKeys(when: string | undefined): string[] {
  return [...(when ?? "").matchAll(/\bpeerline\.(\w+)/g)].map(([, key]) => key ?? "");
}

describe("the manifest", () => {
  it("names commands that there are", () => {
    const used = [
      ...contributes.keybindings.map(({ command }) => command),
      ...Object.values(contributes.menus).flatMap((rows) => rows.map(({ command }) => command)),
      ...contributes.viewsWelcome.flatMap(({ contents }) => links(contents)),
      ...contributes.walkthroughs.flatMap(({ steps }) =>
        steps.flatMap(({ description }) => links(description)),
      ),
    ].filter((command) => command?.startsWith("peerline."));
    expect(used.length).toBeGreaterThan(30);
    expect(used.filter((command) => !known.has(command ?? ""))).toEqual([]);
  });

  it("asks for context keys that are set", () => {
    const conditions = [
      ...contributes.commands.map(({ enablement }) => enablement),
      ...contributes.keybindings.map(({ when }) => when),
      ...Object.values(contributes.menus).flatMap((rows) => rows.map(({ when }) => when)),
      ...views.map(({ when }) => when),
      ...contributes.viewsWelcome.map(({ when }) => when),
    ];
    const used = new Set(conditions.flatMap(ownKeys));
    expect(used.size).toBeGreaterThan(3);
    expect([...used].filter((key) => !keys.has(key) && !isView(key))).toEqual([]);
  });
});

/** `view == peerline.chat` is no context key. */
function isView(key: string): boolean {
  return views.some(({ id }) => id === `peerline.${key}`);
}

describe("the keys", () => {
  it("are each used once, on every system", () => {
    const all = contributes.keybindings;
    expect(new Set(all.map(({ key }) => key)).size).toBe(all.length);
    for (const { key, mac } of all) {
      if (key.startsWith("ctrl+k ")) {
        expect(mac).toBe(key.replace("ctrl+k", "cmd+k"));
      } else {
        expect(mac ?? key, key).not.toContain("ctrl+");
      }
    }
  });

  it("of Escape is given only to a user who follows somebody, with nothing else to close", () => {
    const bound = contributes.keybindings.filter(({ key }) => key === "escape");
    expect(bound.map(({ command }) => command)).toEqual(["peerline.unfollow"]);
    const when = bound[0]?.when ?? "";
    const [conditions = "", places = ""] = when.split(" && (");
    // VS Code leaves the focus nowhere when following opens another file.
    expect(places.replace(")", "").split(" || ")).toEqual([
      "editorTextFocus",
      "focusedView == peerline.participants",
      "!inputFocus && !listFocus && !focusedView",
    ]);
    expect(conditions.split(" && ")).toEqual(
      expect.arrayContaining([
        "peerline.following",
        "!suggestWidgetVisible",
        "!findWidgetVisible",
        "!renameInputVisible",
      ]),
    );
  });

  it("are those of the README", () => {
    const readme = readFileSync(new URL("README.md", ROOT), "utf8");
    const listed = [...readme.matchAll(/\bAlt\+([A-Z])\b/g)].map(([, letter]) => letter);
    const chords = contributes.keybindings
      .map(({ key }) => /^ctrl\+k alt\+(\w)$/.exec(key)?.[1]?.toUpperCase())
      .filter((letter) => letter !== undefined);
    expect(new Set(listed)).toEqual(new Set(chords));
  });
});

describe("the walkthrough", () => {
  const [walkthrough] = contributes.walkthroughs;
  const steps = walkthrough?.steps ?? [];

  it("has a page and something to do for each step", () => {
    expect(steps.length).toBeGreaterThan(3);
    for (const { description, media } of steps) {
      expect(links(description).length).toBeGreaterThan(0);
      expect(existsSync(new URL(media.markdown, ROOT)), media.markdown).toBe(true);
    }
  });

  it("ticks each step for what was done, and none for what was shown", () => {
    for (const { id, completionEvents } of steps) {
      expect(completionEvents, id).toHaveLength(1);
      const [, key] = /^onContext:peerline\.(\w+)$/.exec(completionEvents[0] ?? "") ?? [];
      expect(keys, id).toContain(key);
    }
    expect(new Set(steps.map(({ completionEvents: [event] }) => event)).size).toBe(steps.length);
  });
});

it.each(["root", "status.idleSeconds", "status.awaySeconds"])(
  "the setting %s says when it takes effect, which is when the bridge is told",
  (name) => {
    const { markdownDescription } = contributes.configuration.properties[`peerline.${name}`] ?? {};
    expect(markdownDescription).toMatch(/Read when the bridge starts, as after \*\*Developer: /);
  },
);
