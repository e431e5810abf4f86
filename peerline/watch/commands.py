"""What one writes below the chat: a message, or a command that begins with a slash. Pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from peerline.protocol.client_messages import ChangeRole, EndSession, RemoveParticipant
from peerline.protocol.payloads import Participant
from peerline.protocol.roles import Role

HELP: Final = (
    "/role NAME host|editor|viewer, /remove NAME, /ban NAME, /end: as a host. /quit, /help. "
    "A message that begins with / is written with //."
)
_COMMAND: Final = re.compile(r"/([a-z]+)(?:\s+(.*))?", re.DOTALL)


class CommandError(ValueError):
    """A command that makes no sense; the text is for whoever wrote it."""


@dataclass(frozen=True, slots=True)
class Say:
    """Send this text."""

    text: str


@dataclass(frozen=True, slots=True)
class Moderate:
    """Send this request."""

    message: ChangeRole | RemoveParticipant | EndSession


@dataclass(frozen=True, slots=True)
class Quit:
    """Leave the session and end."""


@dataclass(frozen=True, slots=True)
class Help:
    """Show what can be written."""


Written = Say | Moderate | Quit | Help


def read(text: str, session_id: str, participants: Mapping[str, Participant]) -> Written:
    """What was written.

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
        case "role":
            who, _, role = argument.rpartition(" ")
            if role not in set(Role):
                raise CommandError("/role NAME host, /role NAME editor or /role NAME viewer")
            user_id = _user_id(who.strip(), participants)
            return Moderate(ChangeRole(session_id=session_id, user_id=user_id, role=Role(role)))
        case "remove" | "ban":
            user_id = _user_id(argument, participants)
            is_ban = name == "ban"
            return Moderate(RemoveParticipant(session_id=session_id, user_id=user_id, ban=is_ban))
        case "end":
            if argument != "yes":
                raise CommandError("this ends the session for everyone: /end yes")
            return Moderate(EndSession(session_id=session_id))
        case _:
            raise CommandError(f"there is no command /{name}: /help, or // to say it as text")


def _user_id(name: str, participants: Mapping[str, Participant]) -> str:
    name = name.removeprefix("@")
    if not name:
        raise CommandError("say whom: the name of a participant")
    if name in participants:
        return name
    found = [
        person.id
        for person in participants.values()
        if person.username.casefold() == name.casefold()
    ]
    match found:
        case [user_id]:
            return user_id
        case []:
            raise CommandError(f"nobody here is called {name}")
        case _:
            raise CommandError(f"several are called {name}; say which id: {', '.join(found)}")
