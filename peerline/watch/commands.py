"""The composer's text: a message, or a command that begins with a slash. Pure."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from peerline.protocol.limits import MAX_USERNAME_CHARS
from peerline.protocol.moderation import AnswerJoin, PendingJoin, RevokeInvite
from peerline.protocol.participants import ChangeName, ChangeRole, Participant, RemoveParticipant
from peerline.protocol.roles import Role
from peerline.protocol.session import EndSession
from peerline.watch.host_view import CameBy

HELP: Final = (
    "Keys: Enter sends, Ctrl-J begins a new line,",
    "  up goes to the messages, Tab on to the comments",
    "  r replies, e edits, d deletes, + likes a message",
    "  o shows older messages, x resolves a comment",
    "  a opens the AI agents, Esc goes back, Ctrl-C quits",
    "/name NEW: change your name",
    "/agents: what the AI agents do. Keys there:",
    "  Enter shows a question: y allows it, n denies it",
    "  p prompts an agent, s stops it, a closes this",
    "  x cancels the selected prompt, if it waits",
    "/quit: leave and close this view",
    "//…: a message that begins with /",
    "For hosts:",
    "/role NAME host|editor|viewer: change a role",
    "/allow NAME, /deny NAME: answer who asks to join",
    "/remove NAME: remove; /remove! revokes the link too",
    "/ban NAME: ban; /ban! revokes the link too",
    "/revoke NAME: revoke the link that they came by",
    "/end yes: end the session for everyone",
)
"""Lines that fit into a narrow terminal."""
_COMMAND: Final = re.compile(r"/([a-z]+!?)(?:\s+(.*))?", re.DOTALL)


class CommandError(ValueError):
    """A command that makes no sense; the text is for the person who wrote it."""


@dataclass(frozen=True, slots=True)
class Say:
    """Send this text."""

    text: str


@dataclass(frozen=True, slots=True)
class Moderate:
    """Send this request."""

    message: ChangeRole | ChangeName | RemoveParticipant | EndSession | AnswerJoin | RevokeInvite


@dataclass(frozen=True, slots=True)
class Quit:
    """Leave the session and end."""


@dataclass(frozen=True, slots=True)
class Help:
    """Show what can be written."""


@dataclass(frozen=True, slots=True)
class Agents:
    """Open the pane of the AI agents, or close it."""


Written = Say | Moderate | Quit | Help | Agents


def read(
    text: str,
    session_id: str,
    participants: Mapping[str, Participant],
    pending: Sequence[PendingJoin] = (),
    links: Sequence[CameBy] = (),
) -> Written:
    """Read a text of the composer.

    `pending` are the users who wait for a host; `links` are those that users came by.

    Raises:
        CommandError: if it is a command that cannot be followed.
    """
    if text.startswith("//"):
        return Say(text[1:])
    found = _COMMAND.fullmatch(text.rstrip())
    if found is None:
        return Say(text)
    name, argument = found.group(1), (found.group(2) or "").strip()
    match name:
        case "quit" | "q":
            return Quit()
        case "help":
            return Help()
        case "agents":
            return Agents()
        case "role":
            who, _, role = argument.rpartition(" ")
            if role not in set(Role):
                raise CommandError("/role NAME host, /role NAME editor or /role NAME viewer")
            user_id = _user_id(who.strip(), _names(participants))
            return Moderate(ChangeRole(session_id=session_id, user_id=user_id, role=Role(role)))
        case "remove" | "ban" | "remove!" | "ban!":
            return Moderate(
                RemoveParticipant(
                    session_id=session_id,
                    user_id=_user_id(argument, _names(participants)),
                    ban=name.startswith("ban"),
                    revoke_invite=name.endswith("!"),
                )
            )
        case "allow" | "deny":
            user_id = _user_id(argument, {join.user_id: join.username for join in pending})
            allow = name == "allow"
            return Moderate(AnswerJoin(session_id=session_id, user_id=user_id, allow=allow))
        case "revoke":
            invite_id = _invite_id(argument, links, participants)
            return Moderate(RevokeInvite(session_id=session_id, invite_id=invite_id))
        case "end" | "name":
            return Moderate(_whole(name, argument, session_id))
        case _:
            raise CommandError(f"there is no command /{name}: /help, or // to say it as text")


def _whole(name: str, argument: str, session_id: str) -> EndSession | ChangeName:
    """The commands about no other participant."""
    if name == "name":
        if not 0 < len(argument) <= MAX_USERNAME_CHARS:
            raise CommandError(f"/name NEW: at most {MAX_USERNAME_CHARS} characters")
        return ChangeName(session_id=session_id, name=argument)
    if argument != "yes":
        raise CommandError("this ends the session for everyone: /end yes")
    return EndSession(session_id=session_id)


def _invite_id(name: str, links: Sequence[CameBy], people: Mapping[str, Participant]) -> str:
    """The invite that the user of a name came by, whether they are here or were removed."""
    wanted = name.removeprefix("@").casefold()
    by_name = {link.invite.id for link in links if link.username.casefold() == wanted}
    if len(by_name) == 1:
        return by_name.pop()
    known = {link.user_id: link for link in links}
    user_id = _user_id(name, _names(people) | {key: known[key].username for key in known})
    if user_id not in known:
        raise CommandError(f"{people[user_id].username} came by no link that still works")
    return known[user_id].invite.id


def _names(participants: Mapping[str, Participant]) -> dict[str, str]:
    return {person.id: person.username for person in participants.values()}


def _user_id(name: str, names: Mapping[str, str]) -> str:
    """Return the id of the participant that a name, or an id, means; `names` by id."""
    name = name.removeprefix("@")
    if not name:
        raise CommandError("Name a participant.")
    if name in names:
        return name
    found = [user_id for user_id, known in names.items() if known.casefold() == name.casefold()]
    match found:
        case [user_id]:
            return user_id
        case []:
            raise CommandError(f"nobody here is called {name}")
        case _:
            raise CommandError(f"several are called {name}; say which id: {', '.join(found)}")
