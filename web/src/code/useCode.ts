// Hooks that tell components of the code's state.
import { run } from "@peerline/ui/supervise";
import { useEffect, useReducer } from "preact/hooks";
import type { LateCode } from "./lateCode.ts";

/** Draws a component again whenever the code's state changes. */
export function useCode(code: { subscribe(listener: () => void): () => void }): void {
  const [, redraw] = useReducer((count: number) => count + 1, 0);
  useEffect(() => code.subscribe(() => redraw(undefined)), [code]);
}

/** Ends following by Escape, wherever the focus is. */
export function useEscape(code: LateCode): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (event.key === "Escape" && code.followed !== undefined) {
        run("following", () => code.session?.unfollow());
      }
    };
    document.addEventListener("keydown", onKey);
    return () => document.removeEventListener("keydown", onKey);
  }, [code]);
}
