// An act of a host: one at a time, and what came of it as a sentence.
import { asSentence } from "@peerline/ui/refusal";
import { run } from "@peerline/ui/supervise";
import { useRef, useState } from "preact/hooks";
import { reasonOf } from "../shared/drafts.ts";

export interface Acts {
  /** Why the last one was refused. */
  readonly refusal: string;
  /** The effect of the last one, as a sentence. */
  readonly done: string;
  /** Carry one out, unless one is on its way; it returns what it did as a sentence. */
  act(what: string, work: () => Promise<string | undefined>): void;
}

export function useActs(): Acts {
  // Not `disabled`, which takes the focus away from the button that was pressed.
  const isBusy = useRef(false);
  const [refusal, setRefusal] = useState("");
  const [done, setDone] = useState("");
  const act = (what: string, work: () => Promise<string | undefined>): void => {
    if (isBusy.current) {
      return;
    }
    isBusy.current = true;
    setRefusal("");
    setDone("");
    run(what, async () => {
      try {
        setDone((await work()) ?? "");
      } catch (error) {
        setRefusal(asSentence(reasonOf(error)));
      } finally {
        isBusy.current = false;
      }
    });
  };
  return { refusal, done, act };
}
