"""Places in a shared text that move with it, in a text with letters of any length.

pycrdt names a place by the item that it is in and the offset in it, but takes bytes of UTF-8 for
code units of UTF-16: "é" before the place makes it name a later one, and beyond the last one it
panics. At the start of an item it is right. So items are split where a place is looked for: in a
second replica, so that the first keeps its long items.
"""

from collections.abc import Callable
from types import ModuleType
from typing import Any, Final

from peerline.protocol.types import RelativePosition

START: Final[RelativePosition] = (0, 0, 0)
END: Final[RelativePosition] = (0, 0, -1)

_MAX_WAITING: Final = 1000
"""Updates that wait until a place is looked for; with more, the replica is made from the state."""
_MAX_SPLITS: Final = 5000
"""Splits after which the second replica is made again, with long items."""
_ASTRAL: Final = 0x10000
"""The first code point that takes two code units of UTF-16, and the first of four bytes."""


class Places:
    """The second replica of a shared text, made when a place is looked for.

    Args of the constructor: the module pycrdt, and a function that gives the whole state.
    """

    def __init__(self, pycrdt: ModuleType, state: Callable[[], bytes]) -> None:
        self._pycrdt: Any = pycrdt
        self._state = state
        self._waiting: list[bytes] | None = None
        self._splits = 0
        self._doc: Any = None
        self._text: Any = None

    def add(self, update: bytes) -> None:
        """Take note of an update of the first replica."""
        if self._waiting is not None and update:
            self._waiting.append(update)
            if len(self._waiting) > _MAX_WAITING:
                self._waiting = self._doc = self._text = None

    def relative(self, text: str, index: int, assoc: int) -> RelativePosition:
        """The place in a text before a character (`assoc` 0) or behind the one before (-1)."""
        behind = assoc < 0
        if behind and index == 0:
            return START
        if not behind and index == len(text):
            return END
        self._bring_up_to_date()
        at = index - 1 if behind else index
        with self._doc.transaction():
            offset = at if text.isascii() else len(text[:at].encode())
            self._split(offset)
            sticky = self._pycrdt.StickyIndex.new(self._text, offset, self._pycrdt.Assoc.AFTER)
            item = sticky.to_json()["item"]
        clock = item["clock"] + (behind and ord(text[at]) >= _ASTRAL)
        return (item["client"], clock, -1 if behind else 0)

    def index_of(self, text: str, position: RelativePosition) -> int:
        """The index of a place whose character is known here."""
        client, clock, assoc = position
        if (client, clock) == (0, 0):
            return len(text) if assoc else 0
        self._bring_up_to_date()
        data = b"" if text.isascii() else text.encode()
        with self._doc.transaction():
            offset = self._offset(client, clock, 0)
            while data:
                boundary = _next_boundary(data, offset)
                self._split(boundary)
                last, offset = offset, self._offset(client, clock, 0)
                if offset <= last:
                    break
            is_there = self._offset(client, clock, -1) > offset
        index = len(data[:offset].decode(errors="ignore")) if data else offset
        return index + (is_there and assoc < 0)

    def _offset(self, client: int, clock: int, assoc: int) -> int:
        place = {"item": {"client": client, "clock": clock}, "assoc": assoc}
        return self._pycrdt.StickyIndex.from_json(place, self._text).get_index()

    def _split(self, offset: int) -> None:
        """Have an item begin at an offset in bytes: removing nothing there splits it."""
        transaction = self._doc.transaction()
        self._text.integrated.remove_range(transaction._txn, offset, 0)  # noqa: SLF001
        self._splits += 1

    def _bring_up_to_date(self) -> None:
        if self._waiting is None or self._splits > _MAX_SPLITS:
            self._doc = self._pycrdt.Doc()
            self._text = self._doc.get("text", type=self._pycrdt.Text)
            self._waiting = [self._state()]
            self._splits = 0
        for update in self._waiting:
            self._doc.apply_update(update)
        self._waiting = []


def _next_boundary(data: bytes, offset: int) -> int:
    """The first place from an offset on that is not inside a character."""
    while offset < len(data) and data[offset] & 0xC0 == 0x80:  # noqa: PLR2004 - bytes that go on
        offset += 1
    return offset
