// An event of the extension: each listener is supervised, so that one that fails stops no other.

import { run } from "@peerline/ui/supervise";
import type { Disposable, Event } from "vscode";

/** Like VS Code's EventEmitter. */
export class Signal<T> implements Disposable {
  readonly #name: string;
  readonly #listeners = new Set<{ readonly call: (value: T) => unknown }>();

  /** `name` says what is done with the event, for the log. */
  constructor(name: string) {
    this.#name = name;
  }

  readonly event: Event<T> = (listener, thisArg, disposables) => {
    const entry = { call: listener.bind(thisArg) as (value: T) => unknown };
    this.#listeners.add(entry);
    const disposable = { dispose: () => this.#listeners.delete(entry) };
    disposables?.push(disposable);
    return disposable;
  };

  /** Call every listener that is there now. */
  fire(value: T): void {
    for (const { call } of [...this.#listeners]) {
      run(this.#name, () => call(value));
    }
  }

  dispose(): void {
    this.#listeners.clear();
  }
}
