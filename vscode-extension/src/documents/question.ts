// The question about a document whose text differs from the shared one. Pure.

import type { DocumentChoice, EditorDocumentQuestion } from "@peerline/ui/generated/protocol";
import { count, oneLine } from "../shared/names";

const FILE_WIDTH = 200;

/** A button of the question, and what it answers; without a choice it shows the differences. */
export interface Answer {
  readonly label: string;
  readonly choice: DocumentChoice | undefined;
}

/** The text of the notification. */
export function questionText(question: EditorDocumentQuestion): string {
  const file = oneLine(question.file, FILE_WIDTH);
  const lines =
    `${count(question.lines_added, "line", "lines")} added, ` +
    `${count(question.lines_removed, "line", "lines")} removed`;
  return question.kind === "disk"
    ? `${file} has changed on the disk: ${lines}. Which text should be shared?`
    : `Your ${file} differs from the text that ${oneLine(question.shared_by_name)} shares: ${lines}.`;
}

/** The buttons of the notification, which has room for four short ones. */
export function answersTo(question: EditorDocumentQuestion): readonly Answer[] {
  const isDisk = question.kind === "disk";
  const mine = { label: isDisk ? "Share Mine" : "Offer Mine", choice: "mine" } as const;
  return [
    { label: "Compare", choice: undefined },
    { label: "Use the Shared Text", choice: "shared" },
    ...(question.can_offer ? [mine] : []),
    { label: isDisk ? "Stop Sharing" : "Not Now", choice: "later" },
  ];
}

/** The questions that are open: one a document. */
export class Questions {
  readonly #open = new Map<string, EditorDocumentQuestion>();

  /** A question of the bridge; whether there is something to ask now. */
  take(question: EditorDocumentQuestion): boolean {
    if (question.is_settled) {
      this.#open.delete(question.uri);
      return false;
    }
    this.#open.set(question.uri, question);
    return true;
  }

  /** Whether this question is still the one to be answered. */
  isOpen(question: EditorDocumentQuestion): boolean {
    return this.#open.get(question.uri) === question;
  }

  /** The question about a document. */
  of(uri: string): EditorDocumentQuestion | undefined {
    return this.#open.get(uri);
  }

  /** Only the documents of these URIs are shared: the other questions are gone. */
  keep(uris: ReadonlySet<string>): void {
    for (const uri of this.#open.keys()) {
      if (!uris.has(uri)) {
        this.#open.delete(uri);
      }
    }
  }
}
