// The notices of the packages that a bundle contains: their licences want to be with every copy.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";

/** Licences that ask for their notice and nothing else. */
const ALLOWED = new Set([
  "0BSD",
  "Apache-2.0",
  "BlueOak-1.0.0",
  "BSD-2-Clause",
  "BSD-3-Clause",
  "ISC",
  "MIT",
]);
const LICENCE_FILE = /^(licen[cs]e|copying|notice)([.-]|$)/i;
const LINE = "=".repeat(80);

/**
 * The text for all packages from npm in some bundles, given the metafiles of esbuild.
 *
 * Throws an error for a package whose licence is not among those that are allowed, or is not there.
 */
export function notices(metafiles, folder) {
  const packages = new Map();
  for (const { inputs } of metafiles) {
    for (const input of Object.keys(inputs)) {
      const home = homeOf(resolve(folder, input));
      if (home !== undefined && !packages.has(home)) {
        packages.set(home, noticeOf(home));
      }
    }
  }
  return `${[...new Set(packages.values())].sort().join(`\n${LINE}\n\n`)}`;
}

/** The folder of the package that a file of `node_modules` belongs to. */
function homeOf(file) {
  if (!file.includes("/node_modules/")) {
    return undefined;
  }
  for (let home = dirname(file); !home.endsWith("/node_modules"); home = dirname(home)) {
    const description = join(home, "package.json");
    // Folders within a package have one, too, which says how their files are to be read.
    if (existsSync(description) && JSON.parse(readFileSync(description, "utf8")).version) {
      return home;
    }
  }
  throw new Error(`${file} is in no package`);
}

function noticeOf(home) {
  const { name, version, license } = JSON.parse(readFileSync(join(home, "package.json"), "utf8"));
  if (!ALLOWED.has(license)) {
    throw new Error(`${name} ${version} has the licence ${license}, which is not allowed here`);
  }
  const files = readdirSync(home).filter((file) => LICENCE_FILE.test(file));
  if (files.length === 0) {
    throw new Error(`${name} ${version} comes without the text of its licence`);
  }
  const texts = files.sort().map((file) => readFileSync(join(home, file), "utf8").trim());
  return `${name} ${version} (${license})\n\n${texts.join("\n\n")}\n`;
}
