// A part that can be folded, and stays so when the panel was hidden.
import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { useController } from "./context";
import { Icon } from "./Icon";

interface FoldProps {
  name: string;
  summary: ComponentChildren;
  children: ComponentChildren;
}

export function Fold({ name, summary, children }: FoldProps) {
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
      {children}
    </details>
  );
}
