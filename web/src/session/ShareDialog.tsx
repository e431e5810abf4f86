// The links for others, with what each lets them do: a host makes them, others have the one they came by.
import type { Role } from "@peerline/client/session";
import type { Controller } from "@peerline/ui/controller";
import { askHosts } from "@peerline/ui/model/hosts";
import { ROLES } from "@peerline/ui/model/moderation";
import { asSentence } from "@peerline/ui/refusal";
import { guard } from "@peerline/ui/supervise";
import { useState } from "preact/hooks";
import { aboutLink } from "../localLink.ts";
import { Dialog } from "../shared/Dialog.tsx";
import type { OwnLink } from "./session.ts";

export interface ShareDialogProps {
  controller: Controller;
  isHost: boolean;
  ownLink: OwnLink;
  /** Make an invite link for a role, as a host. */
  onInvite(role: Role): Promise<string>;
  onClose(): void;
}

const INVITED = ROLES.filter(({ role }) => role !== "host");

export function ShareDialog({ controller, isHost, ownLink, onInvite, onClose }: ShareDialogProps) {
  const [note, setNote] = useState("");
  const [link, setLink] = useState<string>();
  const copy = async (what: string, make: () => Promise<string>): Promise<void> => {
    let made: string;
    try {
      made = await make();
    } catch (error) {
      setNote(error instanceof Error ? asSentence(error.message) : "");
      return;
    }
    setLink(made);
    try {
      await navigator.clipboard.writeText(made);
      setNote(aboutLink(`${what} was copied to the clipboard.`, made));
    } catch {
      // Without https a browser has no clipboard for pages: the link is shown to be copied.
      setNote(aboutLink(`This is ${what[0]?.toLowerCase()}${what.slice(1)}.`, made));
    }
  };
  const copyFor = (role: Role) =>
    guard("sharing", () => copy(`The invite link for ${role}s`, () => onInvite(role)));
  return (
    <Dialog title="Share this session" onClose={onClose}>
      {isHost ? (
        <dl class="links">
          {INVITED.map(({ role, label, detail }) => (
            <div key={role}>
              <dt>
                <button type="button" onClick={copyFor(role)}>
                  Copy Link for {label}s
                </button>
              </dt>
              <dd class="note">{`${label}: ${detail[0]?.toLowerCase()}${detail.slice(1)}`}</dd>
            </div>
          ))}
        </dl>
      ) : (
        <>
          <p>{ownText(controller, ownLink)}</p>
          <div class="dialog-acts">
            <button
              type="button"
              onClick={guard("sharing", () => copy("The link", async () => ownLink.link))}
            >
              Copy Link
            </button>
          </div>
        </>
      )}
      {link !== undefined && (
        <input
          class="shared-link"
          type="text"
          readOnly
          aria-label="Link for others"
          value={link}
          onFocus={(event) => event.currentTarget.select()}
        />
      )}
      <p class="note" role="status">
        {note}
      </p>
    </Dialog>
  );
}

/** The use that others have of the link that the user came by. */
function ownText({ state }: Controller, { isInvite }: OwnLink): string {
  const ask = (wanted: string): string => asSentence(askHosts(state.participants, wanted));
  return isInvite
    ? `This is the link that you joined with: it gives others the role that it gave you. ${ask("for a link with another role")}`
    : `This link is for people who have been in the session. Others need an invite link. ${ask("for one")}`;
}
