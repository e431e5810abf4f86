// The questions of AI agents: a notification for each, the whole question on demand, the answer.
import type { EditorApproval, EditorApprovals } from "@peerline/ui/generated/protocol";
import { ANSWERS } from "@peerline/ui/model/approvals";
import { run } from "@peerline/ui/supervise";
import { type Disposable, window, workspace } from "vscode";
import type { Session } from "../session/session";
import { oneLine, withoutIcons } from "../shared/names";
import { show, tell } from "../shared/tell";
import type { News } from "../status/news";
import { askedText, brokenLines, fitsDialog, shortQuestion, wholeQuestion } from "./approvalTexts";

type Choice = keyof typeof ANSWERS;

/** Asks the user what agents ask, and tells when somebody else has answered. */
export class Approvals implements Disposable {
  readonly #session: Session;
  readonly #news: News;
  readonly #asked = new Map<string, EditorApproval>();
  readonly #listener: Disposable;

  constructor(session: Session, news: News) {
    this.#session = session;
    this.#news = news;
    this.#listener = session.onDidChangeApprovals((approvals) => this.#update(approvals));
  }

  /** Choose a question, and answer it. */
  async choose(): Promise<void> {
    const items = [...this.#asked.values()].map((approval) => ({
      label: withoutIcons(askedText(approval)),
      approval,
    }));
    if (items.length === 0) {
      show.info("No agent asks anything that you may answer.");
      return;
    }
    const chosen =
      items.length === 1
        ? items[0]
        : await window.showQuickPick(items, { title: "Peerline: Answer Agent" });
    if (chosen !== undefined) {
      await this.#review(chosen.approval.id);
    }
  }

  dispose(): void {
    this.#listener.dispose();
  }

  #update({ approvals, closed = [] }: EditorApprovals): void {
    const mine = approvals.filter(({ may_answer: mayAnswer }) => mayAnswer === true);
    const open = new Set(mine.map(({ id }) => id));
    for (const { id, text, is_mine: isMine } of closed) {
      if (this.#asked.has(id) && isMine !== true) {
        show.info(`${oneLine(text, 200)}.`);
      }
    }
    for (const id of this.#asked.keys()) {
      if (!open.has(id)) {
        this.#asked.delete(id);
        this.#news.settle(keyOf(id));
      }
    }
    for (const approval of mine) {
      if (!this.#asked.has(approval.id)) {
        this.#asked.set(approval.id, approval);
        run("asking what an agent asks", () => this.#ask(approval));
      }
    }
  }

  /** Say that an agent asks. To allow it here, all of it must be in the notification. */
  async #ask(approval: EditorApproval): Promise<void> {
    const short = shortQuestion(approval);
    const answers = short === undefined ? (["deny"] as const) : approval.options;
    const review = { text: "Show…", open: () => this.#guarded(() => this.#review(approval.id)) };
    await this.#news.tell({
      key: keyOf(approval.id),
      text: short ?? `${askedText(approval)}.`,
      links: [
        ...(short === undefined ? [review] : []),
        ...answers.map((choice) => ({
          text: ANSWERS[choice],
          open: () => this.#guarded(() => this.#answer(approval, choice)),
        })),
      ],
      stays: true,
    });
  }

  /** Show all of a question, and answer it. */
  async #review(id: string): Promise<void> {
    const approval = (await this.#session.command("peerline.getApproval", {
      approval_id: id,
    })) as EditorApproval;
    const title = `${approval.username} asks: ${approval.title}`;
    const detail = wholeQuestion(approval);
    const labels = approval.options.map((choice) => ANSWERS[choice]);
    const chosen = fitsDialog(`${title}\n${detail}`)
      ? await window.showInformationMessage(title, { modal: true, detail }, ...labels)
      : await readInEditor(approval, `${title}\n${detail}`, labels);
    const choice = approval.options.find((each) => ANSWERS[each] === chosen);
    if (choice !== undefined) {
      await this.#answer(approval, choice);
    } else if (this.#asked.has(id)) {
      run("asking what an agent asks", () => this.#ask(approval));
    }
  }

  async #answer({ id, digest }: EditorApproval, answer: Choice): Promise<void> {
    await this.#session.command("peerline.answerApproval", {
      approval_id: id,
      answer,
      ...(digest == null ? {} : { digest }),
    });
  }

  async #guarded(act: () => Promise<void>): Promise<void> {
    try {
      await act();
    } catch (error) {
      show.warning(`Peerline: ${(error as Error).message}`);
    }
  }
}

/** Show a long question in an editor; to allow it, its end must be in sight. */
async function readInEditor(
  approval: EditorApproval,
  text: string,
  labels: readonly string[],
): Promise<string | undefined> {
  const content = brokenLines(text);
  const document = await workspace.openTextDocument({ content, language: "plaintext" });
  await window.showTextDocument(document);
  for (;;) {
    const asked = `${askedText(approval)}. Read it to its end in the editor.`;
    const chosen = await tell(asked, ...labels);
    const isAtEnd = window.visibleTextEditors.some(
      (editor) =>
        editor.document === document &&
        document.getText() === content &&
        editor.visibleRanges.some(({ end }) => end.line >= document.lineCount - 1),
    );
    if (chosen !== ANSWERS.allow_once || isAtEnd) {
      return chosen;
    }
  }
}

function keyOf(id: string): string {
  return `approval ${id}`;
}
