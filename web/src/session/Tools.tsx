// The buttons above a session, and what they open: a link for others, the activity, what hosts do.
import type { Role } from "@peerline/client/session";
import { Icon } from "@peerline/ui/components/Icon";
import type { Controller } from "@peerline/ui/controller";
import type { EditorParticipant } from "@peerline/ui/generated/protocol";
import { useEffect, useState } from "preact/hooks";
import { asksForReplay } from "../address.ts";
import type { LateCode } from "../code/lateCode.ts";
import { useCode } from "../code/useCode.ts";
import { useLoaded } from "../shared/useLoaded.ts";
import { Ends } from "./EndDialogs.tsx";
import type { SessionEnd } from "./ending.ts";
import { LeaveDialog, useLeave } from "./Leave.tsx";
import { ShareDialog, type ShareDialogProps } from "./ShareDialog.tsx";
import type { OwnLink } from "./session.ts";

/** The dialog that is open: the session's or a participant's for hosts, or an agent's. */
export type Managed = { readonly userId?: string; readonly agentId?: string } | undefined;

interface ToolsProps {
  controller: Controller;
  code: LateCode;
  managed: Managed;
  onManage(managed: Managed): void;
  ownLink: OwnLink;
  onInvite(role: Role): Promise<string>;
  onLeave(): void;
  /** Gives what is to be done where the panel goes to the page before a session. */
  onFront(leave: () => void): void;
  end(): SessionEnd | undefined;
  onAgain(): void;
}

export function Tools(props: ToolsProps) {
  const { controller, code, managed, onManage, ownLink, onInvite, onFront, end, onAgain } = props;
  useCode(code);
  const [leave, asked] = useLeave(code, controller, props.onLeave);
  useEffect(() => onFront(leave));
  const isHosting = hosts(code);
  const tools = useLoaded(
    "loading the tools of hosts",
    () => import("../hosts/index.tsx"),
    isHosting,
  );
  return (
    <>
      <Share controller={controller} isHost={isHosting} ownLink={ownLink} onInvite={onInvite} />
      <ActivityButton code={code} />
      {isHosting && tools !== undefined && (
        <>
          <button type="button" onClick={() => onManage({})}>
            Manage…
          </button>
          <tools.HostTools
            code={code}
            managed={managed?.agentId === undefined ? managed : undefined}
            onInvite={onInvite}
            onClose={() => onManage(undefined)}
          />
        </>
      )}
      <AgentWork code={code} agentId={managed?.agentId} onClose={() => onManage(undefined)} />
      <button type="button" onClick={leave}>
        Leave
      </button>
      <Ends controller={controller} end={end} onAgain={onAgain} onLeave={leave} />
      {asked !== undefined && <LeaveDialog {...asked} />}
    </>
  );
}

interface ManageProps {
  code: LateCode;
  person: EditorParticipant;
  onManage(managed: Managed): void;
}

/** Opens the work of an agent, and what hosts can do about a participant. */
export function PersonActs(props: ManageProps) {
  const { person, onManage } = props;
  const label = `Work of ${person.username}`;
  return (
    <>
      {person.agent != null && (
        <button
          type="button"
          class="follow"
          aria-label={label}
          title={label}
          onClick={() => onManage({ agentId: person.user_id })}
        >
          <Icon name="work" />
        </button>
      )}
      <Manage {...props} />
    </>
  );
}

interface AgentWorkProps {
  code: LateCode;
  agentId: string | undefined;
  onClose(): void;
}

function AgentWork({ code, agentId, onClose }: AgentWorkProps) {
  const isWanted = agentId !== undefined;
  const agents = useLoaded(
    "loading the work of agents",
    () => import("../agents/index.tsx"),
    isWanted,
  );
  return agentId === undefined || agents === undefined ? null : (
    <agents.AgentDialog key={agentId} code={code} agentId={agentId} onClose={onClose} />
  );
}

function Manage({ code, person, onManage }: ManageProps) {
  useCode(code);
  if (person.is_me || !hosts(code)) {
    return null;
  }
  const label = `Manage ${person.username}`;
  const open = (): void => onManage({ userId: person.user_id });
  return (
    <button type="button" class="follow" aria-label={label} title={label} onClick={open}>
      <Icon name="more" />
    </button>
  );
}

function hosts({ client }: LateCode): boolean {
  return client.replica.isHost && client.state !== "closed";
}

function ActivityButton({ code }: { code: LateCode }) {
  // A link to a moment, or to the replay, shows it at once.
  const [isOpen, setOpen] = useState(() => asksForReplay(location.hash));
  const activity = useLoaded("loading the activity", () => import("../replay/index.tsx"), isOpen);
  return (
    <>
      <button type="button" onClick={() => setOpen(true)}>
        Activity
      </button>
      {isOpen && activity !== undefined && (
        <activity.ActivityDialog code={code} onClose={() => setOpen(false)} />
      )}
    </>
  );
}

function Share(props: Omit<ShareDialogProps, "onClose">) {
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <button type="button" class="primary" onClick={() => setOpen(true)}>
        Share
      </button>
      {isOpen && <ShareDialog {...props} onClose={() => setOpen(false)} />}
    </>
  );
}
