"""Takes the binary messages of an open document, on whichever kind of socket."""

import asyncio
from collections.abc import Callable
from typing import Final

from peerline.documents.errors import UpdateError
from peerline.documents.frames import (
    Awareness,
    DocumentMessage,
    QueryAwareness,
    SyncStep1,
    SyncStep2,
    Update,
)
from peerline.documents.shared_text import decode_state
from peerline.protocol.errors import ErrorCode
from peerline.protocol.presence import CursorData, CursorUpdate
from peerline.protocol.types import DocumentCursor
from peerline_server.documents.awareness import cursor_in, encode_states
from peerline_server.documents.refused import UpdateRefused
from peerline_server.limits.token_bucket import TokenBucket
from peerline_server.runtime.connections import ParticipantConnection
from peerline_server.runtime.context import Context
from peerline_server.runtime.document_channels import Channel
from peerline_server.runtime.live_document import LiveDocument
from peerline_server.runtime.live_session import LiveSession

_SECOND: Final = 1.0


def _send_nothing(_channel: Channel, _message: DocumentMessage) -> int:
    return 0


class DocumentFrames:
    """The messages of one connection, within its limits."""

    def __init__(
        self,
        live: LiveSession,
        connection: ParticipantConnection,
        context: Context,
        send: Callable[[Channel, DocumentMessage], int],
    ) -> None:
        """`send` sends a message that may be long, and returns how many bytes that were."""
        self._live = live
        self._connection = connection
        self._context = context
        self._send = send
        limits = live.documents.options.limits
        self._awareness_bytes = limits.awareness_bytes
        self._updates = TokenBucket(limits.updates_per_second, _SECOND)
        self._bytes = TokenBucket(limits.update_bytes_per_second, _SECOND)
        self._awareness = TokenBucket(limits.awareness_per_second, _SECOND)
        self._held: asyncio.TimerHandle | None = None
        self._is_over = False
        self._has_cursor = False

    def end(self) -> None:
        """The connection has gone."""
        self._is_over = True
        if self._held is not None:
            self._held.cancel()
        # Its owner and this would hold each other: only the cycle collector would free them.
        self._send = _send_nothing

    def take(
        self, document: LiveDocument, channel: Channel, message: DocumentMessage, size: int
    ) -> None:
        """Take a message.

        Raises:
            UpdateRefused: with the reason; nothing of it is used.
        """
        match message:
            case Update(update) | SyncStep2(update):
                self._charge(1, size)
                self._receive(document, channel, update)
            case SyncStep1(state):
                self._charge(1, size)
                self._synchronise(document, channel, state)
            case Awareness(states):
                self._take_awareness(document, channel, states)
            case QueryAwareness():
                self.send_awareness(document, channel)
            case _:
                text = "only the server sends messages of this kind"
                raise UpdateRefused(ErrorCode.UPDATE_REFUSED, text)

    def send_missing(self, document: LiveDocument, channel: Channel, state: bytes | None) -> None:
        """Send what a peer at a state vector lacks, or all."""
        missing = document.document.text.encode(state)
        # Asking costs little and the answer may be long.
        self._charge(0, self._send(channel, SyncStep2(missing)))

    def send_awareness(self, document: LiveDocument, channel: Channel) -> None:
        """Send the states of everybody."""
        entries = document.awareness.all()
        if entries:
            self._charge(0, self._send(channel, Awareness(encode_states(entries))))

    def _receive(self, document: LiveDocument, channel: Channel, update: bytes) -> None:
        may_edit = self._live.session.may_edit_documents(self._connection.user_id)
        try:
            document.receive(channel, update, may_edit=may_edit)
        except UpdateRefused:
            if channel.stuck_at is None:
                channel.stuck_at = channel.received
            raise

    def _synchronise(self, document: LiveDocument, channel: Channel, state: bytes) -> None:
        try:
            decode_state(state)
        except UpdateError as error:
            raise UpdateRefused(ErrorCode.UPDATE_REFUSED, f"state vector: {error}") from None
        self.send_missing(document, channel, state)

    def _take_awareness(self, document: LiveDocument, channel: Channel, states: bytes) -> None:
        if len(states) > self._awareness_bytes:
            text = f"awareness has at most {self._awareness_bytes} bytes, this has more"
            raise UpdateRefused(ErrorCode.UPDATE_REFUSED, text)
        person = self._live.documents.person(self._connection.user_id)
        if person is None or self._awareness.take(self._context.loop.time()) > 0:
            return  # the next one has what this one has
        document.take_awareness(channel, states, person)
        found = [
            cursor
            for state in document.awareness.states_of(channel)
            if (cursor := cursor_in(state, document.id)) is not None
        ]
        self._show_cursor(document, found[-1] if found else None)

    def _show_cursor(self, document: LiveDocument, at: DocumentCursor | None) -> None:
        """Show it as presence to everybody in the session."""
        data = None if at is None else self._place(document, at)
        if data is None and not self._has_cursor:
            return
        self._has_cursor = data is not None
        update = CursorUpdate(session_id=self._live.id, data=data)
        presence = self._live.session.presence
        presence.move_cursor(self._connection.user_id, update, self._connection)
        self._live.presence_changed()

    def _place(self, document: LiveDocument, at: DocumentCursor) -> CursorData | None:
        shared = self._live.session.documents.get(document.id)
        text = document.document.text
        try:
            index = text.index_of(at.head)
        except UpdateError:
            index = None
        if shared is None or index is None:
            return None
        start = text.text.rfind("\n", 0, index) + 1
        return CursorData(
            file=shared.file,
            line=text.text.count("\n", 0, index) + 1,
            column=len(text.text[start:index].encode("utf-16-le")) // 2 + 1,
            at=at,
        )

    def _charge(self, count: int, size: int) -> None:
        """Count what the connection has caused; if it was too much, read no more for a while."""
        now = self._context.loop.time()
        wait = max(self._updates.charge(count, now), self._bytes.charge(size, now))
        if wait > 0 and self._held is None and not self._is_over:
            self._connection.socket.hold_reading()
            self._held = self._context.loop.call_later(wait, self._read_on)

    def _read_on(self) -> None:
        self._held = None
        self._connection.socket.resume_reading()
