// Tells files inside the workspace, which others may have written, from those outside. Pure.
import { posix, win32 } from "node:path";

/** The folders of the workspace, to ask of a path whether it lies in one of them. */
export class Boundary {
  readonly #folders: readonly string[];
  readonly #platform: NodeJS.Platform;

  constructor(folders: readonly string[], platform: NodeJS.Platform = process.platform) {
    this.#platform = platform;
    this.#folders = folders.map((folder) => this.#normal(folder));
  }

  /**
   * The boundary of a workspace. A folder that holds the extension's own files, such as a home
   * folder or `/`, is none: who can write there can change the extension itself.
   */
  static of(
    folders: readonly string[],
    ownFiles: readonly string[],
    platform: NodeJS.Platform = process.platform,
  ): Boundary {
    const isBoundary = (folder: string) => {
      const boundary = new Boundary([folder], platform);
      return !ownFiles.some((path) => boundary.contains(path));
    };
    return new Boundary(folders.filter(isBoundary), platform);
  }

  /** Whether an absolute path is one of the folders or lies in one. */
  contains(path: string): boolean {
    const { isAbsolute, relative, sep } = this.#path;
    const normal = this.#normal(path);
    return this.#folders.some((folder) => {
      const rest = relative(folder, normal);
      return rest === "" || !(isAbsolute(rest) || rest === ".." || rest.startsWith(`..${sep}`));
    });
  }

  /** Names are compared as the usual disk of the system compares them. */
  #normal(path: string): string {
    const normal = this.#path.normalize(path);
    return this.#platform === "win32" || this.#platform === "darwin"
      ? normal.normalize("NFC").toLowerCase()
      : normal;
  }

  get #path(): typeof posix {
    return this.#platform === "win32" ? win32 : posix;
  }
}
