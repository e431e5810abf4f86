"""The user's name, where none is given, and the user id of the one account of an own server."""

import getpass
import re

from peerline.protocol.limits import MAX_USERNAME_CHARS
from peerline.protocol.text import clean_name


def shown_name(wanted: str | None) -> str:
    """The name that others see: the wanted one, or the user's name on this computer."""
    return clean_name(wanted or _system_user())[:MAX_USERNAME_CHARS] or "guest"


def user_id_of(name: str) -> str:
    """The user id of the one account that a server of one's own needs; visible ASCII."""
    return re.sub(r"[^A-Za-z0-9._-]+", "-", name).strip("-")[:MAX_USERNAME_CHARS] or "host"


def _system_user() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):  # no such user, or no such module on Windows
        return "guest"
