// A participant's initials on their colour. Pictures of others are never loaded: they would tell
// their server who is here.
import { initials } from "../model/format";

interface AvatarProps {
  username: string;
  color: number;
  status?: string;
  isSmall?: boolean;
}

export function Avatar({ username, color, status, isSmall = false }: AvatarProps) {
  return (
    <span class={`avatar person-${color}${isSmall ? " is-small" : ""}`} aria-hidden="true">
      {initials(username)}
      {status !== undefined && <span class={`dot is-${status}`} />}
    </span>
  );
}
