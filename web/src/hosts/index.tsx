// The tools of hosts: they are loaded when the user is one.
import type { PendingJoin, Role } from "@peerline/client/session";
import { FullLinks, joinText } from "@peerline/ui/model/moderation";
import { revealed } from "@peerline/ui/model/reveal";
import { run } from "@peerline/ui/supervise";
import { useEffect, useMemo, useState } from "preact/hooks";
import type { LateCode } from "../code/lateCode.ts";
import { useCode } from "../code/useCode.ts";
import { useActs } from "./acts.ts";
import { ManageDialog } from "./ManageDialog.tsx";
import { PersonDialog } from "./PersonDialog.tsx";
import "../session/lateStyle.ts";

interface HostToolsProps {
  code: LateCode;
  /** The dialog that is open: the session's, or a participant's by their id. */
  managed: { userId?: string } | undefined;
  onInvite(role: Role): Promise<string>;
  onClose(): void;
}

export function HostTools({ code, managed, onInvite, onClose }: HostToolsProps) {
  useCode(code);
  const { hosting, replica } = code.client;
  const { moderation, connected } = replica;
  const isUnknown = moderation === undefined;
  // Each join begins without it, and so does a user who becomes a host.
  useEffect(() => {
    if (isUnknown) {
      run("asking who waits to join", () => hosting.look().catch(() => undefined));
    }
  }, [hosting, isUnknown, connected?.connection_id]);
  const { pending = [] } = moderation ?? {};
  return (
    <>
      {pending.length > 0 && (
        <ul class="requests" aria-label="People who want to join">
          {pending.map((join) => (
            <Request key={`${join.user_id} ${join.asked_at}`} code={code} join={join} />
          ))}
        </ul>
      )}
      <News code={code} />
      {managed?.userId !== undefined ? (
        <PersonDialog key={managed.userId} code={code} userId={managed.userId} onClose={onClose} />
      ) : (
        managed !== undefined && <ManageDialog code={code} onInvite={onInvite} onClose={onClose} />
      )}
    </>
  );
}

function Request({ code, join }: { code: LateCode; join: PendingJoin }) {
  const acts = useActs();
  // The list without it comes a little later, and must not be answered twice.
  const [isAnswered, setAnswered] = useState(false);
  const name = revealed(join.username);
  const answer = (allow: boolean): void =>
    acts.act("answering a request to join", async () => {
      await code.client.hosting.answerJoin(join.user_id, allow);
      setAnswered(true);
      return undefined;
    });
  if (isAnswered) {
    return null;
  }
  return (
    <li>
      <span role="alert">{acts.refusal === "" ? joinText(name, join) : acts.refusal}</span>
      <button
        type="button"
        class="primary"
        aria-label={`Admit ${name}`}
        onClick={() => answer(true)}
      >
        Admit
      </button>
      <button type="button" aria-label={`Decline ${name}`} onClick={() => answer(false)}>
        Decline
      </button>
    </li>
  );
}

/** Links that take no more guests, once each. */
function News({ code }: { code: LateCode }) {
  const { moderation } = code.client.replica;
  const links = useMemo(() => new FullLinks(), []);
  const [news, setNews] = useState<readonly string[]>([]);
  useEffect(() => {
    const more = links.news(moderation);
    if (more.length > 0) {
      setNews((before) => [...before, ...more]);
    }
  }, [links, moderation]);
  return news.length === 0 ? null : (
    <div class="notice">
      {news.map((text) => (
        <p key={text} role="alert">
          {text}
        </p>
      ))}
      <button type="button" onClick={() => setNews([])}>
        Close
      </button>
    </div>
  );
}
