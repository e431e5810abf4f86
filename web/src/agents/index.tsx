// The work of an AI agent in a dialog: it is loaded when somebody looks at it.
import type { AgentEvent } from "@peerline/client/session";
import { AgentView } from "@peerline/ui/components/AgentView";
import type { AgentActs } from "@peerline/ui/components/PromptQueue";
import { MAX_WORK_EVENTS } from "@peerline/ui/generated/limits";
import { removalText, returnText } from "@peerline/ui/model/moderation";
import { asSentence } from "@peerline/ui/refusal";
import { run } from "@peerline/ui/supervise";
import { useEffect, useState } from "preact/hooks";
import type { LateCode } from "../code/lateCode.ts";
import { useCode } from "../code/useCode.ts";
import { useActs } from "../hosts/acts.ts";
import { Outcome } from "../hosts/Outcome.tsx";
import { Dialog } from "../shared/Dialog.tsx";
import { reasonOf } from "../shared/drafts.ts";
import { agentDetail } from "./detail.ts";
import { Questions } from "./Questions.tsx";
import "../session/lateStyle.ts";

interface AgentDialogProps {
  code: LateCode;
  agentId: string;
  onClose(): void;
}

export function AgentDialog({ code, agentId, onClose }: AgentDialogProps) {
  useCode(code);
  const [earlier, refusal] = useEarlier(code, agentId);
  const detail = agentDetail(code.client.replica, agentId, earlier);
  // The name stays in the dialog when the agent goes.
  const [known] = useState(detail?.username ?? "");
  const [isRemoving, setRemoving] = useState(false);
  const name = detail?.username ?? known;
  const open = (file: string): void => {
    onClose();
    // The dialog gives the focus back first.
    code.around.later(0, () => code.look({ type: "open", place: { file, line: 1 } }));
  };
  return (
    <Dialog title={isRemoving ? removalText(name) : name} isWide={!isRemoving} onClose={onClose}>
      {detail === undefined ? (
        <p role="status">{name} is no longer in the session.</p>
      ) : isRemoving ? (
        <Removal code={code} agentId={agentId} name={name} onBack={() => setRemoving(false)} />
      ) : (
        <>
          {refusal !== "" && (
            <p class="refusal" role="alert">
              {refusal}
            </p>
          )}
          <AgentView detail={detail} acts={actsOf(code)} onOpen={open}>
            <Questions code={code} agentId={agentId} />
          </AgentView>
          {detail.mayRemove && (
            <div class="dialog-acts">
              <button type="button" onClick={() => setRemoving(true)}>
                Remove Agent…
              </button>
            </div>
          )}
        </>
      )}
    </Dialog>
  );
}

interface RemovalProps {
  code: LateCode;
  agentId: string;
  name: string;
  onBack(): void;
}

function Removal({ code, agentId, name, onBack }: RemovalProps) {
  const acts = useActs();
  return (
    <>
      <p>{returnText(true)}</p>
      <Outcome acts={acts} />
      <div class="dialog-acts">
        {/* The safe one has the focus first. */}
        <button type="button" ref={focus} onClick={onBack}>
          Cancel
        </button>
        <button
          type="button"
          onClick={() =>
            acts.act("removing an agent", async () => {
              await code.client.hosting.remove(agentId);
              return `${name} was removed.`;
            })
          }
        >
          Remove
        </button>
      </div>
    </>
  );
}

function focus(element: HTMLElement | null): void {
  element?.focus();
}

function actsOf({ client, around }: LateCode): AgentActs {
  const key = (agentId: string): string => `prompt-${agentId}`;
  return {
    prompt: async (agentId, text) => {
      await client.request({ type: "prompt_agent", agent_id: agentId, text });
    },
    stop: async (agentId, promptId) => {
      await client.request({
        type: "stop_agent",
        agent_id: agentId,
        ...(promptId === undefined ? {} : { prompt_id: promptId }),
      });
    },
    cancel: async (promptId) => {
      await client.request({ type: "cancel_prompt", prompt_id: promptId });
    },
    reasonOf,
    draft: (agentId) => around.read(key(agentId)) ?? "",
    keepDraft: (agentId, text) => around.write(key(agentId), text),
  };
}

/** The last events of an agent from before this page was there, and why they are not, if so. */
function useEarlier(code: LateCode, agentId: string): [readonly AgentEvent[], string] {
  const [earlier, setEarlier] = useState<readonly AgentEvent[]>([]);
  const [refusal, setRefusal] = useState("");
  const { client } = code;
  // A snapshot begins without the events of before.
  const connection = client.replica.connected?.connection_id;
  useEffect(() => {
    let isOver = false;
    run("loading the work of an agent", async () => {
      try {
        const { entries } = await client.ask({
          type: "get_activity",
          types: ["agent_event"],
          user_id: agentId,
          limit: MAX_WORK_EVENTS,
        });
        const events = entries.flatMap(({ event }) => (event?.type === "agent_event" ? event : []));
        if (!isOver) {
          setEarlier(events);
          setRefusal("");
        }
      } catch (error) {
        if (!isOver) {
          setRefusal(asSentence(reasonOf(error)));
        }
      }
    });
    return () => {
      isOver = true;
    };
  }, [client, agentId, connection]);
  return [earlier, refusal];
}
