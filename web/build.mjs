// Builds the page into the server's package: hashed files, each beside its compressed forms.
import { createHash } from "node:crypto";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import { build } from "esbuild";
import { notices } from "./notices.mjs";
import { measured } from "./sizes.mjs";

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
const html = template.replace(/\{\{(script|style|late|icon)\}\}/g, (_, name) => names[name]);
await writeFile(join(out, "index.html"), html);

const ofReplay = await replay();
await writeFile(join(out, "replay.html"), ofReplay.html);
await writeFile(join(out, "third-party.txt"), notices([result.metafile, ofReplay.metafile], here));

const files = new Map(result.outputFiles.map(({ path, contents }) => [basename(path), contents]));
const sizes = measured(
  result.metafile.outputs,
  (name) => compressed(files.get(basename(name))).length,
);
await writeFile(join(out, "sizes.json"), `${JSON.stringify(sizes)}\n`);

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
