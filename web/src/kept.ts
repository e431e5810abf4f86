// The memory of the page on this device: its user's name, and a token of each session.

/** The parts of `Storage` that are used. */
export interface Shelf {
  readonly length: number;
  key(index: number): string | null;
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
  removeItem(key: string): void;
}

const NAME = "peerline.name";

/**
 * The name and the tokens: in this tab, or on the device where the user asked for it.
 *
 * A browser may refuse both, as in private windows: then nothing is remembered.
 */
export class Kept {
  readonly #tab: Shelf | undefined;
  readonly #device: Shelf | undefined;

  constructor(tab: Shelf | undefined, device: Shelf | undefined) {
    this.#tab = tab;
    this.#device = device;
  }

  get name(): string {
    return read(this.#device, NAME) ?? read(this.#tab, NAME) ?? "";
  }

  /** Whether the user asked to be remembered on this device in this session. */
  isOnDevice(sessionId: string): boolean {
    return read(this.#device, tokenKey(sessionId)) !== undefined;
  }

  keepName(name: string): void {
    write(this.#device, NAME, name) || write(this.#tab, NAME, name);
  }

  token(sessionId: string): string | undefined {
    const key = tokenKey(sessionId);
    return read(this.#tab, key) ?? read(this.#device, key);
  }

  keepToken(sessionId: string, token: string, onDevice: boolean): void {
    const key = tokenKey(sessionId);
    write(this.#tab, key, token);
    if (onDevice) {
      write(this.#device, key, token);
    }
  }

  /** Something of this tab, such as a draft. */
  read(key: string): string | undefined {
    return read(this.#tab, key);
  }

  /** Whether it was written: a browser may refuse, or have no room. */
  write(key: string, value: string): boolean {
    return write(this.#tab, key, value);
  }

  /** Forget everything of this tab whose key begins with one of these, but for those. */
  forget(starts: readonly string[], but: readonly string[]): void {
    for (const key of keys(this.#tab)) {
      if (starts.some((start) => key.startsWith(start)) && !but.includes(key)) {
        this.#tab?.removeItem(key);
      }
    }
  }

  forgetToken(sessionId: string): void {
    for (const shelf of [this.#tab, this.#device]) {
      try {
        shelf?.removeItem(tokenKey(sessionId));
      } catch {
        // It could not be written there either.
      }
    }
  }
}

function tokenKey(sessionId: string): string {
  return `peerline.token.${sessionId}`;
}

function keys(shelf: Shelf | undefined): string[] {
  try {
    return Array.from({ length: shelf?.length ?? 0 }, (_, place) => shelf?.key(place) ?? "");
  } catch {
    return [];
  }
}

function read(shelf: Shelf | undefined, key: string): string | undefined {
  try {
    return shelf?.getItem(key) ?? undefined;
  } catch {
    return undefined;
  }
}

function write(shelf: Shelf | undefined, key: string, value: string): boolean {
  try {
    shelf?.setItem(key, value);
    return shelf !== undefined;
  } catch {
    return false;
  }
}
