// The work of an agent in its row: the host gives it while the row is open.
import { useEffect, useState } from "preact/hooks";
import type { EditorParticipant } from "../generated/protocol";
import { detailOf } from "../model/agentDetail";
import { asSentence } from "../refusal";
import { run } from "../supervise";
import { AgentView } from "./AgentView";
import { useController } from "./context";
import type { AgentActs } from "./PromptQueue";

interface WatchedAgentProps {
  person: EditorParticipant;
  acts: AgentActs;
}

export function WatchedAgent({ person, acts }: WatchedAgentProps) {
  const controller = useController();
  const { user_id: agentId } = person;
  const { connection, works } = controller.state;
  const isJoined = connection.state === "joined";
  const [refusal, setRefusal] = useState("");
  // Asked again after each interruption: there may be another bridge, or events that were missed.
  useEffect(() => {
    if (!isJoined) {
      return;
    }
    let isOver = false;
    const watch = (isWatched: boolean) => controller.request({ type: "watch", agentId, isWatched });
    run("looking at an agent", async () => {
      const refused = await watch(true);
      if (!isOver) {
        setRefusal(refused === undefined ? "" : asSentence(refused));
      }
    });
    return () => {
      isOver = true;
      run("looking away from an agent", () => watch(false));
    };
  }, [controller, agentId, isJoined]);
  useEffect(() => () => controller.act({ type: "unwatched", agentId }), [controller, agentId]);
  const work = works[agentId];
  const detail = detailOf(person, work);
  const note = !isJoined
    ? "Not connected. This may be out of date."
    : work === undefined && refusal === ""
      ? "Loading the turn…"
      : "";
  return detail === undefined ? null : (
    <AgentView
      detail={detail}
      acts={acts}
      isInRow
      onOpen={(file) => controller.post({ type: "open", place: { file, line: 1 } })}
    >
      {refusal !== "" && <p role="alert">{refusal}</p>}
      <p class="note" role="status">
        {note}
      </p>
    </AgentView>
  );
}
