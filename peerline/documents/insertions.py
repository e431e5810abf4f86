"""Own insertions that somebody else makes, too: the same text at the same place, at once. Pure."""

from typing import Final, NamedTuple

from peerline.documents.byte_reader import ByteReader
from peerline.documents.structs import Place, Struct, read_structs

MAX_KEPT: Final = 2000
"""The own insertions that are remembered; older ones are forgotten."""
MAX_FOUND: Final = 500
"""The most that are looked for in one update: each takes a walk over the text."""

_Key = tuple[Place | None, Place | None, str]


class Twin(NamedTuple):
    """An own insertion and the same one of somebody else.

    Attributes:
        own: The place of the own one's first character.
        other: That of the other one.
        length: The length of each, in UTF-16 code units.
        left: The character that the own one was put behind.
        text: The text of each.
        right: The character that the own one was put before; None at the end of the text.
        is_at_end: Whether they are the same at the end of the text only, with other text before.
    """

    own: Place
    other: Place
    length: int
    left: Place | None
    text: str
    right: Place | None
    is_at_end: bool


class OwnInsertions:
    """The latest own insertions that need to be there once only, by any user."""

    def __init__(self) -> None:
        self._kept: dict[_Key, Struct] = {}
        self._newline: Struct | None = None
        """The last one that is a newline."""

    def add(self, update: bytes) -> None:
        """Take note of the insertions in an own update."""
        for struct in read_structs(ByteReader(update)):
            if struct.text is None:
                continue
            self._kept[struct.left, struct.right, struct.text] = struct
            if struct.text == "\n":
                self._newline = struct
        while len(self._kept) > MAX_KEPT:
            del self._kept[next(iter(self._kept))]

    def stands_for(self, place: Place, twin: Twin) -> None:
        """Of two equal insertions only the one at this place is left, for both."""
        key = (twin.left, twin.right, twin.text)
        if key in self._kept:
            self._kept[key] = self._kept[key]._replace(client=place[0], clock=place[1])

    def also_in(self, update: bytes) -> list[Twin]:
        """Those that an update of others has, too, which is taken for the first time.

        It was made without the own ones, and they without it, if both have the same neighbours.
        """
        found: list[Twin] = []
        if not self._kept:
            return found
        for other in read_structs(ByteReader(update)):
            if other.text is None or len(found) == MAX_FOUND:
                continue
            own = self._kept.get((other.left, other.right, other.text))
            if own is not None:
                found.append(_twin(own, other, is_at_end=False))
            elif self._is_newline_behind(other):
                assert self._newline is not None, "it was compared"
                found.append(_twin(self._newline, other, is_at_end=True))
        return found

    def _is_newline_behind(self, other: Struct) -> bool:
        """Whether somebody's text ends in the newline that is put at the end of the text here."""
        own = self._newline
        return (
            own is not None
            and other.text is not None
            and other.text.endswith("\n")
            and other.right == own.right
            and other.left != (own.client, own.clock)
        )


def _twin(own: Struct, other: Struct, *, is_at_end: bool) -> Twin:
    assert own.text is not None, "only texts are kept"
    start = other.clock + other.length - own.length
    return Twin(
        own=(own.client, own.clock),
        other=(other.client, start),
        length=own.length,
        left=own.left,
        text=own.text,
        right=own.right,
        is_at_end=is_at_end,
    )
