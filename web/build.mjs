// Builds the page into the server's package: hashed files, each beside its compressed forms.
import { createHash } from "node:crypto";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import { build } from "esbuild";
import { notices } from "./notices.mjs";
import { loadedWith, measured } from "./sizes.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const out = join(here, "../server/peerline_server/web");
const assets = join(out, "assets");
/** Less gains nothing: the head of an answer is larger. */
const LEAST_BYTES = 1024;

await rm(out, { recursive: true, force: true });
await mkdir(assets, { recursive: true });
const result = await build({
  absWorkingDir: here,
  entryPoints: { main: "src/main.tsx", late: "src/late.css" },
  outdir: assets,
  entryNames: "[name].[hash]",
  chunkNames: "[name].[hash]",
  assetNames: "[name].[hash]",
  bundle: true,
  splitting: true,
  format: "esm",
  platform: "browser",
  conditions: ["source"],
  target: ["es2022", "chrome111", "firefox115", "safari16.4"],
  minify: true,
  legalComments: "none",
  logLevel: "warning",
  metafile: true,
  write: false,
});

const names = {};
for (const file of result.outputFiles) {
  const name = basename(file.path);
  await keep(name, file.contents);
  const found = /^(main|late)\.[^.]+\.(js|css)$/.exec(name);
  if (found !== null) {
    names[found[1] === "late" ? "late" : found[2] === "js" ? "script" : "style"] = name;
  }
}
const icon = await readFile(join(here, "icon.svg"));
names.icon = `icon.${hash(icon)}.svg`;
await keep(names.icon, icon);

const template = await readFile(join(here, "index.html"), "utf8");
const { outputs } = result.metafile;
const start = modulesOf("src/main.tsx");
const session = modulesOf("src/session/enter.tsx").filter((name) => !start.includes(name));
await writeFile(join(out, "index.html"), page(start, []));
await writeFile(join(out, "session.html"), page(start, session));

const ofReplay = await replay();
await writeFile(join(out, "replay.html"), ofReplay.html);
await writeFile(join(out, "third-party.txt"), notices([result.metafile, ofReplay.metafile], here));

const files = new Map(result.outputFiles.map(({ path, contents }) => [basename(path), contents]));
const sizes = measured(
  result.metafile.outputs,
  (name) => compressed(files.get(basename(name))).length,
);
await writeFile(join(out, "sizes.json"), `${JSON.stringify(sizes)}\n`);

/** The modules that one loads with itself. */
function modulesOf(entry) {
  const name = Object.keys(outputs).find((output) => outputs[output].entryPoint === entry);
  return [...loadedWith(outputs, name)].map((path) => basename(path)).filter(isModule);
}

function isModule(name) {
  return name.endsWith(".js");
}

/**
 * A page that asks for its modules, and then for those that are needed next, when it has come: one
 * that learns of them from other modules waits for the line once more for each level of imports.
 */
function page(first, next) {
  const link = (name, more) =>
    `<link rel="modulepreload" href="{{root}}assets/${name}"${more === undefined ? "" : ` ${more}`}>`;
  const modules = [
    ...first.filter((name) => name !== names.script).map((name) => link(name)),
    ...next.map((name) => link(name, 'fetchpriority="low"')),
  ].join("\n    ");
  const parts = { ...names, modules };
  return template.replace(/\{\{(script|style|late|icon|modules)\}\}/g, (_, name) => parts[name]);
}

/** The file of a replay, whole in itself, but for the session that `peerline export` puts into it. */
async function replay() {
  const { outputFiles, metafile } = await build({
    absWorkingDir: here,
    entryPoints: ["src/replay/file.tsx"],
    outdir: assets,
    bundle: true,
    format: "iife",
    platform: "browser",
    conditions: ["source"],
    target: ["es2022", "chrome111", "firefox115", "safari16.4"],
    minify: true,
    legalComments: "none",
    logLevel: "warning",
    metafile: true,
    write: false,
  });
  const text = (suffix) => outputFiles.find(({ path }) => path.endsWith(suffix)).text.trim();
  const [script, style] = [text(".js"), text(".css")];
  const whole = await readFile(join(here, "replay.html"), "utf8");
  // Nothing but these two runs or styles, whatever is in the session.
  const parts = { script, style, scriptHash: policyHash(script), styleHash: policyHash(style) };
  const html = whole.replace(/\{\{(\w+)\}\}/g, (all, name) => parts[name] ?? all);
  return { html, metafile };
}

function policyHash(text) {
  return `sha256-${createHash("sha256").update(text).digest("base64")}`;
}

function compressed(contents) {
  return brotliCompressSync(contents, {
    params: { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY },
  });
}

async function keep(name, contents) {
  const path = join(assets, name);
  await writeFile(path, contents);
  if (contents.length < LEAST_BYTES) {
    return;
  }
  await writeFile(`${path}.br`, compressed(contents));
  await writeFile(`${path}.gz`, gzipSync(contents, { level: 9 }));
}

function hash(contents) {
  return createHash("sha256").update(contents).digest("hex").slice(0, 8).toUpperCase();
}
