// Asks about a document whose text differs from the shared one, and shows the difference.

import type { EditorDocumentQuestion } from "@peerline/ui/generated/protocol";
import { run } from "@peerline/ui/supervise";
import {
  commands,
  type Disposable,
  EventEmitter,
  TabInputTextDiff,
  Uri,
  window,
  workspace,
} from "vscode";
import type { Session } from "../session/session";
import { canonical } from "../shared/places";
import { warn } from "../shared/tell";
import { fileName } from "./documentTexts";
import { isShown } from "./openTexts";
import { answersTo, Questions, questionText } from "./question";

/** The scheme of the shared texts that are compared with. */
const TEXT_SCHEME = "peerline-shared";

/** Shows the questions as notifications. */
export class QuestionBox implements Disposable {
  readonly #session: Session;
  readonly #questions = new Questions();
  readonly #changed = new EventEmitter<Uri>();
  readonly #disposables: Disposable[];

  constructor(session: Session) {
    this.#session = session;
    this.#disposables = [
      this.#changed,
      session.onDidAskAboutDocument((asked) => {
        const question = { ...asked, uri: canonical(asked.uri) };
        this.#changed.fire(textUri(question));
        if (this.#questions.take(question) && isShown(question.uri)) {
          run("asking about a shared document", () => this.#ask(question));
        }
      }),
      session.onDidChangeDocuments((documents) =>
        this.#questions.keep(new Set(documents.map(({ uri }) => canonical(uri)))),
      ),
      workspace.registerTextDocumentContentProvider(TEXT_SCHEME, {
        onDidChange: this.#changed.event,
        provideTextDocumentContent: (uri) => this.#textOf(uri.query),
      }),
    ];
  }

  /** Ask once more about a document; whether there is a question. */
  askAgain(uri: string): boolean {
    const question = this.#questions.of(uri);
    if (question !== undefined) {
      run("asking about a shared document", () => this.#ask(question));
    }
    return question !== undefined;
  }

  async #ask(question: EditorDocumentQuestion): Promise<void> {
    const answers = answersTo(question);
    for (;;) {
      const pressed = await warn(questionText(question), ...answers.map(({ label }) => label));
      const answer = answers.find(({ label }) => label === pressed);
      if (answer === undefined || !this.#questions.isOpen(question)) {
        return; // closed without an answer: the status bar offers the question again
      }
      if (answer.choice !== undefined) {
        const { uri } = question;
        await this.#session.command("peerline.answerDocument", { uri, choice: answer.choice });
        await hideDifferences(question);
        return;
      }
      await showDifferences(question);
    }
  }

  /** The shared text of a document now. */
  async #textOf(documentId: string): Promise<string> {
    const answer = await this.#session.command("peerline.readDocument", {
      document_id: documentId,
    });
    return (answer as { text: string }).text;
  }

  dispose(): void {
    for (const disposable of this.#disposables) {
      disposable.dispose();
    }
  }
}

async function showDifferences(question: EditorDocumentQuestion): Promise<void> {
  const title = `${fileName(question.file)} (Shared ↔ Mine)`;
  await commands.executeCommand("vscode.diff", textUri(question), Uri.parse(question.uri), title, {
    preview: true,
  });
}

async function hideDifferences(question: EditorDocumentQuestion): Promise<void> {
  const shared = textUri(question).toString();
  const tabs = window.tabGroups.all
    .flatMap((group) => group.tabs)
    .filter(
      ({ input }) => input instanceof TabInputTextDiff && input.original.toString() === shared,
    );
  if (tabs.length > 0) {
    await window.tabGroups.close(tabs);
  }
}

function textUri({ document_id, file }: EditorDocumentQuestion): Uri {
  return Uri.from({ scheme: TEXT_SCHEME, path: `/${file}`, query: document_id });
}
