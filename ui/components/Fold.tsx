// A part that can be folded, and stays so when the panel was hidden.
import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { useController } from "./context";
import { Icon } from "./Icon";

interface FoldProps {
  name: string;
  summary: ComponentChildren;
  /** Children that are there only while it is open. */
  isLazy?: boolean;
  children: ComponentChildren;
}

export function Fold({ name, summary, isLazy = false, children }: FoldProps) {
  const controller = useController();
  const [isOpen, setOpen] = useState(controller.isOpen(name, false));
  return (
    <details
      class="fold"
      open={isOpen}
      onToggle={(event) => {
        setOpen(event.currentTarget.open);
        controller.keepOpen(name, event.currentTarget.open);
      }}
    >
      <summary>
        <Icon name="chevron" />
        {summary}
      </summary>
      {(isOpen || !isLazy) && children}
    </details>
  );
}
