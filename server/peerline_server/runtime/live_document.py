"""One generation of a shared document in memory: keeps updates, then sends them on."""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import Final

from peerline.documents.errors import UpdateError
from peerline.documents.frames import Awareness, Update
from peerline.protocol.errors import ErrorCode
from peerline.protocol.types import DocumentCursor
from peerline_server.core.records import NewUpdate
from peerline_server.documents.awareness import (
    AwarenessBoard,
    Entry,
    Person,
    decode_states,
    encode_states,
)
from peerline_server.documents.document import Change, Document, Taken
from peerline_server.documents.refused import UpdateRefused
from peerline_server.runtime.context import Context
from peerline_server.runtime.document_channels import Channel, DocumentPeer, Relay
from peerline_server.store.base import StoreBusyError

_log = logging.getLogger("peerline.server.documents")
_NOT_KEPT: Final = "the server could not keep an update: open the document again"


@dataclass(frozen=True, slots=True)
class DocumentEvents:
    """The calls of a live document to whatever holds it."""

    edited: Callable[["LiveDocument", str, Change], None]
    """A user's update is kept."""
    settled: Callable[["LiveDocument"], None]
    """Nothing waits to be kept any more."""
    lost: Callable[["LiveDocument"], None]
    """It is not what the disk has: forget it."""


Keep = Callable[[NewUpdate], "asyncio.Future[None]"]
"""Keeps an update, as `Store.submit_update` does, or in memory if it is never written to a disk."""


class LiveDocument:
    """A loaded generation with the connections that have it open."""

    def __init__(  # noqa: PLR0913 - the parts that it works with
        self,
        document: Document,
        context: Context,
        keep: Keep,
        events: DocumentEvents,
        *,
        session_id: str,
        document_id: str,
        generation: str,
        number: int,
        is_current: bool,
    ) -> None:
        """`keep` submits an update to the store."""
        self.id = document_id
        self._session_id = session_id
        self.generation = generation
        self.document = document
        self.number = number
        """Of its channels."""
        self.is_current = is_current
        """Whether it may be written in."""
        self.is_frozen = False
        """Whether a new generation is being made of it: what comes now waits for that."""
        self.is_lost = False
        self.channels: dict[Channel, None] = {}
        self.awareness = AwarenessBoard()
        self.last: asyncio.Future[None] | None = None
        """The latest update that is being kept."""
        self.turn = asyncio.Lock()
        """Of those who bring edits from here into the present generation."""
        self._context = context
        self._keep = keep
        self._events = events
        self._opened = 0
        self._writers: dict[int, Channel] = {}
        """The connection that writes under each client id that was given out here."""
        self._waiting: list[tuple[Channel, int]] = []
        """Updates that are known already, but not kept yet."""
        self._unacknowledged: dict[Channel, None] = {}

    def open(self, peer: DocumentPeer, *, can_edit: bool) -> Channel:
        """Send the peer what is kept from now on."""
        self._opened += 1
        channel = Channel(
            peer,
            self.id,
            self.number,
            client_id=self.document.new_client_id(peer.user_id),
            order=self._opened,
            can_edit=can_edit and self.is_current,
        )
        self.channels[channel] = None
        self._writers[channel.client_id] = channel
        return channel

    def close(self, channel: Channel) -> None:
        """Send it no more."""
        self.channels.pop(channel, None)
        self._unacknowledged.pop(channel, None)
        for client_id in [mine for mine, it in self._writers.items() if it is channel]:
            del self._writers[client_id]
        self._relay_awareness(self.awareness.drop(channel), without=channel)

    def receive(self, channel: Channel, update: bytes, *, may_edit: bool) -> None:
        """Take an update of a connection.

        Raises:
            UpdateRefused: with the reason; nothing of it is used.
        """
        if self.is_frozen or self.is_lost:
            return  # the client sends it again, or brings it into the next generation
        if not self.is_current:
            text = "the document goes on in another generation: open it again"
            raise UpdateRefused(ErrorCode.GENERATION_MISMATCH, text)
        user_id = channel.peer.user_id
        taken = self.document.take(
            update,
            user_id,
            may_edit=may_edit,
            may_use=lambda client_id: self._may_use(channel, client_id),
            in_parts=not channel.peer.is_stock,
        )
        if taken is not None:
            self._take_over_ids(channel, taken)
        channel.received += 1
        if taken is None:
            self._take_known(channel)
            return
        self._context.metrics.document_updates += 1
        try:
            future = self._keep(self._new_update(taken))
        except StoreBusyError:
            self.lose()
            return
        self.last = future
        future.add_done_callback(partial(self._kept, channel, channel.received, taken))

    def keep_late(self, taken: Taken) -> None:
        """Keep what was written in a generation that has ended, and is in another one, too."""
        try:
            future = self._keep(replace(self._new_update(taken), is_late=True))
        except StoreBusyError:
            self.lose()
            return
        self.last = future
        future.add_done_callback(self._kept_late)

    def lose(self) -> None:
        """Close it everywhere: it is not what the disk has."""
        if self.is_lost:
            return
        self.is_lost = True
        self._events.lost(self)
        self.close_channels(ErrorCode.INTERNAL_ERROR, _NOT_KEPT)

    def close_channels(self, code: ErrorCode | None, text: str | None) -> None:
        """Close it on every connection; without a text the clients know it already."""
        for channel in list(self.channels):
            self.close(channel)
            channel.peer.document_closed(channel, code, text)

    def send_to_others(self, relay: Relay, without: Channel | None) -> None:
        """Send a message of the document to every other connection."""
        for channel in self.channels:
            if channel is not without:
                channel.peer.relay(relay)

    # --- cursors ---------------------------------------------------------------------------

    @property
    def has_stock(self) -> bool:
        """Whether a client that speaks nothing but y-protocols has it open."""
        return any(channel.peer.is_stock for channel in self.channels)

    def take_awareness(self, channel: Channel, states: bytes, person: Person) -> None:
        """Take the states of a connection, and send them on.

        Raises:
            UpdateRefused: if they cannot be read.
        """
        try:
            entries = decode_states(states)
        except UpdateError as error:
            raise UpdateRefused(ErrorCode.UPDATE_REFUSED, f"awareness: {error}") from None
        taken = self.awareness.take(
            entries,
            channel,
            person,
            lambda client_id: self.document.may_use(client_id, person.user_id),
        )
        # Its sender gets it, too: a stock client that hears nothing for 30 s connects again.
        without = None if channel.peer.is_stock else channel
        self._relay_awareness(taken, without=without)

    def show_presence(self, person: Person, at: DocumentCursor | None) -> None:
        """Show those who speak y-protocols a cursor that came as presence."""
        if any(
            each.peer.is_stock and each.peer.user_id == person.user_id for each in self.channels
        ):
            at = None  # their own states are there
        elif at is not None and at.document_id != self.id:
            at = None
        shown = self.awareness.show(person, at, lambda: self.document.new_client_id(person.user_id))
        self._relay_presence(shown)

    def renew_presence(self) -> None:
        """Say again what came as presence, before clients forget it."""
        self._relay_presence(self.awareness.renew())

    def _relay_awareness(self, entries: list[Entry], without: Channel | None) -> None:
        if entries and self.channels:
            relay = Relay(self.number, Awareness(encode_states(entries)))
            self.send_to_others(relay, without=without)

    def _relay_presence(self, entries: list[Entry]) -> None:
        if not entries:
            return
        relay = Relay(self.number, Awareness(encode_states(entries)))
        for channel in self.channels:
            if channel.peer.is_stock:
                channel.peer.relay(relay)

    # --- inside ----------------------------------------------------------------------------

    def _may_use(self, channel: Channel, client_id: int) -> bool:
        """Whether a connection may write under an id: of two of a user the later one may.

        One that broke and came back goes on under its id before the first one is known to be gone.
        """
        other = self._writers.get(client_id)
        return other is None or other.order <= channel.order

    def _take_over_ids(self, channel: Channel, taken: Taken) -> None:
        for client_id in taken.checked.clocks:
            if client_id in self._writers:
                self._writers[client_id] = channel

    def _new_update(self, taken: Taken) -> NewUpdate:
        return NewUpdate(
            session_id=self._session_id,
            document_id=self.id,
            generation=self.generation,
            number=taken.number,
            user_id=taken.user_id,
            data=taken.data,
            created_at=self._context.now(),
            client_ids=taken.new_client_ids,
        )

    def _kept_late(self, done: "asyncio.Future[None]") -> None:
        if done.cancelled() or done.exception() is not None:
            self.lose()

    def _take_known(self, channel: Channel) -> None:
        if self.document.is_settled:
            self._acknowledge(channel, channel.received)
        else:
            self._waiting.append((channel, channel.received))

    def _kept(
        self, channel: Channel, count: int, taken: Taken, done: "asyncio.Future[None]"
    ) -> None:
        if self.is_lost:
            if not done.cancelled():
                done.exception()
            return
        if done.cancelled() or done.exception() is not None:
            self.lose()
            return
        try:
            change = self.document.commit(taken)
        except UpdateError as error:
            # The check lets nothing of that kind pass. Loading leaves the update out.
            _log.error("an update that was kept cannot be applied: %s", error)
            self.lose()
            return
        self.send_to_others(Relay(self.number, Update(taken.data)), without=channel)
        self._acknowledge(channel, count)
        self._events.edited(self, taken.user_id, change)
        if self.document.is_settled:
            waiting, self._waiting = self._waiting, []
            for each, number in waiting:
                self._acknowledge(each, number)
            self._events.settled(self)

    def _acknowledge(self, channel: Channel, count: int) -> None:
        """Tell the author soon, once for all that is kept in this turn of the event loop."""
        if channel.stuck_at is not None:
            count = min(count, channel.stuck_at)
        channel.kept = max(channel.kept, count)
        if channel not in self.channels:
            return
        if not self._unacknowledged:
            self._context.loop.call_soon(self._send_acknowledgements)
        self._unacknowledged[channel] = None

    def _send_acknowledgements(self) -> None:
        owed, self._unacknowledged = self._unacknowledged, {}
        for channel in owed:
            channel.peer.acknowledge(channel.number, channel.kept)
