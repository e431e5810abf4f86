// The languages that code is coloured in, each loaded when a file needs it.

import {
  defineLanguageFacet,
  Language,
  LRLanguage,
  StreamLanguage,
  type StreamParser,
} from "@codemirror/language";
import type { Extension } from "@codemirror/state";

type Load = () => Promise<Extension>;

const legacy = <T>(load: () => Promise<T>, pick: (module: T) => StreamParser<unknown>): Load => {
  return async () => StreamLanguage.define(pick(await load()));
};
const script = (options: { jsx?: boolean; typescript?: boolean }): Load => {
  return async () => (await import("@codemirror/lang-javascript")).javascript(options);
};
const clike = () => import("@codemirror/legacy-modes/mode/clike");
const shell = legacy(
  () => import("@codemirror/legacy-modes/mode/shell"),
  (module) => module.shell,
);
const ruby = legacy(
  () => import("@codemirror/legacy-modes/mode/ruby"),
  (module) => module.ruby,
);
const docker = legacy(
  () => import("@codemirror/legacy-modes/mode/dockerfile"),
  (module) => module.dockerFile,
);
const cpp: Load = async () => (await import("@codemirror/lang-cpp")).cpp();
const python: Load = async () => (await import("@codemirror/lang-python")).python();
// Alone: with the languages that it may hold, it would be three times as large.
const html: Load = async () => LRLanguage.define({ parser: (await import("@lezer/html")).parser });
const css: Load = async () => (await import("@codemirror/lang-css")).css();
const json: Load = async () => (await import("@codemirror/lang-json")).json();
const markdown: Load = async () => {
  const { GFM, parser } = await import("@lezer/markdown");
  return new Language(defineLanguageFacet(), parser.configure(GFM), [], "markdown");
};
const yaml: Load = async () => (await import("@codemirror/lang-yaml")).yaml();
const xml: Load = async () => (await import("@codemirror/lang-xml")).xml();

const BY_EXTENSION = new Map<string, Load>([
  ["py", python],
  ["pyi", python],
  ["js", script({ jsx: true })],
  ["mjs", script({ jsx: true })],
  ["cjs", script({ jsx: true })],
  ["jsx", script({ jsx: true })],
  ["ts", script({ typescript: true })],
  ["mts", script({ typescript: true })],
  ["tsx", script({ jsx: true, typescript: true })],
  ["html", html],
  ["css", css],
  ["json", json],
  ["md", markdown],
  ["rs", async () => (await import("@codemirror/lang-rust")).rust()],
  ["go", async () => (await import("@codemirror/lang-go")).go()],
  ["java", async () => (await import("@codemirror/lang-java")).java()],
  ["c", cpp],
  ["h", cpp],
  ["cc", cpp],
  ["cpp", cpp],
  ["hpp", cpp],
  ["php", async () => LRLanguage.define({ parser: (await import("@lezer/php")).parser })],
  ["sql", async () => (await import("@codemirror/lang-sql")).sql()],
  ["yml", yaml],
  ["yaml", yaml],
  ["xml", xml],
  ["svg", xml],
  ["sh", shell],
  ["bash", shell],
  ["rb", ruby],
  [
    "lua",
    legacy(
      () => import("@codemirror/legacy-modes/mode/lua"),
      (module) => module.lua,
    ),
  ],
  [
    "toml",
    legacy(
      () => import("@codemirror/legacy-modes/mode/toml"),
      (module) => module.toml,
    ),
  ],
  ["cs", legacy(clike, (module) => module.csharp)],
  ["kt", legacy(clike, (module) => module.kotlin)],
]);
const BY_NAME = new Map<string, Load>([
  ["Dockerfile", docker],
  ["Gemfile", ruby],
  ["Rakefile", ruby],
]);

/** The loader of a file's language; undefined if it has none. */
export function languageOf(file: string): Load | undefined {
  const name = file.split("/").at(-1) ?? "";
  const extension = name.includes(".") ? name.split(".").at(-1)?.toLowerCase() : undefined;
  return BY_NAME.get(name) ?? BY_EXTENSION.get(extension ?? "");
}
