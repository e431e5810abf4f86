// The emoji to react with.
import { useLayoutEffect, useRef } from "preact/hooks";

const EMOJI: readonly (readonly [emoji: string, name: string])[] = [
  ["👍", "thumbs up"],
  ["👎", "thumbs down"],
  ["😄", "smile"],
  ["🎉", "party"],
  ["😕", "confused"],
  ["❤️", "heart"],
  ["🚀", "rocket"],
  ["👀", "eyes"],
];

interface EmojiMenuProps {
  onChoose: (emoji: string) => void;
  onClose: () => void;
}

export function EmojiMenu({ onChoose, onClose }: EmojiMenuProps) {
  const menu = useRef<HTMLDivElement>(null);
  const items = (): HTMLElement[] => [...(menu.current?.querySelectorAll("button") ?? [])];
  useLayoutEffect(() => items()[0]?.focus(), []);
  const onKeyDown = (event: KeyboardEvent): void => {
    const all = items();
    const place = all.indexOf(document.activeElement as HTMLElement);
    const next: Record<string, number | undefined> = {
      ArrowRight: (place + 1) % all.length,
      ArrowLeft: (place - 1 + all.length) % all.length,
      Home: 0,
      End: all.length - 1,
    };
    const target = next[event.key];
    if (event.key === "Escape" || event.key === "Tab") {
      event.preventDefault();
      event.stopPropagation();
      onClose();
    } else if (target !== undefined) {
      event.preventDefault();
      event.stopPropagation();
      all[target]?.focus();
    }
  };
  return (
    <div class="emoji-menu" role="menu" aria-label="React with" ref={menu} onKeyDown={onKeyDown}>
      {EMOJI.map(([emoji, name], index) => (
        <button
          type="button"
          role="menuitem"
          key={emoji}
          tabIndex={index === 0 ? 0 : -1}
          aria-label={name}
          title={name}
          onClick={() => {
            onChoose(emoji);
            onClose();
          }}
        >
          {emoji}
        </button>
      ))}
    </div>
  );
}
