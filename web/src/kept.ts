// The memory of the page on this device: its user's name, and a token of each session.

/** The parts of `Storage` that are used. */
export interface Shelf {
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

  write(key: string, value: string): void {
    write(this.#tab, key, value);
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
