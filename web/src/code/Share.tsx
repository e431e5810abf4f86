// The button that lets others write in a draft.
import { run } from "@peerline/ui/supervise";
import { useState } from "preact/hooks";
import { reasonOf } from "../shared/drafts.ts";

/** Shares the draft; a refusal is beside the button. */
export function Share({ onShare }: { onShare(): Promise<unknown> }) {
  const [refusal, setRefusal] = useState("");
  const share = async (): Promise<void> => {
    try {
      setRefusal("");
      await onShare();
    } catch (error) {
      setRefusal(reasonOf(error));
    }
  };
  return (
    <>
      <button type="button" onClick={() => run("sharing a draft", share)}>
        Write Together
      </button>
      {refusal !== "" && (
        <span class="refusal" role="alert">
          {refusal}
        </span>
      )}
    </>
  );
}
