// The session as its hosts manage it: who may join, invite links, bans, its end.
import type { Ban, Invite, Role } from "@peerline/client/session";
import { momentOf, revokedText } from "@peerline/ui/model/inviteOf";
import { inviteText } from "@peerline/ui/model/moderation";
import { revealed } from "@peerline/ui/model/reveal";
import { useEffect, useState } from "preact/hooks";
import type { LateCode } from "../code/lateCode.ts";
import { aboutLink } from "../localLink.ts";
import { Dialog } from "../shared/Dialog.tsx";
import { type Acts, useActs } from "./acts.ts";
import { Outcome } from "./Outcome.tsx";

interface ManageDialogProps {
  code: LateCode;
  /** Make a link for others with this role. */
  onInvite(role: Role): Promise<string>;
  onClose(): void;
}

export function ManageDialog({ code, onInvite, onClose }: ManageDialogProps) {
  const acts = useActs();
  const [isEnding, setEnding] = useState(false);
  const { hosting, replica } = code.client;
  const isAsked = replica.session?.join_approval === true;
  // The box shows the choice until the session has it.
  const [wanted, setWanted] = useState<boolean>();
  useEffect(() => setWanted(undefined), [isAsked]);
  if (isEnding) {
    return (
      <Dialog key="end" title="End the session for everybody?" onClose={() => setEnding(false)}>
        <p>Nobody can join it again. Its messages and comments stay on the server.</p>
        <Outcome acts={acts} />
        <div class="dialog-acts">
          <button type="button" onClick={() => setEnding(false)}>
            Cancel
          </button>
          <button
            type="button"
            onClick={() =>
              acts.act("ending the session", async () => {
                await hosting.endSession();
                return undefined;
              })
            }
          >
            End Session
          </button>
        </div>
      </Dialog>
    );
  }
  const choose = (isWanted: boolean): void => {
    setWanted(isWanted);
    acts.act("choosing who may join", async () => {
      try {
        await hosting.requireApproval(isWanted);
      } catch (error) {
        setWanted(undefined);
        throw error;
      }
      return isWanted ? "A host is asked each time." : "Everybody with a link can join.";
    });
  };
  const { invites = [], bans = [] } = replica.moderation ?? {};
  return (
    <Dialog key="manage" title="Manage session" onClose={onClose}>
      <label class="check">
        <input
          type="checkbox"
          checked={wanted ?? isAsked}
          onChange={(event) => choose(event.currentTarget.checked)}
        />
        Ask a host each time somebody wants to join
      </label>
      <h3>Invite links</h3>
      <Invites code={code} invites={invites} acts={acts} />
      <NewLink onInvite={onInvite} acts={acts} />
      {bans.length > 0 && (
        <>
          <h3>Banned</h3>
          <Bans code={code} bans={bans} acts={acts} />
        </>
      )}
      <Outcome acts={acts} />
      <div class="dialog-acts">
        <button
          type="button"
          onClick={() =>
            acts.act("bringing everyone here", async () => {
              await hosting.summon();
              return "Everyone was asked to follow you.";
            })
          }
        >
          Bring Everyone to Me
        </button>
        <button type="button" onClick={() => setEnding(true)}>
          End Session…
        </button>
      </div>
    </Dialog>
  );
}

interface ListProps {
  code: LateCode;
  acts: Acts;
}

function Invites({ code, invites, acts }: ListProps & { invites: readonly Invite[] }) {
  const sorted = invites.toSorted((one, other) => other.created_at.localeCompare(one.created_at));
  return sorted.length === 0 ? (
    <p class="note">There is no active invite link.</p>
  ) : (
    <ul class="managed" aria-label="Invite links">
      {sorted.map((invite) => (
        <li key={invite.id}>
          <span>
            For {invite.role}s, made {momentOf(invite)}
            <span class="note"> {inviteText(invite)}</span>
          </span>
          <button
            type="button"
            aria-label={`Revoke the ${invite.role} link of ${momentOf(invite)}`}
            onClick={() =>
              acts.act("revoking a link", async () => {
                await code.client.hosting.revokeInvite(invite.id);
                return revokedText(invite);
              })
            }
          >
            Revoke
          </button>
        </li>
      ))}
    </ul>
  );
}

function NewLink({ onInvite, acts }: { onInvite(role: Role): Promise<string>; acts: Acts }) {
  const [link, setLink] = useState<string>();
  const make = (role: Role): void =>
    acts.act("making a link", async () => {
      const made = await onInvite(role);
      setLink(made);
      try {
        await navigator.clipboard.writeText(made);
        return aboutLink(`The invite link for ${role}s was copied to the clipboard.`, made);
      } catch {
        // Without https a browser has no clipboard for pages: the link is shown to be copied.
        return aboutLink(`This is the invite link for ${role}s.`, made);
      }
    });
  return (
    <div class="dialog-acts">
      <button type="button" onClick={() => make("editor")}>
        New Link for Editors
      </button>
      <button type="button" onClick={() => make("viewer")}>
        New Link for Viewers
      </button>
      {link !== undefined && (
        <input
          class="shared-link"
          type="text"
          readOnly
          aria-label="New invite link"
          value={link}
          onFocus={(event) => event.currentTarget.select()}
        />
      )}
    </div>
  );
}

function Bans({ code, bans, acts }: ListProps & { bans: readonly Ban[] }) {
  return (
    <ul class="managed" aria-label="Banned">
      {bans.map(({ user_id, username }) => {
        const name = revealed(username || user_id);
        return (
          <li key={user_id}>
            <span>{name}</span>
            <button
              type="button"
              aria-label={`Lift the ban of ${name}`}
              onClick={() =>
                acts.act("lifting a ban", async () => {
                  await code.client.hosting.liftBan(user_id);
                  return `${name} can join again.`;
                })
              }
            >
              Lift Ban
            </button>
          </li>
        );
      })}
    </ul>
  );
}
