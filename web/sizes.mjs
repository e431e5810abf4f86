// What each way into the page loads, and the most that it may be. Pure.

/** Bytes as brotli compresses them, of everything that is loaded by then. */
export const LIMITS = {
  start: 35_000,
  session: 60_000,
  // The tree draws only what is in sight of a large folder.
  code: 13_000,
  editor: 150_000,
  language: 40_000,
};

/** The outputs that are loaded with one: itself, and what it imports at once. */
export function loadedWith(outputs, name, found = new Set()) {
  if (!found.has(name)) {
    found.add(name);
    for (const { path, kind } of outputs[name]?.imports ?? []) {
      if (kind === "import-statement") {
        loadedWith(outputs, path, found);
      }
    }
    const { cssBundle } = outputs[name] ?? {};
    if (cssBundle !== undefined) {
      found.add(cssBundle);
    }
  }
  return found;
}

/** The sizes of the ways in; `sizeOf` gives the compressed size of an output. */
export function measured(outputs, sizeOf) {
  const entry = (suffix) =>
    Object.keys(outputs).find((name) => outputs[name].entryPoint?.endsWith(suffix));
  const names = {
    start: "src/main.tsx",
    session: "src/session/enter.tsx",
    code: "src/code/parts.ts",
    editor: "src/editor/index.ts",
  };
  const sum = (found) => [...found].reduce((size, name) => size + sizeOf(name), 0);
  const added = new Set(["code", "editor"]);
  const sizes = {};
  let before = new Set();
  for (const [part, suffix] of Object.entries(names)) {
    const name = entry(suffix);
    if (name === undefined) {
      throw new Error(`nothing was built from ${suffix}`);
    }
    const loaded = loadedWith(outputs, name);
    // The session comes after the start page; the others are what they add to that.
    const whole = new Set([...before, ...loaded]);
    sizes[part] = added.has(part) ? sum(whole) - sum(before) : sum(whole);
    before = whole;
  }
  const languages = Object.keys(outputs).filter((name) =>
    /node_modules\/@codemirror\/(lang-|legacy-modes)|node_modules\/@lezer/.test(
      outputs[name].entryPoint ?? "",
    ),
  );
  const each = languages.map((name) =>
    sum([...loadedWith(outputs, name)].filter((other) => !before.has(other))),
  );
  sizes.language = Math.max(0, ...each);
  return sizes;
}

/** What is too large, as sentences. */
export function tooLarge(sizes) {
  return Object.entries(LIMITS)
    .filter(([part, most]) => sizes[part] > most)
    .map(([part, most]) => `the ${part} is ${sizes[part]} bytes compressed; the most is ${most}`);
}
