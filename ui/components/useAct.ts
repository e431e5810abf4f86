// An act that may be refused: one at a time, and the reason of the last refusal.
import { useRef, useState } from "preact/hooks";
import { asSentence } from "../refusal";
import { run } from "../supervise";

/** Does something, of which `what` says what it is; `done` follows if it was not refused. */
export type Act = (what: string, work: () => Promise<void>, done?: () => void) => void;

/** The reason is a sentence, empty if there is none. */
export function useAct(reasonOf: (error: unknown) => string): { act: Act; refusal: string } {
  const [refusal, setRefusal] = useState("");
  // Not `disabled` while it is on its way, which takes the focus from the button.
  const isBusy = useRef(false);
  const act: Act = (what, work, done) => {
    if (isBusy.current) {
      return;
    }
    isBusy.current = true;
    setRefusal("");
    run(what, async () => {
      try {
        await work();
        done?.();
      } catch (error) {
        setRefusal(asSentence(reasonOf(error)));
      } finally {
        isBusy.current = false;
      }
    });
  };
  return { act, refusal };
}
