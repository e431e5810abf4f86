"""The shared text of one opened document with its own updates, apart from any connection. Pure."""

from collections.abc import Iterable
from typing import Final

from peerline.client.documents.kept import KeptDocument
from peerline.client.documents.outbox import Outbox
from peerline.client.errors import EditRefused
from peerline.documents.delta import Delta, DeltaBuilder, apply
from peerline.documents.guard import MAX_CLOCK, check_update
from peerline.documents.insertions import OwnInsertions, Twin
from peerline.documents.shared_text import SharedText, new_client_id
from peerline.documents.structs import Place
from peerline.protocol.client_defaults import MAX_UNCONFIRMED_BYTES
from peerline.protocol.limits import MAX_DOCUMENT_BYTES, MAX_DOCUMENT_LINES

UNDO_PAUSE_SECONDS: Final = 0.5
"""The silence that ends a step of undo."""


class LocalText:
    """A replica of one generation.

    Attributes:
        generation: The generation.
        client_id: The id that own edits are written under.
        outbox: The own updates that the server has not confirmed.
    """

    def __init__(self, generation: str, client_id: int, whole: bytes) -> None:
        """Begin with the whole text as the server sends it.

        Raises:
            UpdateError: If it is not sound.
        """
        self.generation = generation
        self.client_id = client_id
        self.outbox = Outbox()
        self._shared = SharedText(client_id)
        self._edited = float("-inf")
        self._once = OwnInsertions()
        self.take(whole)

    @classmethod
    def restored(cls, kept: KeptDocument) -> "LocalText":
        """The text that was kept, to be written under another client id.

        Raises:
            UpdateError: If it is not sound.
        """
        local = cls(kept.generation, new_client_id(), kept.state)
        for update in kept.updates:
            local.take(update)
        local.outbox = Outbox(kept.updates)
        return local

    @property
    def text(self) -> str:
        """The text, own edits included."""
        return self._shared.text

    @property
    def state(self) -> bytes:
        """The state vector."""
        return self._shared.state

    def take(self, update: bytes) -> Delta:
        """Take an update of others; the change.

        Raises:
            UpdateError: If it is not sound. The object is of no use then.
        """
        checked = check_update(update, self._shared.clocks, longest_deleted=MAX_CLOCK)
        return self._shared.apply(update, checked.clocks)

    def take_back_twins(self, update: bytes, now: float) -> Delta:
        """Delete own insertions that an update of others, which was just taken, has before them.

        Those with text beside them that was not there before stay. Of the same change at several
        places the insertions of others that stand behind own ones are deleted, too, as the others
        do it: no editor ever shows both.

        Returns:
            The change, as if those of others had gone: the text is the same, and who has just been
            told of them sees nothing. It is empty if there were none.
        """
        return self._take_back(self._once.also_in(update, now), now)

    def saving(self, now: float) -> None:
        """Note that the editor begins to save the text."""
        self._once.saving(now)

    def saved(self, now: float) -> Delta:
        """Note that the text was saved: what was inserted just before that is needed once only.

        Returns:
            The change that takes back what others have inserted, too, as `take_back_twins`.
        """
        return self._take_back(self._once.saved(now), now)

    def edit(self, delta: Delta, now: float, *, is_once: bool = False) -> None:
        """Make an own change.

        Args:
            delta: The change.
            now: The time, in seconds.
            is_once: Whether its insertions are taken back where somebody else made them, too.

        Raises:
            EditRefused: If the text would be too large, or too much waits for the server.
            DeltaError: If the change reaches beyond the text, or inserts half a character.
            UpdateError: If the CRDT fails. The object is of no use then.
        """
        check_size(self.text, delta)
        self._check_room(sum(byte_length(each) for each in delta if isinstance(each, str)))
        if now - self._edited >= UNDO_PAUSE_SECONDS:
            self._shared.end_undo_step()
        self._edited = now
        update = self._shared.edit(delta)
        self._once.add(update, now, is_once=is_once)
        self.outbox.add(update, now)

    def undo(self, now: float) -> Delta | None:
        """Take back the last step of own edits; None if there is none.

        Raises:
            EditRefused: If too much waits for the server.
        """
        self._check_room(0)
        return self._step(self._shared.undo(), now)

    def redo(self, now: float) -> Delta | None:
        """Make the step again that was taken back last; None if there is none.

        Raises:
            EditRefused: If too much waits for the server.
        """
        self._check_room(0)
        return self._step(self._shared.redo(), now)

    def whole(self) -> bytes:
        """The update with the whole text."""
        return self._shared.encode()

    @property
    def places(self) -> SharedText:
        """The text for places and steps of undo; edits go through `edit`."""
        return self._shared

    def kept(self, document_id: str) -> KeptDocument:
        """The state to keep on disk."""
        updates = tuple(self.outbox.updates)
        return KeptDocument(document_id, self.generation, self._shared.encode(), updates)

    def close(self) -> None:
        """Let go of the CRDT; the text stays."""
        self._shared.close()

    def _check_room(self, inserted: int) -> None:
        if self.outbox.size + inserted > MAX_UNCONFIRMED_BYTES:
            most = MAX_UNCONFIRMED_BYTES // 2**20
            raise EditRefused(f"more than {most} MiB of edits would wait for the server")

    def _take_back(self, twins: list[Twin], now: float) -> Delta:
        is_same_change = sum(not twin.is_at_end for twin in twins) > 1
        deleted: dict[int, tuple[int, int]] = {}
        shown: dict[int, tuple[int, int]] = {}
        for twin in twins:
            # The author of a line that only ends like the own one has made another change.
            is_theirs = is_same_change and not twin.is_at_end
            start = self._second_of(twin, is_same_change=is_theirs)
            other = self._whole(twin.other, twin)
            if start is not None and other is not None:
                length = len(twin.text)
                deleted[start], shown[start] = (start, length), (other, length)
                self._once.stands_for(twin.own if start == other else twin.other, twin)
        if not deleted:
            return ()
        update = self._shared.edit(_deletion(deleted.values()), is_undoable=False)
        self.outbox.add(update, now)
        return _deletion(shown.values())

    def _second_of(self, twin: Twin, *, is_same_change: bool) -> int | None:
        """The index of the one of two equal insertions that is to be deleted.

        None unless both are whole and have nothing beside them but more of the same.
        """
        other, own = self._whole(twin.other, twin), self._whole(twin.own, twin)
        # An update may come again, with the one that is left.
        if other is None or own is None or other == own:
            return None
        is_own = other < own and twin.own[0] == self.client_id
        if not is_own and not is_same_change:
            return None
        text, size = self.text, len(twin.text)
        first, second = min(other, own), max(other, own)
        end = len(text) if twin.right is None else self._shared.index_of((*twin.right, 0))
        if end is None or (twin.is_at_end and end != len(text)):
            return None
        times, rest = divmod(end - first, size)
        is_alone = not rest and not (second - first) % size
        return second if is_alone and text[first:end] == times * twin.text else None

    def _whole(self, place: Place, twin: Twin) -> int | None:
        """The index at which the text of a twin is whole."""
        client, clock = place
        start = self._shared.index_of((client, clock, 0))
        end = self._shared.index_of((client, clock + twin.length - 1, -1))
        if start is None or end is None or self.text[start:end] != twin.text:
            return None
        return start

    def _step(self, done: tuple[Delta, bytes] | None, now: float) -> Delta | None:
        if done is None:
            return None
        delta, update = done
        self.outbox.add(update, now)
        return delta


def _deletion(pieces: Iterable[tuple[int, int]]) -> Delta:
    """The change that deletes pieces of a text, given the start and the length of each."""
    builder, at = DeltaBuilder(), 0
    for start, length in sorted(pieces):
        builder.keep(start - at)
        builder.delete(length)
        at = start + length
    return builder.delta()


def check_size(text: str, delta: Delta) -> None:
    """Check that a text does not grow beyond the limits of a shared document.

    Raises:
        EditRefused: If it does.
    """
    inserted = [operation for operation in delta if isinstance(operation, str)]
    if not inserted:
        return
    # Four bytes a character are the most: only a text near the limits is measured.
    new_lines = sum(piece.count("\n") for piece in inserted)
    is_long = 4 * (len(text) + sum(map(len, inserted))) > MAX_DOCUMENT_BYTES
    if is_long or (new_lines and text.count("\n") + new_lines >= MAX_DOCUMENT_LINES):
        after = apply(text, delta)
        if byte_length(after) > MAX_DOCUMENT_BYTES:
            raise EditRefused(f"a shared text can have at most {MAX_DOCUMENT_BYTES} bytes")
        if after.count("\n") + (not after.endswith("\n")) > MAX_DOCUMENT_LINES:
            raise EditRefused(f"a shared text can have at most {MAX_DOCUMENT_LINES} lines")


def byte_length(text: str) -> int:
    """The length of a text in bytes of UTF-8; half a character counts as a whole one."""
    return len(text) if text.isascii() else len(text.encode(errors="surrogatepass"))
