// A person's picture beside their comments: initials on their color, drawn here. Pure.
import { initials } from "@peerline/ui/model/format";

/** The colors of a disk and the letters on it, as `#rrggbb`. */
export interface AvatarColors {
  readonly color: string;
  readonly text: string;
}

/**
 * The picture as a data URI. Pictures of others are never loaded: they would tell their server who
 * is here.
 */
export function avatarUri(username: string, { color, text }: AvatarColors): string {
  const svg =
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 28 28">' +
    `<circle cx="14" cy="14" r="14" fill="${color}"/>` +
    `<text x="14" y="14" dy=".36em" text-anchor="middle" font-size="12" font-weight="600" ` +
    `font-family="sans-serif" fill="${text}">${escaped(initials(username))}</text></svg>`;
  return `data:image/svg+xml;base64,${Buffer.from(svg, "utf8").toString("base64")}`;
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
}
