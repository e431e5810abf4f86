"""Own insertions that somebody else makes, too: the same text at the same place, at once. Pure."""

from typing import Final, NamedTuple

from peerline.documents.byte_reader import ByteReader
from peerline.documents.structs import Place, Struct, read_structs

MAX_KEPT: Final = 2000
"""The own insertions that are remembered; older ones are forgotten."""
MAX_FOUND: Final = 500
"""The most that are looked for in one update: each takes a walk over the text."""
SAVE_SECONDS: Final = 0.8
"""The longest time before a save in which what is inserted belongs to it.

Less than the second without a key after which VS Code saves automatically, if it is to.
"""

SAVING_SECONDS: Final = 30.0
"""The longest time that a save takes, with its formatters, once the editor has begun it."""

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
    """The latest own insertions that need to be there once only, by any user.

    What a formatter puts in on saving looks as if it was typed, so what is inserted is remembered
    for a moment, until the text is saved or not.
    """

    def __init__(self) -> None:
        self._kept: dict[_Key, Struct] = {}
        self._newline: Struct | None = None
        """The last one that is a newline."""
        self._recent: dict[_Key, tuple[float, Struct]] = {}
        """Others, which need to be there once only if the text is saved soon; and when made."""
        self._met: list[Twin] = []
        """The twins of these that have arrived."""
        self._saving: float | None = None
        """The time at which a save began, while it goes on."""

    def add(self, update: bytes, now: float, *, is_once: bool) -> None:
        """Take note of the insertions in an own update.

        Args:
            update: The update.
            now: The time, in seconds.
            is_once: Whether they need to be there once only, even if the text is not saved soon.
        """
        self._forget(now)
        for struct in read_structs(ByteReader(update)):
            if struct.text is None:
                continue
            key = (struct.left, struct.right, struct.text)
            if is_once:
                self._keep(key, struct)
            else:
                self._recent.pop(key, None)
                self._recent[key] = now, struct

    def saving(self, now: float) -> None:
        """The editor begins to save the text: what is put in until it has is part of it."""
        self._forget(now)
        self._saving = now

    def saved(self, now: float) -> list[Twin]:
        """The text was saved: those that were made just before that are needed once only.

        Returns:
            The ones that somebody else has made, too, as far as that has arrived.
        """
        self._forget(now)
        for key, (_, struct) in self._recent.items():
            self._keep(key, struct)
        met, self._met = self._met, []
        self._recent.clear()
        self._saving = None
        return met

    def stands_for(self, place: Place, twin: Twin) -> None:
        """Of two equal insertions only the one at this place is left, for both."""
        key = _key_of(twin)
        if key in self._kept:
            self._kept[key] = self._kept[key]._replace(client=place[0], clock=place[1])

    def also_in(self, update: bytes, now: float) -> list[Twin]:
        """Those needed once that an update of others has, too, which is taken for the first time.

        It was made without the own ones, and they without it, if both have the same neighbours.
        """
        self._forget(now)
        found: list[Twin] = []
        if not self._kept and not self._recent:
            return found
        for other in read_structs(ByteReader(update)):
            if other.text is None or len(found) == MAX_FOUND:
                continue
            key = (other.left, other.right, other.text)
            own = self._kept.get(key)
            if own is not None:
                found.append(_twin(own, other, is_at_end=False))
            elif key in self._recent and len(self._met) < MAX_FOUND:
                self._met.append(_twin(self._recent[key][1], other, is_at_end=False))
            elif self._is_newline_behind(other):
                assert self._newline is not None, "it was compared"
                found.append(_twin(self._newline, other, is_at_end=True))
        return found

    def _keep(self, key: _Key, struct: Struct) -> None:
        self._kept[key] = struct
        if struct.text == "\n":
            self._newline = struct
        if len(self._kept) > MAX_KEPT:
            del self._kept[next(iter(self._kept))]

    def _forget(self, now: float) -> None:
        """Forget those that were made too long ago to belong to a saving."""
        if self._saving is not None and now - self._saving > SAVING_SECONDS:
            self._saving = None
        until = now if self._saving is None else self._saving
        count = len(self._recent)
        while self._recent:
            key = next(iter(self._recent))
            if len(self._recent) <= MAX_KEPT and until - self._recent[key][0] <= SAVE_SECONDS:
                break
            del self._recent[key]
        if self._met and len(self._recent) < count:
            self._met = [twin for twin in self._met if _key_of(twin) in self._recent]

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


def _key_of(twin: Twin) -> _Key:
    return twin.left, twin.right, twin.text


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
