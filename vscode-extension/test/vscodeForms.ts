// The fields and lists in which VS Code has the user enter something, for tests.
import { EventEmitter } from "./vscodeValues";

/** A row of a list to pick from. */
export interface Row {
  readonly label: string;
  readonly description?: string;
  readonly detail?: string;
}

/** A field to enter a text. */
export interface Field {
  readonly title: string;
  readonly prompt?: string;
  readonly value?: string;
  readonly validateInput?: (value: string) => string | undefined;
}

/** A field or a list that reports what the user does; it hides as VS Code's do. */
export class Form {
  readonly #changed = new EventEmitter<string>();
  readonly #accepted = new EventEmitter<void>();
  readonly #pressed = new EventEmitter<unknown>();
  readonly #hidden = new EventEmitter<void>();
  readonly onDidChangeValue = this.#changed.event;
  readonly onDidAccept = this.#accepted.event;
  readonly onDidTriggerButton = this.#pressed.event;
  readonly onDidTriggerItemButton = this.#pressed.event;
  readonly onDidHide = this.#hidden.event;
  title = "";
  value = "";
  placeholder = "";
  validationMessage: string | undefined;
  items: readonly (Row & { buttons?: readonly unknown[] })[] = [];
  selectedItems: readonly Row[] = [];
  isShown = false;
  isDisposed = false;

  show(): void {
    this.isShown = true;
  }

  hide(): void {
    if (this.isShown) {
      this.isShown = false;
      this.#hidden.fire();
    }
  }

  dispose(): void {
    this.isDisposed = true;
  }

  type(value: string): void {
    this.value = value;
    this.#changed.fire(value);
  }

  accept(item?: Row): void {
    this.selectedItems = item === undefined ? [] : [item];
    this.#accepted.fire();
  }

  press(item?: Row): void {
    this.#pressed.fire({ item });
  }
}
