// Marks at the edges of the code for cursors outside of the view: press one to go there.
import { type Extension, Transaction } from "@codemirror/state";
import { EditorView, type PluginValue, ViewPlugin, type ViewUpdate } from "@codemirror/view";
import { revealControls } from "@peerline/client/session";
import { type Away, MAX_NAMED, type Outside, outside } from "./outside.ts";
import { people, setPeople } from "./people.ts";

/** Lines, 1-based, that are seen in an editor. */
export function visibleLines(view: EditorView): { start_line: number; end_line: number } {
  const { scrollDOM, state, documentTop, scaleY } = view;
  const box = scrollDOM.getBoundingClientRect();
  const lineAt = (y: number) => {
    const block = view.lineBlockAtHeight((y - documentTop) / scaleY);
    return state.doc.lineAt(block.from).number;
  };
  return { start_line: lineAt(box.top + 1), end_line: lineAt(box.bottom - 1) };
}

class Edges implements PluginValue {
  readonly #view: EditorView;
  readonly #above = edge("above");
  readonly #below = edge("below");
  readonly #onScroll = () => this.#look();
  #shown = "";

  constructor(view: EditorView) {
    this.#view = view;
    view.dom.append(this.#above, this.#below);
    view.scrollDOM.addEventListener("scroll", this.#onScroll, { passive: true });
    this.#look();
  }

  update(update: ViewUpdate): void {
    const isOfPeople = update.transactions.some(({ effects }) =>
      effects.some((effect) => effect.is(setPeople)),
    );
    if (isOfPeople || update.docChanged || update.geometryChanged) {
      this.#look();
    }
  }

  destroy(): void {
    this.#view.scrollDOM.removeEventListener("scroll", this.#onScroll);
    this.#above.remove();
    this.#below.remove();
  }

  #look(): void {
    this.#view.requestMeasure({
      key: this,
      read: (view) => outside(view.state.field(people).persons, view.state.doc, visibleLines(view)),
      write: (found) => this.#show(found),
    });
  }

  #show({ above, below }: Outside): void {
    const shown = JSON.stringify([above, below]);
    if (shown !== this.#shown) {
      this.#shown = shown;
      this.#fill(this.#above, above, "↑");
      this.#fill(this.#below, below, "↓");
    }
  }

  #fill(edge: HTMLElement, those: readonly Away[], arrow: string): void {
    const focused = edge.contains(document.activeElement);
    const marks = those.slice(0, MAX_NAMED).map((away) => this.#mark(away, arrow));
    const more = those.length - marks.length;
    edge.replaceChildren(...marks, ...(more > 0 ? [`+${more}`] : []));
    if (focused) {
      (marks[0] ?? this.#view.contentDOM).focus();
    }
  }

  #mark({ person, line }: Away, arrow: string): HTMLElement {
    const mark = document.createElement("button");
    mark.type = "button";
    mark.className = `person-${person.color}`;
    const name = revealControls(person.name, "");
    const where = document.createElement("span");
    where.setAttribute("aria-hidden", "true");
    where.textContent = `${arrow} `;
    mark.append(where, `${name}, line ${line}`);
    mark.setAttribute("aria-label", `Go to ${name}, line ${line}`);
    mark.addEventListener("click", () => {
      const at = this.#view.state.doc.line(line).from;
      this.#view.dispatch({
        effects: EditorView.scrollIntoView(at, { y: "center" }),
        annotations: Transaction.addToHistory.of(false),
      });
    });
    return mark;
  }
}

function edge(where: string): HTMLElement {
  const element = document.createElement("div");
  element.className = `people-edge is-${where}`;
  return element;
}

export const edges: Extension = ViewPlugin.fromClass(Edges);
