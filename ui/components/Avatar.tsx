// A participant's initials on their colour. Pictures of others are never loaded: they would tell
// their server who is here.
import { useContext } from "preact/hooks";
import { initials } from "../model/format";
import { InitialsContext } from "./initials";

interface AvatarProps {
  username: string;
  color: number;
  status?: string;
  isSmall?: boolean;
}

export function Avatar({ username, color, status, isSmall = false }: AvatarProps) {
  const letters = useContext(InitialsContext).get(username) ?? initials(username);
  return (
    <span class={`avatar person-${color}${isSmall ? " is-small" : ""}`} aria-hidden="true">
      {letters}
      {status !== undefined && <span class={`dot is-${status}`} />}
    </span>
  );
}
