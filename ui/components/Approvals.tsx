// The open questions of AI agents: each whole, with the answers that it takes.
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import type { EditorApproval } from "../generated/protocol";
import { ANSWERS, askedText } from "../model/approvals";
import { useAct } from "./useAct";

type Choice = EditorApproval["options"][number];

export interface ApprovalActs {
  /** The question with all of its detail. */
  whole(approval: EditorApproval): Promise<EditorApproval>;
  /** Answer what was shown. */
  answer(approval: EditorApproval, choice: Choice): Promise<void>;
  /** Why something was refused, for people. */
  reasonOf(error: unknown): string;
}

interface ApprovalsProps {
  approvals: readonly EditorApproval[];
  acts: ApprovalActs;
}

export function Approvals({ approvals, acts }: ApprovalsProps) {
  const mine = approvals.filter(({ may_answer: mayAnswer }) => mayAnswer === true);
  return (
    <>
      <p class="unseen" role="status">
        {mine.map(askedText).join(". ")}
      </p>
      {approvals.length > 0 && (
        <section class="approvals" aria-label={`Questions of agents (${approvals.length})`}>
          <ul>
            {approvals.map((approval) => (
              <li key={approval.id}>
                <Question asked={approval} acts={acts} />
              </li>
            ))}
          </ul>
        </section>
      )}
    </>
  );
}

function Question({ asked, acts }: { asked: EditorApproval; acts: ApprovalActs }) {
  const [whole, setWhole] = useState<EditorApproval>();
  const { act, refusal } = useAct(acts.reasonOf);
  const [isRead, setRead] = useState(false);
  const text = useRef<HTMLElement>(null);
  const approval = whole ?? asked;
  const { username, owner, title, tool, files = [], detail = "", is_cut: isCut = false } = approval;
  const look = (): void => {
    const element = text.current;
    // One that is in a part of the page that is not shown has no height.
    const isAtEnd =
      element === null ||
      (element.clientHeight > 0 &&
        element.scrollHeight - element.scrollTop - element.clientHeight < 2);
    if (isAtEnd) {
      setRead(true);
    }
  };
  useLayoutEffect(() => setRead(false), [detail]);
  useLayoutEffect(look);
  const canAllow = isRead && !isCut;
  return (
    <article aria-label={askedText(approval)} onPointerEnter={look} onFocusCapture={look}>
      <p class="approval-title">
        <strong>{username}</strong> {owner === "" ? "" : `(agent of ${owner}) `}asks:{" "}
        <strong>{title}</strong>
        {tool == null ? "" : ` (${tool})`}
      </p>
      {files.length > 0 && <p class="approval-files">{files.join(", ")}</p>}
      {detail !== "" && (
        <section
          ref={text}
          class="approval-text"
          // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, also by keys
          tabIndex={0}
          aria-label={`What ${username} wants to do`}
          onScroll={look}
        >
          <pre>{detail}</pre>
        </section>
      )}
      {isCut && (
        <button
          type="button"
          onClick={() => act("showing a question", async () => setWhole(await acts.whole(asked)))}
        >
          Show All
        </button>
      )}
      {approval.may_answer === true ? (
        <div class="approval-acts">
          {approval.options.map((choice) => (
            <button
              key={choice}
              type="button"
              class={choice === "deny" ? "quiet" : ""}
              disabled={choice !== "deny" && !canAllow}
              onClick={() => act("answering an agent", () => acts.answer(approval, choice))}
            >
              {ANSWERS[choice]}
            </button>
          ))}
          {!canAllow && <span class="hint">To allow it, read it to its end.</span>}
        </div>
      ) : (
        <p class="hint">Waits for an answer{owner === "" ? "" : ` of ${owner}`}.</p>
      )}
      {refusal !== "" && <p role="alert">{refusal}</p>}
    </article>
  );
}
