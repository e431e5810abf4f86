// The acts of a host on one participant: give a role, remove, ban.
import type { Participant, Role } from "@peerline/client/session";
import { inviteOf, linkText, momentOf } from "@peerline/ui/model/inviteOf";
import { removalText, returnText, roleGivenText, rolesFor } from "@peerline/ui/model/moderation";
import { revealed } from "@peerline/ui/model/reveal";
import { useState } from "preact/hooks";
import type { LateCode } from "../code/lateCode.ts";
import { Dialog } from "../shared/Dialog.tsx";
import { useActs } from "./acts.ts";
import { Outcome } from "./Outcome.tsx";

interface PersonDialogProps {
  code: LateCode;
  userId: string;
  onClose(): void;
}

export function PersonDialog({ code, userId, onClose }: PersonDialogProps) {
  const person = code.client.replica.participants.get(userId);
  // The name stays in the dialog when the participant goes.
  const [known] = useState(person);
  const [isRemoving, setRemoving] = useState(false);
  const name = revealed((person ?? known)?.username ?? "");
  return (
    <Dialog title={isRemoving ? removalText(name) : name} onClose={onClose}>
      {person === undefined ? (
        <p>{name} is no longer in the session.</p>
      ) : isRemoving ? (
        <Removal code={code} person={person} name={name} onBack={() => setRemoving(false)} />
      ) : (
        <RoleForm code={code} person={person} name={name} onRemove={() => setRemoving(true)} />
      )}
    </Dialog>
  );
}

interface PartProps {
  code: LateCode;
  person: Participant;
  name: string;
}

function RoleForm({ code, person, name, onRemove }: PartProps & { onRemove(): void }) {
  const acts = useActs();
  const [role, setRole] = useState<Role>(person.role);
  const link = linkText(person.id, code.client.replica.moderation ?? {});
  const roles = rolesFor(person.kind === "agent");
  const give = async (): Promise<string> => {
    await code.client.hosting.changeRole(person.id, role);
    return roleGivenText(name, role);
  };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        acts.act("changing a role", give);
      }}
    >
      {link !== "" && <p class="note">{link}.</p>}
      <fieldset class="choices">
        <legend>Role</legend>
        {roles.map(({ role: value, label, detail }) => (
          <label key={value}>
            <input
              type="radio"
              name="role"
              value={value}
              checked={value === role}
              onChange={() => setRole(value)}
            />
            <span>
              {label} <span class="note">{detail}</span>
            </span>
          </label>
        ))}
      </fieldset>
      <Outcome acts={acts} />
      <div class="dialog-acts">
        <button type="submit" class="primary" disabled={role === person.role}>
          Change Role
        </button>
        <button type="button" onClick={onRemove}>
          Remove…
        </button>
      </div>
    </form>
  );
}

function Removal({ code, person, name, onBack }: PartProps & { onBack(): void }) {
  const acts = useActs();
  const invite = inviteOf(person.id, code.client.replica.moderation ?? {});
  const [revokeInvite, setRevoke] = useState(false);
  const remove = (ban: boolean): void =>
    acts.act("removing a participant", async () => {
      await code.client.hosting.remove(person.id, { ban, revokeInvite });
      return `${name} was removed.`;
    });
  return (
    <>
      <p>{returnText(person.kind === "agent")}</p>
      {invite !== undefined && (
        <label class="check">
          <input
            type="checkbox"
            checked={revokeInvite}
            onChange={(event) => setRevoke(event.currentTarget.checked)}
          />
          Also revoke the {invite.role} link of {momentOf(invite)} that they joined with
        </label>
      )}
      <Outcome acts={acts} />
      <div class="dialog-acts">
        {/* The safe one has the focus first. */}
        <button type="button" ref={focus} onClick={onBack}>
          Cancel
        </button>
        <button type="button" onClick={() => remove(false)}>
          Remove
        </button>
        <button type="button" onClick={() => remove(true)}>
          Remove and Ban
        </button>
      </div>
    </>
  );
}

function focus(element: HTMLElement | null): void {
  element?.focus();
}
