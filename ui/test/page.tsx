// A document with components in it, on a host that the test plays.
import { type ComponentChildren, render } from "preact";
import { act } from "preact/test-utils";
import { ControllerContext } from "../components/context";
import { Controller } from "../controller";
import type { PanelHost } from "../host";
import type { FromPanel, PanelAnswer, Snapshot, ToPanel } from "../messages";
import { joined } from "./make";

/** Draws, and acts as a user does. */
export class Page implements PanelHost {
  readonly posted: FromPanel[] = [];
  readonly root = document.body.appendChild(document.createElement("div"));
  saved: unknown;
  #hear: (message: ToPanel) => void = () => {};
  controller = new Controller(this, () => 0);

  post(sent: FromPanel): void {
    this.posted.push(sent);
  }

  listen(hear: (message: ToPanel) => void): void {
    this.#hear = hear;
  }

  load(): unknown {
    return this.saved;
  }

  save(state: unknown): void {
    this.saved = state;
  }

  /** The panel is hidden and shown again. */
  reload(): void {
    render(null, this.root);
    this.controller = new Controller(this, () => 0);
  }

  /** The host says something. */
  async tell(message: ToPanel): Promise<void> {
    await act(async () => this.#hear(message));
  }

  async snapshot(fields: Partial<Snapshot> = {}): Promise<void> {
    await this.tell({
      type: "snapshot",
      snapshot: {
        ...{ state: joined(), participants: [], files: [], messages: [], hasMore: false },
        ...{ sending: 0, readSeq: 0, isAttentive: true, ...fields },
      },
    });
  }

  /** Answer the last request; a reason refuses it. */
  async answer(refusal?: string, more: Partial<PanelAnswer> = {}): Promise<void> {
    const asked = this.posted.findLast((message) => "request" in message);
    const request = asked !== undefined && "request" in asked ? asked.request : "none";
    const refused = refusal === undefined ? {} : { refusal };
    await this.tell({ type: "answer", request, ...refused, ...more });
  }

  async draw(children: ComponentChildren): Promise<void> {
    await act(async () =>
      render(
        <ControllerContext.Provider value={this.controller}>{children}</ControllerContext.Provider>,
        this.root,
      ),
    );
  }

  get text(): string {
    return textOf(this.root);
  }

  all(selector: string): HTMLElement[] {
    return [...this.root.querySelectorAll<HTMLElement>(selector)];
  }

  /** The one element. */
  one<E extends HTMLElement = HTMLElement>(selector: string): E {
    const [found, ...others] = this.all(selector);
    if (found === undefined || others.length > 0) {
      throw new Error(`${others.length + (found === undefined ? 0 : 1)} of ${selector}`);
    }
    return found as E;
  }

  /** The names of all buttons. */
  get buttons(): string[] {
    return this.all("button").map(nameOf);
  }

  button(name: string): HTMLButtonElement {
    const found = this.all("button").find((each) => nameOf(each) === name);
    if (found === undefined) {
      throw new Error(`no button ${name} in ${this.buttons.join(", ")}`);
    }
    return found as HTMLButtonElement;
  }

  get alerts(): string[] {
    return this.all('[role="alert"]').map(textOf);
  }

  async click(element: HTMLElement | string): Promise<void> {
    await act(async () => (typeof element === "string" ? this.button(element) : element).click());
  }

  async fire(element: HTMLElement, type: string, options: EventInit = {}): Promise<void> {
    await act(async () => void element.dispatchEvent(new Event(type, options)));
  }

  /** Press a key; whether its default was prevented. */
  async press(
    element: HTMLElement,
    key: string,
    options: KeyboardEventInit = {},
  ): Promise<boolean> {
    const event = new KeyboardEvent("keydown", {
      ...{ key, bubbles: true, cancelable: true },
      ...options,
    });
    await act(async () => void element.dispatchEvent(event));
    return event.defaultPrevented;
  }

  /** Have a field hold a text, with the cursor behind it. */
  async type(field: HTMLTextAreaElement, text: string): Promise<void> {
    await act(async () => {
      field.focus();
      field.value = text;
      field.setSelectionRange(text.length, text.length);
      field.dispatchEvent(new Event("input", { bubbles: true }));
    });
  }

  close(): void {
    render(null, this.root);
    this.root.remove();
  }
}

/** The text in one line. */
export function textOf(element: Element): string {
  return (element.textContent ?? "").replace(/\s+/gu, " ").trim();
}

function nameOf(element: Element): string {
  return element.getAttribute("aria-label") ?? textOf(element);
}
