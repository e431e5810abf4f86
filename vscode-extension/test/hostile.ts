// A workspace in which each file leaves a mark when it is run.
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";

const MODULES = [
  "server.py",
  "server/peerline_server/__init__.py",
  "peerline/__init__.py",
  "peerline/__main__.py",
  "pip.py",
  "venv.py",
  "ensurepip/__init__.py",
  "sitecustomize.py",
  "usercustomize.py",
  "encodings.py",
  "json.py",
];
const PROGRAMS = ["git", "python3", "python", "bin/git", "bin/python3", "bin/peerline"];

/** Write modules and programs that put a file of their name into the folder `marker`. */
export async function writeHostileFiles(workspace: string, marker: string): Promise<void> {
  const mark = (name: string) => join(marker, name.replaceAll("/", "-"));
  for (const name of MODULES) {
    const path = join(workspace, name);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, `# leaves a marker\nopen(${JSON.stringify(mark(name))}, "w").close()\n`);
  }
  for (const name of PROGRAMS) {
    const path = join(workspace, name);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, `#!/bin/sh\n: > "${mark(`program-${name}`)}"\nexit 1\n`, { mode: 0o755 });
  }
}
