// Resolves a program's name to a file and an environment: nothing of the workspace.
import { constants } from "node:fs";
import { access, realpath, stat } from "node:fs/promises";
import { posix, win32 } from "node:path";
import type { Boundary } from "../shared/boundary";

/** Variables as a process gets them. */
export type Environment = { readonly [name: string]: string | undefined };

/** Lists of paths from which programs load code; an entry that is not absolute depends on the folder. */
const PATH_LISTS: ReadonlySet<string> = new Set([
  "PATH",
  "PYTHONPATH",
  "PYTHONHOME",
  "PYTHONSTARTUP",
  "PYTHONUSERBASE",
  "PYTHONPLATLIBDIR",
  "PYTHONPYCACHEPREFIX",
  "LD_LIBRARY_PATH",
  "DYLD_LIBRARY_PATH",
]);

/** Families of variables that can name files to load or programs to run. */
const LOADING = /^(PYTHON|PIP_|LD_|DYLD_|GIT_|PATH$)/;

/** The programs that a name without an extension can mean. */
const WINDOWS_EXTENSIONS: readonly string[] = [".exe", ".com"];

/**
 * The absolute path of a program, as the PATH or an absolute path names it; undefined if it is not
 * there or belongs to the workspace. Never the current folder, which Windows would try first.
 */
export async function resolveProgram(
  name: string,
  environment: Environment,
  boundary: Boundary,
  platform: NodeJS.Platform = process.platform,
): Promise<string | undefined> {
  const { isAbsolute, join, basename } = pathsOf(platform);
  if (isAbsolute(name)) {
    return (await isOutside(name, boundary)) && (await isProgram(name)) ? name : undefined;
  }
  if (name !== basename(name) || name === "") {
    return undefined;
  }
  for (const folder of pathEntries(environment, platform)) {
    if (!isAbsolute(folder) || boundary.contains(folder)) {
      continue;
    }
    for (const file of fileNames(name, platform)) {
      const path = join(folder, file);
      if ((await isProgram(path)) && (await isOutside(path, boundary))) {
        return path;
      }
    }
  }
  return undefined;
}

/** The environment without what would make a program load code of the workspace. */
export function cleanEnvironment(
  environment: Environment,
  boundary: Boundary,
  platform: NodeJS.Platform = process.platform,
): Record<string, string> {
  const { isAbsolute, delimiter } = pathsOf(platform);
  const clean: Record<string, string> = {};
  for (const [name, value] of Object.entries(environment)) {
    const known = platform === "win32" ? name.toUpperCase() : name;
    if (value === undefined || !LOADING.test(known)) {
      if (value !== undefined) {
        clean[name] = value;
      }
      continue;
    }
    const isList = PATH_LISTS.has(known);
    const entries = value.split(delimiter);
    const kept = entries.filter((entry) => {
      const path = unquoted(entry);
      return isAbsolute(path) ? !boundary.contains(path) : !isList;
    });
    if (kept.length > 0) {
      clean[name] = kept.length === entries.length ? value : kept.join(delimiter);
    }
  }
  // Also for the Pythons that ours start: the current folder is never the first to import from.
  clean.PYTHONSAFEPATH = "1";
  return clean;
}

/** Whether neither a path nor the file that it leads to belongs to the workspace. */
export async function isOutside(path: string, boundary: Boundary): Promise<boolean> {
  const real = await realpath(path).catch(() => path);
  return !boundary.contains(path) && !boundary.contains(real);
}

async function isProgram(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK);
    return (await stat(path)).isFile();
  } catch {
    return false;
  }
}

function pathEntries(environment: Environment, platform: NodeJS.Platform): string[] {
  const name =
    platform === "win32"
      ? Object.keys(environment).find((key) => key.toUpperCase() === "PATH")
      : "PATH";
  const value = (name && environment[name]) || "";
  return value.split(pathsOf(platform).delimiter).map(unquoted);
}

function fileNames(name: string, platform: NodeJS.Platform): string[] {
  if (platform !== "win32") {
    return [name];
  }
  return WINDOWS_EXTENSIONS.some((extension) => name.toLowerCase().endsWith(extension))
    ? [name]
    : WINDOWS_EXTENSIONS.map((extension) => name + extension);
}

/** Windows allows quotes around an entry of the PATH. */
function unquoted(entry: string): string {
  return /^"(.*)"$/.exec(entry)?.[1] ?? entry;
}

function pathsOf(platform: NodeJS.Platform): typeof posix {
  return platform === "win32" ? win32 : posix;
}
