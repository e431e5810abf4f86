// The carets and selections of others in the code.
import { type Range, StateEffect, StateField } from "@codemirror/state";
import { Decoration, type DecorationSet, EditorView, WidgetType } from "@codemirror/view";
import { revealControls } from "@peerline/client/session";

/** Somebody else in the shown document; places are indexes in its text. */
export interface Person {
  readonly id: string;
  readonly name: string;
  readonly color: number;
  readonly head: number;
  readonly anchor?: number;
}

export const setPeople = StateEffect.define<readonly Person[]>();

class Caret extends WidgetType {
  readonly #person: Person;

  constructor(person: Person) {
    super();
    this.#person = person;
  }

  override eq(other: Caret): boolean {
    const { id, name, color, head } = this.#person;
    const those = other.#person;
    // Another place makes it another caret: its name is shown again.
    return id === those.id && name === those.name && color === those.color && head === those.head;
  }

  override toDOM(): HTMLElement {
    const caret = document.createElement("span");
    caret.className = `remote-caret person-${this.#person.color}`;
    const name = document.createElement("span");
    name.className = "remote-name";
    name.textContent = revealControls(this.#person.name, "");
    caret.append("\u2060", name);
    return caret;
  }

  override ignoreEvent(): boolean {
    return true;
  }
}

interface People {
  readonly persons: readonly Person[];
  readonly decorations: DecorationSet;
}

/** Carets move with the text until the next report of where they are. */
export const people = StateField.define<People>({
  create: () => ({ persons: [], decorations: Decoration.none }),
  update: (before, transaction) => {
    let now = before;
    const { changes } = transaction;
    if (!changes.empty) {
      const persons = now.persons.map((person) => ({
        ...person,
        head: changes.mapPos(Math.min(person.head, changes.length)),
      }));
      now = { persons, decorations: now.decorations.map(changes) };
    }
    for (const effect of transaction.effects) {
      if (effect.is(setPeople)) {
        const decorations = draw(effect.value, transaction.newDoc.length);
        now = { persons: effect.value, decorations };
      }
    }
    return now;
  },
  provide: (field) => EditorView.decorations.from(field, ({ decorations }) => decorations),
});

function draw(persons: readonly Person[], length: number): DecorationSet {
  const ranges: Range<Decoration>[] = [];
  for (const person of persons) {
    const head = Math.min(person.head, length);
    const anchor = Math.min(person.anchor ?? head, length);
    if (anchor !== head) {
      const mark = Decoration.mark({ class: `remote-selection person-${person.color}` });
      ranges.push(mark.range(Math.min(head, anchor), Math.max(head, anchor)));
    }
    ranges.push(Decoration.widget({ widget: new Caret(person), side: -1 }).range(head));
  }
  return Decoration.set(ranges, true);
}
