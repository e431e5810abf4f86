"""Unsent messages: sent in order, each once, or refused with a reason. Pure.

```
 add ──▶ waiting ──mark_sent──▶ sent, its fate unknown ──settle──▶ gone: it had its effect
            ▲                        │ refuse
            └───────resend──────── refused: kept with its reason until it is sent again
                                                or discarded
```

Nothing expires: their number and size are limited, not their age. A request keeps its `request_id`
however often it is sent, so that it has one effect. It has this for one user only: a client that
comes back as another user does not send it again.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, cast

from peerline.client.errors import TooManyRequests
from peerline.protocol.chat import DeleteMessage, EditMessage, React, SendChatMessage
from peerline.protocol.client_defaults import MAX_WAITING, MAX_WAITING_BYTES
from peerline.protocol.comments import AddComment, ReplyComment, ResolveComment
from peerline.protocol.messages import DecodeError, decode_client_message, encode_message

Typed = (
    SendChatMessage
    | AddComment
    | ReplyComment
    | ResolveComment
    | EditMessage
    | DeleteMessage
    | React
)
"""The messages of a person, who expects them to arrive sooner or later."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a request did not have its effect."""

    code: str
    text: str


@dataclass(frozen=True, slots=True)
class PendingItem:
    """One request that has not had its effect, as far as is known here."""

    message: Typed
    since: datetime
    sent_as: str | None = None
    """The user as which it was sent, and may have arrived."""
    refusal: Refusal | None = None

    @property
    def request_id(self) -> str:
        """Its id, the same each time that it is sent."""
        assert self.message.request_id is not None, "checked when it was added"
        return self.message.request_id

    @property
    def size(self) -> int:
        """Bytes, as JSON."""
        return len(encode_message(self.message))


class PendingQueue:
    """The requests of one user in one session, oldest first."""

    def __init__(self, *, limit: int = MAX_WAITING, limit_bytes: int = MAX_WAITING_BYTES) -> None:
        self._limit = limit
        self._limit_bytes = limit_bytes
        self._items: dict[str, PendingItem] = {}
        self._bytes = 0

    @property
    def items(self) -> Sequence[PendingItem]:
        """All, waiting and refused, oldest first."""
        return list(self._items.values())

    def get(self, request_id: str) -> PendingItem | None:
        """One of them."""
        return self._items.get(request_id)

    def head(self) -> PendingItem | None:
        """The one to send next; the others wait for it, so that the order stays."""
        return next((item for item in self._items.values() if item.refusal is None), None)

    def add(self, message: Typed, now: datetime) -> PendingItem:
        """Take over a request, which must have a `request_id` of its own.

        Raises:
            TooManyRequests: it is full; nothing was changed.
        """
        assert message.request_id is not None, "it is known by its id"
        assert message.request_id not in self._items, "an id is used once"
        item = PendingItem(message, now)
        if len(self._items) >= self._limit or self._bytes + item.size > self._limit_bytes:
            raise TooManyRequests(
                f"{len(self._items)} messages have not been sent yet, and there is no room for more"
            )
        self._put(item)
        return item

    def mark_sent(self, request_id: str, user_id: str) -> None:
        """It goes out now; from here on it may have arrived."""
        item = self._items.get(request_id)
        if item is not None:
            self._items[request_id] = replace(item, sent_as=user_id)

    def settle(self, request_id: str) -> None:
        """It had its effect."""
        self.discard(request_id)

    def refuse(self, request_id: str, refusal: Refusal) -> None:
        """It had no effect and will have none."""
        item = self._items.get(request_id)
        if item is not None:
            self._items[request_id] = replace(item, refusal=refusal)

    def refuse_all(self, refusal: Refusal) -> None:
        """None of those that wait will ever be sent; some may have arrived before."""
        for item in self.items:
            if item.refusal is None:
                text = refusal.text
                if item.sent_as is not None:
                    text = f"{text}; it was sent before, and may have arrived"
                self.refuse(item.request_id, Refusal(refusal.code, text))

    def come_as(self, user_id: str) -> None:
        """The user is known now: what may have arrived from somebody else is not sent again."""
        for item in self.items:
            if item.refusal is None and item.sent_as not in {None, user_id}:
                text = "it may have arrived before the name or the account changed"
                self.refuse(item.request_id, Refusal("MAYBE_SENT", text))

    def resend(self, request_id: str, message: Typed, now: datetime) -> PendingItem:
        """Let a refused request wait at the end, or a changed one that waits in its place.

        Raises:
            TooManyRequests: the new text has no room; the old one is still there.
        """
        before = self._items[request_id]
        assert before.refusal is not None or before.sent_as is None, "it may have arrived"
        order = list(self._items)
        self.discard(request_id)
        try:
            item = self.add(message, now if before.refusal is not None else before.since)
        except TooManyRequests:
            self._put(before)
            self._arrange(order)
            raise
        if before.refusal is None:
            self._arrange([item.request_id if key == request_id else key for key in order])
        return item

    def discard(self, request_id: str) -> PendingItem | None:
        """Forget it; what it was."""
        item = self._items.pop(request_id, None)
        if item is not None:
            self._bytes -= item.size
        return item

    def dump(self) -> list[dict[str, Any]]:
        """All as JSON, for `load`."""
        return [
            {
                "message": json.loads(encode_message(item.message)),
                "since": item.since.isoformat(),
                "sent_as": item.sent_as,
                "refusal": item.refusal and {"code": item.refusal.code, "text": item.refusal.text},
            }
            for item in self._items.values()
        ]

    def load(self, entries: object) -> None:
        """Take over what was dumped, behind what is there, even beyond the limits.

        Raises:
            ValueError: something is no entry; those before it were taken over.
        """
        if not isinstance(entries, list):
            raise ValueError("the entries must be a list")  # noqa: TRY004 - one error for all
        for number, entry in enumerate(cast("list[object]", entries)):
            try:
                item = _item_of(cast("dict[str, Any]", entry))
            except (TypeError, KeyError, AttributeError, ValueError, DecodeError) as error:
                raise ValueError(f"entry {number}: {error}") from None
            if item.request_id not in self._items:
                self._put(item)

    def _arrange(self, order: Sequence[str]) -> None:
        self._items = {key: self._items[key] for key in order}

    def _put(self, item: PendingItem) -> None:
        self._items[item.request_id] = item
        self._bytes += item.size


def _item_of(entry: dict[str, Any]) -> PendingItem:
    message = decode_client_message(json.dumps(entry["message"]))
    if not isinstance(message, Typed) or message.request_id is None:
        raise ValueError("message: is none that waits")
    since = datetime.fromisoformat(entry["since"])
    if since.tzinfo is None:
        raise ValueError("since: has no time zone")
    sent_as, refusal = entry.get("sent_as"), entry.get("refusal")
    return PendingItem(
        message,
        since,
        sent_as=None if sent_as is None else str(sent_as),
        refusal=refusal and Refusal(str(refusal["code"]), str(refusal["text"])),
    )
