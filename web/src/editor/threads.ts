// Comment threads in the code: marks beside their lines, and what is drawn below them.
import { type Extension, type Range, StateEffect, StateField } from "@codemirror/state";
import {
  Decoration,
  type DecorationSet,
  EditorView,
  GutterMarker,
  gutter,
  WidgetType,
} from "@codemirror/view";

import { NEW, WAITING } from "../code/drafts.ts";
import type { DrawBelow } from "../code/ports.ts";

/** Something below a line: a thread, or a comment that is being written. */
export interface Below {
  readonly id: string;
  /** 0-based. */
  readonly row: number;
}

export const setBelow = StateEffect.define<readonly Below[]>();

class Block extends WidgetType {
  readonly id: string;
  readonly #draw: DrawBelow;
  static readonly #ends = new WeakMap<HTMLElement, () => void>();

  constructor(id: string, draw: DrawBelow) {
    super();
    this.id = id;
    this.#draw = draw;
  }

  override eq(other: Block): boolean {
    return this.id === other.id;
  }

  override toDOM(): HTMLElement {
    const element = document.createElement("div");
    element.className = "below-line";
    Block.#ends.set(element, this.#draw(this.id, element));
    return element;
  }

  override destroy(element: HTMLElement): void {
    Block.#ends.get(element)?.();
  }

  override get estimatedHeight(): number {
    return 120;
  }

  override ignoreEvent(): boolean {
    return true;
  }
}

class Mark extends GutterMarker {
  readonly #count: number;

  constructor(count: number) {
    super();
    this.#count = count;
  }

  override eq(other: Mark): boolean {
    return this.#count === other.#count;
  }

  override toDOM(): HTMLElement {
    const mark = document.createElement("span");
    mark.className = "comment-mark";
    mark.textContent = String(this.#count);
    return mark;
  }
}

/** Threads and drafts, and the column beside the lines; `press` gets the row that was pressed. */
export function threads(draw: DrawBelow, press: (row: number) => void): Extension {
  const field = StateField.define<DecorationSet>({
    create: () => Decoration.none,
    update: (before, transaction) => {
      let decorations = before.map(transaction.changes);
      for (const effect of transaction.effects) {
        if (effect.is(setBelow)) {
          const doc = transaction.newDoc;
          const blocks = effect.value.map(({ id, row }): Range<Decoration> => {
            const line = doc.line(Math.min(row + 1, doc.lines));
            const widget = new Block(id, draw);
            return Decoration.widget({ widget, block: true, side: 1 }).range(line.to);
          });
          decorations = Decoration.set(blocks, true);
        }
      }
      return decorations;
    },
    provide: (self) => EditorView.decorations.from(self),
  });
  return [
    field,
    gutter({
      class: "comment-gutter",
      lineMarker: (view, line) => {
        let count = 0;
        view.state.field(field).between(line.from, line.to, (_from, _to, decoration) => {
          const { id } = decoration.spec.widget as Block;
          count += id.startsWith(NEW) || id.startsWith(WAITING) ? 0 : 1;
        });
        return count === 0 ? null : new Mark(count);
      },
      lineMarkerChange: (update) => update.startState.field(field) !== update.state.field(field),
      initialSpacer: () => new Mark(1),
      domEventHandlers: {
        click: (view, line) => {
          press(view.state.doc.lineAt(line.from).number - 1);
          return true;
        },
      },
    }),
  ];
}
