// The few icons of the panel, drawn here: no font and no picture has to be loaded.
const PATHS = {
  reply: "M7 3 2 8l5 5v-3c3 0 5 1 7 3 0-4-2-7-7-7z",
  react: "M8 2a6 6 0 1 0 0 12A6 6 0 0 0 8 2zM5.8 6.5h.01M10.2 6.5h.01M5.5 9.5c1.2 2 3.8 2 5 0",
  edit: "M11 2.5 13.5 5 5.5 13l-3 .5.5-3zM9.5 4 12 6.5",
  remove: "M3 4.5h10M6 4.5V3h4v1.5M4.5 4.5 5 13.5h6l.5-9M7 7v4M9 7v4",
  send: "M2 2.5 14 8 2 13.5 3.5 8zM3.5 8H9",
  close: "M4 4l8 8M12 4l-8 8",
  down: "M8 3v10M4 9l4 4 4-4",
  chevron: "M6 4l4 4-4 4",
  follow:
    "M1.5 8C3 5 5.3 3.5 8 3.5S13 5 14.5 8C13 11 10.7 12.5 8 12.5S3 11 1.5 8zM8 10a2 2 0 1 0 0-4 2 2 0 0 0 0 4z",
  work: "M3 4h10M3 8h10M3 12h6",
  more: "M3.5 8h.01M8 8h.01M12.5 8h.01",
  folder: "M2 4h4l1.5 1.5H14V13H2z",
  file: "M4 2h5l3 3v9H4zM9 2v3h3",
} as const;

export type IconName = keyof typeof PATHS;

export function Icon({ name }: { name: IconName }) {
  return (
    <svg class={`icon icon-${name}`} viewBox="0 0 16 16" aria-hidden="true" focusable="false">
      <path d={PATHS[name]} />
    </svg>
  );
}
