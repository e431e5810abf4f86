"""The server's refusals in words: the protocol names the field, a person reads a sentence. Pure."""

import re
from typing import Final

from peerline.protocol.errors import ErrorCode
from peerline.protocol.text import reveal_controls

_FIELD: Final = re.compile(r"([a-z][a-z0-9_]*(?:[.\[][A-Za-z0-9_?\]-]+)*): (.+)", re.DOTALL)
_ABOUT_VALUE: Final = re.compile(
    r"(?:String|Input|Value|List|Dictionary|Tuple|Datetime|Number|Field) (?=\S)"
)
"""How pydantic begins what it says of a field's value."""
_CONTINUES: Final = ("must ", "is ", "has ", "needs ", "should ")
_NAMES: Final = {
    "auth_token": "token",
    "comment_id": "comment",
    "content": "text",
    "file": "file name",
    "invite_id": "invite",
    "message_id": "message",
    "parent_id": "message",
    "session_id": "session",
    "user_id": "participant",
    "username": "name",
}


def in_words(code: ErrorCode, message: str) -> str:
    """A refusal without the name of a field; a text that has none stays as it is."""
    text = reveal_controls(message)
    found = _FIELD.fullmatch(text)
    if found is None:
        return text
    name, rest = _name_of(found[1]), found[2]
    if name == "token":
        rest = re.sub(r"^it (?=\S)", "your token ", rest)
        rest = re.sub(r"^its (?=\S)", "your token's ", rest)
    elif rest.startswith(("at most ", "at least ")):
        rest = f"the {name} can have {rest}"
    elif rest.startswith("this field is not known"):
        rest = f"this server does not know the {name}: it may be older than this program"
    elif rest.startswith(_CONTINUES):
        rest = f"the {name} {rest}"
    else:
        rest = _ABOUT_VALUE.sub(f"the {name} ", rest, count=1) if _is_about_value(rest) else rest
    if not rest.strip():
        return str(code)
    return f"{rest[0].upper()}{rest[1:]}{'' if rest.endswith(('.', '!', '?')) else '.'}"


def _is_about_value(rest: str) -> bool:
    return _ABOUT_VALUE.match(rest) is not None


def _name_of(path: str) -> str:
    parts = [part.rstrip("]") for part in re.split(r"[.\[]", path)]
    named = [part for part in parts if not part.isdigit()]
    return _NAMES.get(named[-1], named[-1].replace("_", " "))
