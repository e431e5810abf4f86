"""Edits of a generation that has ended, written as the same user's in the one that goes on."""

import asyncio
from typing import Final

from peerline.documents.delta import Delta, transform
from peerline.documents.errors import UpdateError
from peerline.documents.shared_text import SharedText
from peerline.documents.splitting import split_update
from peerline.protocol.errors import ErrorCode
from peerline_server.documents.refused import UpdateRefused
from peerline_server.runtime.document_channels import Channel, Relay
from peerline_server.runtime.live_document import LiveDocument
from peerline_server.runtime.live_documents import LiveDocuments
from peerline_server.store.base import StoreError

_NOT_KEPT: Final = "an edit of an older generation cannot be kept now"


class _Writer:
    """Implements `peerline_server.runtime.document_channels.DocumentPeer`: it only writes."""

    is_stock = False

    def __init__(self, user_id: str, loop: asyncio.AbstractEventLoop) -> None:
        self.user_id = user_id
        self.most = 0
        """How many updates it sends; 0 as long as there are none."""
        self.is_kept: asyncio.Future[bool] = loop.create_future()
        """False if the document is closed before."""

    def relay(self, relay: Relay) -> None:
        """Nobody reads here."""

    def acknowledge(self, channel: int, count: int) -> None:  # noqa: ARG002 - the interface
        """The first `count` updates are on disk."""
        if self.most and count >= self.most:
            self._end(is_kept=True)

    def document_closed(self, channel: Channel, code: ErrorCode | None, text: str | None) -> None:  # noqa: ARG002 - the interface
        """The generation has ended, or is not what the disk has."""
        self._end(is_kept=False)

    def _end(self, *, is_kept: bool) -> None:
        if not self.is_kept.done():
            self.is_kept.set_result(is_kept)


async def carry_over(
    documents: LiveDocuments, old: LiveDocument, user_id: str, update: bytes, *, may_edit: bool
) -> None:
    """Write what an update adds to the old generation into the present one.

    Both are written in one turn of the event loop, and so by one transaction: what is sent again
    after a crash was either taken as a whole, or is new.

    Raises:
        UpdateRefused: with the reason; nothing of it is used.
        StoreError: if it could not be kept.
    """
    loop = asyncio.get_running_loop()
    while True:
        current = await documents.get(old.id)
        writer = _Writer(user_id, loop)
        channel = current.open(writer, can_edit=True)
        try:
            if current.is_frozen:
                # Another generation is being made of this one.
                await writer.is_kept
                continue
            most = documents.options.limits.update_bytes
            writer.most = _write(old, current, channel, update, may_edit=may_edit, most=most)
            if not writer.most or await writer.is_kept:
                return
        finally:
            current.close(channel)
            documents.touch(current)
        break
    old.lose()
    raise StoreError(_NOT_KEPT)


def _write(  # noqa: PLR0913 - both generations, and what goes from one to the other
    old: LiveDocument,
    current: LiveDocument,
    channel: Channel,
    update: bytes,
    *,
    may_edit: bool,
    most: int,
) -> int:
    """Write it in both generations; the number of updates in the present one."""
    if old.is_lost:
        raise StoreError(_NOT_KEPT)
    before = old.document.text.text
    taken = old.document.take(update, channel.peer.user_id, may_edit=may_edit, in_parts=False)
    if taken is None:
        return 0
    try:
        delta = old.document.commit(taken).delta
        parts = _as_edit(current, channel.client_id, before, delta, most)
        for part in parts:
            current.receive(channel, part, may_edit=True)
    except (UpdateError, UpdateRefused):
        old.lose()  # it has what the disk does not get
        raise
    old.keep_late(taken)
    return len(parts)


def _as_edit(
    current: LiveDocument, client_id: int, before: str, delta: Delta, most: int
) -> list[bytes]:
    """The same change in the present text, as updates of at most `most` bytes."""
    # rapidfuzz takes its time to import, and most servers never need it.
    from peerline.documents.difference import difference  # noqa: PLC0415

    document = current.document
    since = difference(before, document.text.text)
    moved = transform(delta, since, first=True)
    if not moved:
        return []
    text = SharedText(client_id)
    try:
        text.apply(document.text.encode())
        return split_update(text.edit(moved), most)
    finally:
        text.close()
