// Bundles the extension host's program and the chat panel's page into dist/.
import { writeFile } from "node:fs/promises";
import { build, context } from "esbuild";
import { notices } from "../web/notices.mjs";

const isWatching = process.argv.includes("--watch");
const common = {
  bundle: true,
  sourcemap: true,
  minify: !isWatching,
  logLevel: "warning",
  legalComments: "none",
  metafile: true,
};

const bundles = [
  {
    ...common,
    entryPoints: ["src/extension.ts"],
    outfile: "dist/extension.js",
    platform: "node",
    format: "cjs",
    target: "node20",
    external: ["vscode"],
    conditions: ["source"],
    // The `main` of vscode-languageserver-types is UMD, which a bundler cannot see through.
    mainFields: ["module", "main"],
  },
  {
    ...common,
    entryPoints: ["panel/main.tsx"],
    outfile: "dist/panel.js",
    platform: "browser",
    format: "iife",
    // VS Code 1.100 has Chromium 132.
    target: ["es2023", "chrome132"],
  },
];

const metafiles = [];
for (const options of bundles) {
  if (isWatching) {
    await (await context(options)).watch();
  } else {
    metafiles.push((await build(options)).metafile);
  }
}
if (!isWatching) {
  await writeFile("dist/third-party.txt", notices(metafiles, process.cwd()));
}
