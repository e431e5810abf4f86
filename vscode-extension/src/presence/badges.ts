// A badge on the files that others are in.

import type { EditorParticipant } from "@peerline/ui/generated/protocol";
import {
  type Disposable,
  EventEmitter,
  FileDecoration,
  type FileDecorationProvider,
  Uri,
  window,
} from "vscode";
import type { Session } from "../session/session";
import { participantColor } from "../shared/colors";
import { initial, oneLine } from "../shared/names";
import { onDidChangeSettings, settings } from "../shared/settings";

/** Decorates files in the explorer and in tabs. */
export class FileBadges implements FileDecorationProvider, Disposable {
  readonly #changed = new EventEmitter<Uri[]>();
  readonly #session: Session;
  readonly #disposables: Disposable[];
  #people = new Map<string, EditorParticipant[]>();
  readonly onDidChangeFileDecorations = this.#changed.event;

  constructor(session: Session) {
    this.#session = session;
    this.#disposables = [
      this.#changed,
      window.registerFileDecorationProvider(this),
      session.onDidChangeParticipants(() => this.#update()),
      onDidChangeSettings(() => this.#update()),
    ];
  }

  provideFileDecoration(uri: Uri): FileDecoration | undefined {
    const people = this.#people.get(uri.toString());
    const [first] = people ?? [];
    if (people === undefined || first === undefined) {
      return undefined;
    }
    const badge =
      people.length === 1 ? initial(first.username) : String(Math.min(people.length, 99));
    const names = people.map((person) => oneLine(person.username)).join(", ");
    return new FileDecoration(badge, `Here: ${names}`, participantColor(first.color));
  }

  #update(): void {
    const people = settings().showFileBadges ? this.#session.participants : [];
    const now = new Map<string, EditorParticipant[]>();
    for (const person of people) {
      if (!person.is_me && person.uri !== undefined) {
        const uri = Uri.parse(person.uri).toString();
        now.set(uri, [...(now.get(uri) ?? []), person]);
      }
    }
    const changed = [...new Set([...now.keys(), ...this.#people.keys()])].filter(
      (uri) => namesOf(now.get(uri)) !== namesOf(this.#people.get(uri)),
    );
    this.#people = now;
    if (changed.length > 0) {
      this.#changed.fire(changed.map((uri) => Uri.parse(uri)));
    }
  }

  dispose(): void {
    for (const disposable of this.#disposables) {
      disposable.dispose();
    }
  }
}

function namesOf(people: readonly EditorParticipant[] = []): string {
  return people.map((person) => `${person.user_id} ${person.color} ${person.username}`).join("\n");
}
