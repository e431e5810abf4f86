"""One generation of a shared document: decides on updates, and takes over those that are kept.

An update is decided on against everything that was accepted, kept or not yet; the text is what is
kept. So nobody gets a character that the disk does not have.
"""

from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

from peerline.documents.delta import Delta
from peerline.documents.errors import UpdateError
from peerline.documents.guard import CheckedUpdate, check_update
from peerline.documents.halves import Halves, cuts_a_character, halves_in, may_have_halves
from peerline.documents.shared_text import SharedText, new_client_id
from peerline.protocol.errors import ErrorCode
from peerline.protocol.roles import SERVER_USER_ID
from peerline_server.core.document_rules import line_count
from peerline_server.core.records import StoredGeneration
from peerline_server.documents.deletions import deletes_only_known
from peerline_server.documents.limits import Limits
from peerline_server.documents.refused import UpdateRefused
from peerline_server.documents.runs import Runs

_TRIES: Final = 100


@dataclass(frozen=True, slots=True)
class Taken:
    """An accepted update with something new, to be kept under this number."""

    number: int
    user_id: str
    data: bytes = field(repr=False)
    checked: CheckedUpdate
    new_client_ids: tuple[int, ...]
    """Those that become the user's with it."""


@dataclass(frozen=True, slots=True)
class Change:
    """The effect of an update on the text, in code points."""

    delta: Delta
    inserted: int
    deleted: int


class Document:
    """The text of one generation, its client ids and its authors."""

    def __init__(self, stored: StoredGeneration, limits: Limits) -> None:
        """Build the text from what is kept.

        Updates that do not fit are left out: `skipped` counts them.
        """
        self.text = SharedText()
        self.runs = Runs(stored.runs)
        self.kept = stored.up_to
        """The number of the last update that is in the text."""
        self.since_snapshot = 0
        self.bytes_since_snapshot = 0
        self.skipped = 0
        self._limits = limits
        self._owners = dict(stored.owners)
        self._stored_owners = set(stored.owners)
        self._retired = stored.retired
        self._ahead: deque[Taken] = deque()
        """Those that are accepted and not kept yet."""
        self.text.apply(stored.data)
        for user_id, data in stored.updates:
            self.kept += 1
            self._take_stored(user_id, data)
        self._known: dict[int, int] = dict(self.text.clocks)
        """The state vector with what is accepted."""
        self._halves: dict[int, set[int]] = {}
        """The second halves of characters, by client id."""
        if not self.text.text.isascii():
            self._add_halves(halves_in(self.text.encode()))
        self._bytes = self._lines = 0
        self._measure()

    @property
    def is_settled(self) -> bool:
        """Whether everything that was accepted is in the text."""
        return not self._ahead

    @property
    def needs_snapshot(self) -> bool:
        """Whether enough was written since the last one."""
        limits = self._limits
        return (
            self.since_snapshot >= limits.snapshot_updates
            or self.bytes_since_snapshot >= limits.snapshot_bytes
        )

    def new_client_id(self, user_id: str) -> int:
        """Give the user a client id that nobody has written under."""
        for _ in range(_TRIES):
            client_id = new_client_id()
            if client_id not in self._owners and client_id not in self._retired:
                self._owners[client_id] = user_id
                return client_id
        raise RuntimeError("random numbers repeat themselves")

    def older_generation(self, clocks: Mapping[int, int]) -> str | None:
        """The other generation of this document that a state vector is of, if it is of one."""
        return next((self._retired[each] for each in clocks if each in self._retired), None)

    def owner_of(self, client_id: int) -> str | None:
        """The user of a client id."""
        return SERVER_USER_ID if client_id in self._retired else self._owners.get(client_id)

    def may_use(self, client_id: int, user_id: str) -> bool:
        """Whether the client id is the user's, or free; then it is theirs from now on."""
        owner = self.owner_of(client_id)
        if owner is None:
            self._owners[client_id] = user_id
            return True
        return owner == user_id

    def take(
        self,
        update: bytes,
        user_id: str,
        *,
        may_edit: bool,
        may_use: Callable[[int], bool] | None = None,
        in_parts: bool = True,
    ) -> Taken | None:
        """Decide on an update of a user; None if nothing in it is new.

        `may_use` tells whether the user's connection may write under a client id of theirs,
        `in_parts` whether its client sends what is long in parts.

        Raises:
            UpdateRefused: with the reason; nothing of it is used.
        """
        limits = self._limits
        most = limits.update_bytes if in_parts else limits.stock_update_bytes
        if len(update) > most:
            text = f"an update has at most {most} bytes: send it in parts"
            raise UpdateRefused(ErrorCode.UPDATE_REFUSED, text)
        try:
            checked = check_update(
                update,
                self._known,
                may_write=lambda client: (
                    self._may_write(client, user_id) and (may_use is None or may_use(client))
                ),
                longest_deleted=limits.text_bytes,
                most_beside_text=limits.update_bytes,
            )
        except UpdateError as error:
            if not may_edit:
                raise _denied() from None
            raise UpdateRefused(ErrorCode.UPDATE_REFUSED, f"update: {error}") from None
        halves: Halves = halves_in(update) if may_have_halves(update) else {}
        self._check_characters(update, halves)
        if not checked.is_new and not (checked.deletes and self._deletes_more(update)):
            return None
        if not may_edit:
            raise _denied()
        if checked.is_new:
            self._check_size(update, checked)
        self._bytes += len(update)
        self._lines += update.count(b"\n")
        new = [client for client in checked.clocks if client not in self._stored_owners]
        for client, clock in checked.clocks.items():
            self._owners.setdefault(client, user_id)
            self._known[client] = max(clock, self._known.get(client, 0))
        self._stored_owners.update(new)
        self._add_halves(halves)
        taken = Taken(self.kept + len(self._ahead) + 1, user_id, update, checked, tuple(new))
        self._ahead.append(taken)
        return taken

    def commit(self, taken: Taken) -> Change:
        """Take over an update that is kept now; in the order in which they were accepted.

        Raises:
            UpdateError: if it cannot be applied. This object is of no use then.
        """
        first = self._ahead.popleft()
        assert first is taken, "updates are kept in their order"
        self.kept = taken.number
        self.since_snapshot += 1
        self.bytes_since_snapshot += len(taken.data)
        delta = self.text.apply(taken.data, taken.checked.clocks)
        self.runs.apply(delta, taken.user_id)
        inserted = sum(len(step) for step in delta if isinstance(step, str))
        deleted = -sum(step for step in delta if isinstance(step, int) and step < 0)
        return Change(delta, inserted, deleted)

    def snapshot_taken(self) -> None:
        """A snapshot holds everything up to now."""
        self.since_snapshot = self.bytes_since_snapshot = 0

    def has_state(self, clocks: Mapping[int, int]) -> bool:
        """Whether the text is at this state vector."""
        mine = {client: clock for client, clock in self.text.clocks.items() if clock}
        return mine == {client: clock for client, clock in clocks.items() if clock}

    def close(self) -> None:
        """Let go of the CRDT."""
        self.text.close()

    def _may_write(self, client: int, user_id: str) -> bool:
        owner = self.owner_of(client)
        return owner is None or owner == user_id

    def _deletes_more(self, update: bytes) -> bool:
        """Whether an update without new structs deletes what is not deleted in the text."""
        return not deletes_only_known(update, self.text.encode(self.text.state))

    def _check_characters(self, update: bytes, own: Halves) -> None:
        """Check that no character is cut in two, of the document's or of the update's `own`."""
        for halves in (self._halves, own):
            if halves and cuts_a_character(update, halves):
                text = "update: it cuts a character in two"
                raise UpdateRefused(ErrorCode.UPDATE_REFUSED, text)

    def _add_halves(self, new: Halves) -> None:
        for client, clocks in new.items():
            self._halves.setdefault(client, set()).update(clocks)

    def _check_size(self, update: bytes, checked: CheckedUpdate) -> None:
        limits = self._limits
        if self.text.items > limits.items:
            text = "the document's history is too long: wait until it is renewed"
            raise UpdateRefused(ErrorCode.DOCUMENT_TOO_LARGE, text)
        if not checked.inserted or self._fits(update):
            return
        # What is deleted was not looked at so far.
        self._measure()
        if self._fits(update):
            return
        trial = SharedText()
        try:
            trial.apply(self.text.encode())
            for taken in self._ahead:
                trial.apply(taken.data)
            before = trial.text
            trial.apply(update)
            size, lines = len(trial.text.encode()), line_count(trial.text)
            # A text that is too long already may always become shorter.
            grows = size > len(before.encode()) or lines > line_count(before)
        finally:
            trial.close()
        if grows and (size > limits.text_bytes or lines > limits.text_lines):
            text = (
                f"a shared text has at most {limits.text_bytes} bytes and {limits.text_lines} "
                "lines: nothing more can be inserted"
            )
            raise UpdateRefused(ErrorCode.DOCUMENT_TOO_LARGE, text)

    def _fits(self, update: bytes) -> bool:
        """Whether the text is within its limits, were all of the update inserted."""
        limits = self._limits
        return (
            self._bytes + len(update) <= limits.text_bytes
            and self._lines + update.count(b"\n") < limits.text_lines
        )

    def _measure(self) -> None:
        """Take the size of the text; later it is guessed by what may have been inserted."""
        text = self.text.text
        self._bytes = len(text) if text.isascii() else len(text.encode())
        self._lines = text.count("\n")
        for taken in self._ahead:
            self._bytes += len(taken.data)
            self._lines += taken.data.count(b"\n")

    def _take_stored(self, user_id: str, data: bytes) -> None:
        self.since_snapshot += 1
        self.bytes_since_snapshot += len(data)
        try:
            checked = check_update(data, self.text.clocks, longest_deleted=self._limits.text_bytes)
            self.runs.apply(self.text.apply(data, checked.clocks), user_id)
        except UpdateError:
            self.skipped += 1


def _denied() -> UpdateRefused:
    text = "a viewer cannot write in shared files; ask a host for the role of editor"
    return UpdateRefused(ErrorCode.PERMISSION_DENIED, text)
