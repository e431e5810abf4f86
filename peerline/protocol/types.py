"""The constrained field types that wire messages are made of."""

import re
from collections.abc import Iterator, Sized
from datetime import datetime
from enum import Enum, StrEnum
from functools import lru_cache
from typing import Annotated, Any, Final, cast

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, PlainSerializer

from peerline.protocol.limits import (
    LOOKALIKE_LINES,
    MAX_CONTENT_CHARS,
    MAX_CONTEXT_LINE_CHARS,
    MAX_CONTEXT_LINES,
    MAX_EMOJI_CHARS,
    MAX_FILE_CHARS,
    MAX_INTEGER,
    MAX_LINE,
    MAX_LOOKALIKES,
    MAX_PAGE,
    MAX_SKETCH_LINES,
    MAX_SNIPPET_CHARS,
    MAX_USERNAME_CHARS,
)

_SHOWN: Final = frozenset(
    {
        "type",
        "session_id",
        "request_id",
        "connection_id",
        "user_id",
        "message_id",
        "comment_id",
        "invite_id",
        "parent_id",
        "id",
        "epoch",
    }
)
"""Texts that a representation shows: ids, and nothing that somebody wrote."""


class WireModel(BaseModel):
    """Part of a message. Its representation shows no content, since it can end up in a log."""

    model_config = ConfigDict(
        frozen=True, allow_inf_nan=False, hide_input_in_errors=True, defer_build=True
    )

    def __repr_args__(self) -> Iterator[tuple[str | None, Any]]:
        """The fields; of texts and collections their lengths."""
        for name, value in super().__repr_args__():
            yield name, value if name in _SHOWN else _Measured.of(value)


class _Measured:
    """Stands for a value in a representation."""

    def __init__(self, text: str) -> None:
        self._text = text

    def __repr__(self) -> str:
        return self._text

    @classmethod
    def of(cls, value: object) -> object:
        """The value, or the length of one that may hold content."""
        match value:
            case Enum():
                return value
            case str():
                return cls(f"<{len(value)} characters>")
            case list() | dict():
                return cls(f"<{len(cast('Sized', value))} entries>")
            case _:
                return value


class ClientModel(WireModel):
    """Part of a message from a client: an unknown field is an error."""

    model_config = ConfigDict(extra="forbid")


class ServerModel(WireModel):
    """Part of a message from the server: clients ignore fields of a newer server."""

    model_config = ConfigDict(extra="ignore")


class Status(StrEnum):
    """A participant's status."""

    ACTIVE = "active"
    TYPING = "typing"
    IDLE = "idle"
    AWAY = "away"


_SURROGATES: Final = re.compile("[\ud800-\udfff]")


def _storable(text: str) -> str:
    if "\x00" in text:
        raise ValueError("must not contain the character U+0000")
    # Pages of a history pass here, text by text: nothing is looked at character by character.
    if not text.isascii() and _SURROGATES.search(text) is not None:
        raise ValueError("must not contain lone surrogates")
    return text


def is_storable(text: str) -> bool:
    """Whether every store keeps the text: PostgreSQL has no U+0000, UTF-8 no lone surrogate."""
    try:
        _storable(text)
    except ValueError:
        return False
    return True


def _not_blank(text: str) -> str:
    if not text.strip():
        raise ValueError("must not be blank")
    return text


# Cursors come by the thousand and name the same few files.
@lru_cache(maxsize=1024)
def workspace_path(path: str) -> str:
    """The path, if it is a workspace-relative, normalised POSIX path; ValueError otherwise."""
    _storable(path)
    if "\\" in path:
        raise ValueError("must use / between folders")
    if any(ord(char) < 0x20 or ord(char) == 0x7F for char in path):  # noqa: PLR2004 - C0 and DEL
        raise ValueError("must not contain control characters")
    if path.startswith("/") or (len(path) > 1 and path[1] == ":"):
        raise ValueError("must be relative to the workspace")
    if any(part in {"", ".", ".."} for part in path.split("/")):
        raise ValueError("must be a normalised path inside the workspace")
    return path


def _one_emoji(text: str) -> str:
    if not text.strip() or any(char.isspace() for char in text):
        raise ValueError("must be one emoji")
    if not re.search(r"[^\x00-\x7f]", text) and not re.fullmatch(r"[+a-z0-9_-]+", text):
        raise ValueError("must be one emoji, or its short name such as +1")
    return text


def _format_timestamp(moment: datetime) -> str:
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


Text = Annotated[str, AfterValidator(_storable)]
Content = Annotated[
    Text, Field(min_length=1, max_length=MAX_CONTENT_CHARS), AfterValidator(_not_blank)
]
"""A person's text: 1 to 8,000 characters, not blank."""
Username = Annotated[
    Text, Field(min_length=1, max_length=MAX_USERNAME_CHARS), AfterValidator(_not_blank)
]
Emoji = Annotated[Text, Field(min_length=1, max_length=MAX_EMOJI_CHARS), AfterValidator(_one_emoji)]
"""An emoji, or its short name such as +1."""
PageSize = Annotated[int, Field(strict=True, ge=1, le=MAX_PAGE)]
SessionId = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,64}$")]
UserId = Annotated[str, Field(pattern=r"^[!-~]{1,128}$")]
"""A user's id: 1 to 128 visible ASCII characters, as in a token's `sub`."""
ItemId = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,64}$")]
"""The id of a chat message, comment or reply, given by the server."""
RequestId = Annotated[str, Field(pattern=r"^[A-Za-z0-9._:-]{1,64}$")]
EventType = Annotated[str, Field(pattern=r"^[a-z_]{1,32}$")]
"""The `type` of a durable event, `cursor_trail` or `document_edited`."""
ActivityCursor = Annotated[str, Field(pattern=r"^[0-9]{1,16}\.[ecd]\.[0-9]{1,16}$")]
"""The end of a page of the activity; opaque to clients."""
InviteCode = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,128}$")]
FilePath = Annotated[
    str,
    Field(min_length=1, max_length=MAX_FILE_CHARS),
    AfterValidator(workspace_path),
]
"""A workspace-relative, normalised POSIX path."""
LineNumber = Annotated[int, Field(strict=True, ge=1, le=MAX_LINE)]
"""1-based."""
ColumnNumber = Annotated[int, Field(strict=True, ge=1, le=MAX_LINE)]
"""1-based, in UTF-16 code units."""
Seq = Annotated[int, Field(ge=0, le=MAX_INTEGER)]
Timestamp = Annotated[datetime, PlainSerializer(_format_timestamp, return_type=str)]
"""RFC 3339 in UTC with milliseconds, for example 2025-10-17T10:30:00.000Z."""
Snippet = Annotated[Text, Field(max_length=MAX_SNIPPET_CHARS)]
ContextLines = Annotated[
    list[Annotated[Text, Field(max_length=MAX_CONTEXT_LINE_CHARS)]],
    Field(max_length=MAX_CONTEXT_LINES),
]
SketchLines = Annotated[
    str, Field(max_length=2 * MAX_SKETCH_LINES, pattern=r"^([A-Za-z0-9_-]{2})*$")
]
"""Lines as hashes of 12 bits, two characters for each (see docs/anchors.md)."""
Lookalikes = Annotated[
    str,
    Field(
        max_length=4 * LOOKALIKE_LINES * MAX_LOOKALIKES,
        pattern=rf"^([A-Za-z0-9_-]{{{4 * LOOKALIKE_LINES}}})*$",
    ),
]
"""The lines around each place with the same text, as in a sketch, one behind the other."""


Count = Annotated[int, Field(strict=True, ge=0, le=MAX_INTEGER)]

RelativePosition = tuple[Count, Count, Annotated[int, Field(strict=True, ge=-1, le=0)]]
"""A place in a shared text that moves with it: a Yjs client, its clock and `assoc`.

With `assoc` 0 it is before the character that this names, with -1 behind it; 0, 0, -1 is the end of
the text, 0, 0, 0 its start.
"""


class DocumentCursor(WireModel):
    """A cursor in a shared document; without `anchor` nothing is selected."""

    model_config = ConfigDict(extra="ignore")

    document_id: ItemId
    head: RelativePosition
    anchor: RelativePosition | None = None
