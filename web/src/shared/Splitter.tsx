// The line between two panes, to be moved with the pointer or the keyboard.

import { useRef } from "preact/hooks";
import { type Pane, widthAfter } from "./widths.ts";

interface SplitterProps {
  label: string;
  pane: Pane;
  width: number;
  onWidth(width: number): void;
}

export function Splitter({ label, pane, width, onWidth }: SplitterProps) {
  const begun = useRef<{ x: number; width: number } | undefined>(undefined);
  const end = (): void => {
    begun.current = undefined;
  };
  return (
    // biome-ignore lint/a11y/useSemanticElements: a rule cannot be moved.
    <div
      class={`splitter of-${pane.name}`}
      role="separator"
      aria-orientation="vertical"
      aria-label={label}
      aria-valuenow={width}
      aria-valuemin={pane.least}
      aria-valuemax={pane.most}
      tabIndex={0}
      onKeyDown={(event) => {
        const after = widthAfter(event.key, width, pane);
        if (after !== undefined) {
          event.preventDefault();
          onWidth(after);
        }
      }}
      onPointerDown={(event) => {
        begun.current = { x: event.clientX, width };
        event.currentTarget.setPointerCapture(event.pointerId);
      }}
      onPointerMove={(event) => {
        if (begun.current !== undefined) {
          const moved = (event.clientX - begun.current.x) * (pane.isLeft ? 1 : -1);
          onWidth(Math.max(pane.least, Math.min(begun.current.width + moved, pane.most)));
        }
      }}
      onPointerUp={end}
      onPointerCancel={end}
      onDblClick={() => onWidth(pane.usual)}
    />
  );
}
