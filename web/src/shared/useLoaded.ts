// Parts of the page that are loaded when they are wanted.
import { run } from "@peerline/ui/supervise";
import { useEffect, useState } from "preact/hooks";

const AGAIN_MS = 3000;

/** A part of the page, once it is wanted and there. */
export function useLoaded<Part>(
  what: string,
  load: () => Promise<Part>,
  isWanted = true,
): Part | undefined {
  const [part, setPart] = useState<Part>();
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    let isOver = false;
    const tryOnce = (): void =>
      run(what, async () => {
        try {
          const loaded = await load();
          setPart(() => loaded);
        } catch {
          // The server is away: the part comes when it is back.
          timer = isOver ? undefined : setTimeout(tryOnce, AGAIN_MS);
        }
      });
    if (isWanted) {
      tryOnce();
    }
    return () => {
      isOver = true;
      clearTimeout(timer);
    };
  }, [isWanted]);
  return part;
}
