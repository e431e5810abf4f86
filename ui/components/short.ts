// Whether the panel is so low that the conversation needs all of it, as in a zoomed window.
import { useEffect, useState } from "preact/hooks";

/** Below this, in CSS pixels, the header would push the composer out of view. */
const SHORT = matchMedia("(max-height: 360px)");

export function useIsShort(): boolean {
  const [isShort, setShort] = useState(SHORT.matches);
  useEffect(() => {
    const update = (): void => setShort(SHORT.matches);
    SHORT.addEventListener("change", update);
    update();
    return () => SHORT.removeEventListener("change", update);
  }, []);
  return isShort;
}
