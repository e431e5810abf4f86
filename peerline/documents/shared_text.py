"""A shared text: the CRDT behind a document. The only module that imports pycrdt, on first use.

Places and deltas count code points. Inside, pycrdt counts bytes of UTF-8, and the clocks of Yjs
count code units of UTF-16. pycrdt's own relative positions mix the two up, so `places` finds them.
"""

import secrets
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from types import ModuleType
from typing import Any, Final, Protocol

from peerline.documents.byte_reader import ByteReader
from peerline.documents.delta import Delta, DeltaBuilder, DeltaError, apply, composed
from peerline.documents.errors import UpdateError
from peerline.documents.guard import ROOT_NAME
from peerline.documents.places import Places
from peerline.documents.structs import count_structs
from peerline.protocol.types import RelativePosition

MAX_CLIENT_ID: Final = 2**32 - 1
"""Client ids are 32 bits long: older Yrs cuts longer ones silently."""

_OWN: Final = "own"
"""The origin of own edits, which undo goes by."""
_AUTOMATIC: Final = "automatic"
"""The origin of those that undo leaves alone."""
_STEP: Final = 1000
"""How far the undo manager's time jumps between two steps; it joins what is closer than 500."""
_RECOUNT: Final = 1000
"""Items are counted again when there may be this many more, or half as many more."""


class _TransactionEvent(Protocol):
    update: bytes


class _TextEvent(Protocol):
    delta: list[dict[str, Any]]


class SharedText:
    """One replica of a shared text.

    Attributes:
        text: The text.
    """

    def __init__(self, client_id: int | None = None) -> None:
        """Begin with an empty text.

        Args:
            client_id: The client id that own edits are written under; None for one that only reads.
        """
        self._pycrdt: Any = _pycrdt()
        self._doc: Any = self._pycrdt.Doc(client_id=client_id or new_client_id())
        self._shared: Any = self._doc.get(ROOT_NAME, type=self._pycrdt.Text)
        self._events: list[list[dict[str, Any]]] = []
        # It ends with the subscription.
        self._subscription: Any = self._shared.integrated.observe(self._take_event)
        self._undo: Any = None
        self._time = _STEP
        self._update: bytes | None = None
        self._places: Places | None = None
        self._clocks: dict[int, int] | None = {}
        self._counted = 0
        self._uncounted = 0
        self.text = ""

    @classmethod
    def seeded(cls, text: str) -> bytes:
        """The update that begins a generation with a text. Two of them hold the text twice.

        Raises:
            DeltaError: If the text holds half a character.
        """
        seed = cls()
        try:
            return seed.edit((text,)) if text else seed.encode()
        finally:
            seed.close()

    @property
    def clocks(self) -> Mapping[int, int]:
        """The end of the structs of each client, in UTF-16 code units."""
        if self._clocks is None:
            self._clocks = decode_state(self.state)
        return self._clocks

    @property
    def state(self) -> bytes:
        """The state vector."""
        return self._doc.get_state()

    @property
    def items(self) -> int:
        """Roughly how many items the CRDT has: local edits walk over them."""
        if self._uncounted > max(_RECOUNT, self._counted // 2):
            self._counted, self._uncounted = count_structs(self.encode()), 0
        return self._counted + self._uncounted

    def apply(self, update: bytes, clocks: Mapping[int, int] | None = None) -> Delta:
        """Take an update of others, which the guard has let pass.

        Args:
            update: The update.
            clocks: As the guard has read them in the update; they save asking for all of them.

        Returns:
            The change of the text.

        Raises:
            UpdateError: If pycrdt fails. This object is of no use then.
        """
        with _panics_caught("applied"):
            self._doc.apply_update(update)
            delta = self._take_events()
        known = self._clocks
        if known is None or clocks is None:
            self._clocks = None
        else:
            for client, clock in clocks.items():
                known[client] = max(clock, known.get(client, 0))
        self._changed(update, 1)
        return delta

    def edit(self, delta: Delta, *, is_undoable: bool = True) -> bytes:
        """Make an own change; the update for the others.

        Args:
            delta: The change.
            is_undoable: Whether undo takes it back.

        Raises:
            DeltaError: If the change reaches beyond the text, or inserts half a character. Nothing
                is changed then.
            UpdateError: If pycrdt fails. This object is of no use then.
        """
        after = apply(self.text, delta)
        steps = _in_bytes(self.text, delta)
        self._watch()
        origin = _OWN if is_undoable else _AUTOMATIC
        with _panics_caught("applied"), self._doc.transaction(origin=origin) as transaction:
            raw, shared = transaction._txn, self._shared.integrated  # noqa: SLF001 - half the time
            for at, deleted, inserted in steps:
                if inserted:
                    shared.insert(raw, at, inserted)
                if deleted:
                    shared.remove_range(raw, at + len(inserted.encode()), deleted)
        self._events.clear()
        self.text = after
        return self._take_update(len(steps))

    def encode(self, state: bytes | None = None) -> bytes:
        """The update with everything that a replica at this state vector lacks; all without one.

        Raises:
            UpdateError: If it is no state vector.
        """
        if state is not None:
            decode_state(state)
        return self._doc.get_update(state)

    def undo(self) -> tuple[Delta, bytes] | None:
        """Take back the last step of own edits; None if there is nothing to take back."""
        return None if self._undo is None else self._go(self._undo.can_undo, self._undo.undo)

    def redo(self) -> tuple[Delta, bytes] | None:
        """Make the step again that was taken back last; None if there is none."""
        return None if self._undo is None else self._go(self._undo.can_redo, self._undo.redo)

    def end_undo_step(self) -> None:
        """Begin a new step of undo with the next edit."""
        self._time += _STEP

    def relative(self, index: int, assoc: int) -> RelativePosition:
        """A place that moves with its text.

        Args:
            index: A place, counted in code points; one behind the end is the end.
            assoc: 0 to stay before the character there, -1 to stay behind the one before it.
        """
        with _panics_caught("asked for a place"):
            return self._found().relative(self.text, max(0, min(index, len(self.text))), assoc)

    def index_of(self, position: RelativePosition) -> int | None:
        """The index of such a place now; None if its character is not known here."""
        client, clock, _ = position
        if (client, clock) != (0, 0) and clock >= self.clocks.get(client, 0):
            return None
        with _panics_caught("asked for a place"):
            return self._found().index_of(self.text, position)

    def close(self) -> None:
        """Let go of the CRDT; the text stays."""
        self._undo = self._places = self._subscription = self._shared = self._doc = None

    def _go(
        self, is_possible: Callable[[], bool], go: Callable[[], bool]
    ) -> tuple[Delta, bytes] | None:
        # A step whose text others have deleted meanwhile changes nothing.
        while is_possible():
            with _panics_caught("undone"):
                go()
            self.end_undo_step()
            if self._update is not None:
                return self._take_events(), self._take_update(1)
        return None

    def _watch(self) -> None:
        """Take note of own updates from the first one on; a replica that only reads has none."""
        if self._undo is not None:
            return
        self._undo = self._pycrdt.UndoManager(
            scopes=[self._shared], capture_timeout_millis=_STEP // 2, timestamp=lambda: self._time
        )
        self._undo.include_origin(_OWN)
        self._doc.observe(self._take_note)

    def _take_event(self, event: _TextEvent) -> None:
        self._events.append(event.delta)

    def _take_note(self, event: _TransactionEvent) -> None:
        self._update = event.update

    def _take_update(self, items: int) -> bytes:
        update, self._update = self._update, None
        self._clocks = None
        self._changed(update or b"", items)
        return update or NOTHING

    def _changed(self, update: bytes, items: int) -> None:
        self._update = None
        # An item can be split in two by the one that is put into it.
        self._uncounted += 2 * items if len(update) < _RECOUNT else count_structs(update)
        if self._places is not None:
            self._places.add(update)

    def _take_events(self) -> Delta:
        events, self._events = self._events, []
        changes: list[Delta] = []
        for event in events:
            changes.append(_in_code_points(self.text, event))
            self.text = apply(self.text, changes[-1])
        return composed(changes)

    def _found(self) -> Places:
        if self._places is None:
            self._places = Places(self._pycrdt, self.encode)
        return self._places


NOTHING: Final = b"\0\0"
"""The update that changes nothing."""


def new_client_id() -> int:
    """A random client id of 32 bits."""
    return 1 + secrets.randbelow(MAX_CLIENT_ID)


def merge_updates(updates: list[bytes]) -> bytes:
    """One update that does what several, each checked by the guard or own, do in their order.

    Raises:
        UpdateError: If pycrdt fails.
    """
    if len(updates) == 1:
        return updates[0]
    with _panics_caught("merged"):
        return _pycrdt().merge_updates(*updates)


def decode_state(state: bytes) -> dict[int, int]:
    """Read a state vector.

    Raises:
        UpdateError: If it is none.
    """
    reader = ByteReader(state)
    clocks = {reader.number(): reader.number() for _ in range(reader.count(2))}
    if reader.left:
        raise UpdateError("bytes are left over at its end")
    return clocks


@contextmanager
def _panics_caught(done: str) -> Generator[None]:
    """Make an `UpdateError` of whatever pycrdt raises: a panic of Rust is no `Exception`."""
    try:
        yield
    except (KeyboardInterrupt, SystemExit):
        raise
    except BaseException as error:  # noqa: BLE001 - see above
        raise UpdateError(f"it cannot be {done} ({type(error).__name__})") from None


def _pycrdt() -> ModuleType:
    import pycrdt  # noqa: PLC0415 - most processes never share a document

    return pycrdt


def _in_bytes(text: str, delta: Delta) -> list[tuple[int, int, str]]:
    """The places in bytes, in the text as the steps before have left it, with their changes."""
    ascii_only = text.isascii()
    steps: list[tuple[int, int, str]] = []
    read = at = 0
    inserted = ""
    for operation in delta:
        if isinstance(operation, str):
            inserted = operation
            continue
        piece = text[read : read + abs(operation)]
        read += len(piece)
        size = len(piece) if ascii_only else len(piece.encode())
        if operation < 0:
            steps.append((at, size, inserted))
            at += _size(inserted)
        else:
            if inserted:
                steps.append((at, 0, inserted))
                at += _size(inserted)
            at += size
        inserted = ""
    if inserted:
        steps.append((at, 0, inserted))
    for _, _, new in steps:
        _size(new)
    return steps


def _size(text: str) -> int:
    try:
        return len(text.encode())
    except UnicodeEncodeError:
        raise DeltaError("the text holds half a character (a lone surrogate)") from None


def _in_code_points(text: str, event: list[dict[str, Any]]) -> Delta:
    """The delta of an event of pycrdt, which counts bytes of the text before."""
    data = None if text.isascii() else text.encode()
    builder = DeltaBuilder()
    at = 0
    for step in event:
        inserted = step.get("insert")
        if inserted is not None:
            builder.insert(inserted)
            continue
        deleted = step.get("delete", 0)
        size = deleted or step["retain"]
        count = size if data is None else len(str(data[at : at + size], "utf-8"))
        at += size
        if deleted:
            builder.delete(count)
        else:
            builder.keep(count)
    return builder.delta()
