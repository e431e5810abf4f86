"""One opened document: what is asked of the server, and what its answers do. Pure.

```
                  lost                       the first frame
 OFFLINE ◀──────────────── any    OPENING ─────────────────▶ OPEN
    │ joined                  ▲      │ opened: own updates are sent again
    └─────────────────────────┴──────┘
```

A document is asked for in one of three ways. To RESUME, the server sends what is lacking and takes
what was not confirmed. A FRESH one takes the place of the text that was there, and what was left
over in that is brought into it as an own edit. OLD reads a generation that was renewed meanwhile:
its last text is what the left-over edits are measured by.
"""

from collections import deque
from enum import Enum, auto

from peerline.client.callbacks import show
from peerline.client.documents.editing import EditableDocument
from peerline.client.documents.kept import KeptDocument
from peerline.client.documents.local_text import LocalText
from peerline.client.documents.moving import bring_over
from peerline.client.documents.ports import DocumentCallbacks, DocumentStatus, Link
from peerline.documents.delta import compose
from peerline.documents.errors import UpdateError
from peerline.documents.frames import (
    DocumentMessage,
    Persisted,
    SyncStep1,
    SyncStep2,
    Update,
)
from peerline.documents.shared_text import new_client_id
from peerline.protocol.base import Error
from peerline.protocol.client_defaults import (
    DOCUMENT_RETRY_SECONDS,
    MAX_REPAIRS,
    REPAIR_SECONDS,
)
from peerline.protocol.documents import DocumentClosed, DocumentOpened
from peerline.protocol.errors import ErrorCode


class _Plan(Enum):
    RESUME = auto()
    FRESH = auto()
    OLD = auto()


class DocumentReplica(EditableDocument):
    """An opened document."""

    def __init__(
        self,
        document_id: str,
        link: Link,
        callbacks: DocumentCallbacks,
        kept: KeptDocument | None = None,
    ) -> None:
        """Begin without a connection.

        Raises:
            UpdateError: If what was kept is not sound.
        """
        super().__init__(document_id, link.now, callbacks, kept)
        self._link = link
        self._plan = _Plan.FRESH
        self._request_id: str | None = None
        self._opened: DocumentOpened | None = None
        self._base: str | None = None
        """The server's text that own edits are measured by when a fresh one comes."""
        self._discards = False
        """Whether a fresh text takes the place of the own one, whatever is in that."""
        self._differences = 0
        self._repairs: deque[float] = deque(maxlen=MAX_REPAIRS)
        self._retry_at: float | None = None

    @property
    def channel(self) -> int | None:
        """The channel of its frames; None without one."""
        return None if self._opened is None else self._opened.channel

    @property
    def due(self) -> float | None:
        """When `flush` is to be called next."""
        if self._status is DocumentStatus.EQUAL and self._local is not None:
            return self._local.outbox.due
        return self._retry_at

    def checked(self, *, equal: bool) -> None:
        """Note whether the server has the same text; after two differences its text is taken."""
        self._differences = 0 if equal else self._differences + 1
        if self._differences > 1 and self._status is DocumentStatus.EQUAL:
            self._differences = 0
            self._discards = True
            self._repair(ErrorCode.INTERNAL_ERROR, "the texts differ again and again")

    def flush(self) -> None:
        """Send what is due."""
        now = self._link.now()
        if self._status is DocumentStatus.EQUAL and self._local is not None:
            if (due := self._local.outbox.due) is not None and due <= now:
                self._send(self._local.outbox.flush(now))
        elif self._retry_at is not None and self._retry_at <= now:
            self._retry_at = None
            self._ask(self._plan)

    def close(self) -> None:
        """Send what waits, and let go of the document; the text stays."""
        if self._status is DocumentStatus.EQUAL and self._local is not None:
            self._send(self._local.outbox.flush(self._link.now(), is_last=True))
        self._detach("it was closed", None)

    def joined(self, generation: str | None) -> None:
        """There is a connection; the session has the document in a generation, or not at all."""
        if self._status is DocumentStatus.DETACHED:
            return
        if generation is None:
            self.unshared()
            return
        self._base, self._discards = None, False
        if self._local is None:
            self._ask(_Plan.FRESH)
        elif self._local.generation == generation:
            self._ask(_Plan.RESUME)
        else:
            self._go_over()

    def lost(self) -> None:
        """The connection is gone."""
        self._request_id = self._opened = self._retry_at = None
        if self._local is not None and self._status is not DocumentStatus.DETACHED:
            self._local.outbox.lose()
            self._set(DocumentStatus.OFFLINE)

    def renewed(self, generation: str) -> None:
        """The session has the document in another generation now."""
        if self._status is DocumentStatus.DETACHED or not self._is_connected:
            return
        if self._local is None:
            self._ask(_Plan.FRESH)
        elif self._local.generation != generation:
            self._go_over()

    def unshared(self) -> None:
        """The document is no longer shared."""
        self._detach("it is no longer shared", ErrorCode.DOCUMENT_NOT_FOUND)

    def opened(self, message: DocumentOpened) -> None:
        """Take the answer to the last `open_document`."""
        if message.request_id != self._request_id:
            return
        self._request_id, self._opened = None, message
        local = self._local
        if self._plan is not _Plan.RESUME or local is None:
            return
        if message.generation != local.generation:
            self._go_over()
            return
        if not message.can_edit and local.outbox:
            self._ask(_Plan.FRESH)  # what waits would be refused
            return
        for update in local.outbox.resend(self._link.now()):
            self._link.send(message.channel, Update(update))
        self._link.send(message.channel, SyncStep1(local.state))

    def refused(self, error: Error) -> None:
        """Take an error: of the last `open_document`, or of an update."""
        code = error.error_code
        is_answer = self._request_id is not None and error.request_id == self._request_id
        if not is_answer and self._opened is None:
            return  # of something that is over
        if is_answer and code.may_retry:
            self._request_id = None
            self._ask_later(error.retry_after or DOCUMENT_RETRY_SECONDS)
        elif is_answer and code is ErrorCode.GENERATION_MISMATCH and not self.pending:
            self._base = self.text
            self._ask(_Plan.FRESH)
        elif code is ErrorCode.GENERATION_MISMATCH and not is_answer:
            self._go_over()
        elif is_answer or code is ErrorCode.DOCUMENT_TOO_LARGE:
            self._detach(error.message, code)
        elif code is ErrorCode.PERMISSION_DENIED:
            self._ask(_Plan.RESUME)
        else:
            self._repair(code, error.message)

    def closed(self, message: DocumentClosed) -> None:
        """The server has closed the channel."""
        if message.channel != self.channel:
            return
        code = message.error_code
        if code is ErrorCode.UPDATE_REFUSED:
            self._repair(code, message.message)
            return
        self._plan = _Plan.FRESH if self._local is None else _Plan.RESUME
        if code is not None and code.may_retry:
            self.lost()
            self._ask_later(DOCUMENT_RETRY_SECONDS)
        else:
            self._ask(self._plan)

    def receive(self, message: DocumentMessage) -> None:
        """Take a message of the channel."""
        try:
            match message:
                case SyncStep2() | Update():
                    self._take(message)
                case Persisted(count) if self._local is not None:
                    if self._local.outbox.acknowledge(count):
                        self._edited()  # what waited for that goes out
                        self._tell_kept()
                case _:
                    pass  # a server has nothing to ask, and cursors come as presence
        except UpdateError as error:
            self._detach(f"the server sent an update that is not sound: {error}", None)

    @property
    def _is_connected(self) -> bool:
        return not (self._request_id is self._opened is self._retry_at is None)

    def _ask(self, plan: _Plan) -> None:
        local = self._local
        self._plan, self._opened, self._retry_at = plan, None, None
        generation = state = None
        if plan is not _Plan.FRESH and local is not None:
            local.outbox.lose()
            generation = local.generation
            state = local.state if plan is _Plan.RESUME else None
        self._request_id = self._link.ask(self.document_id, generation, state)
        if local is not None:
            self._set(DocumentStatus.OFFLINE)

    def _ask_later(self, seconds: float) -> None:
        self._retry_at = self._link.now() + seconds
        self._link.wake()

    def _go_over(self) -> None:
        """Go over to the present generation."""
        if self.pending:
            self._ask(_Plan.OLD)
        else:
            self._base = self.text
            self._ask(_Plan.FRESH)

    def _repair(self, code: ErrorCode, reason: str) -> None:
        """Take the server's text again; too often is a fault that does not go away."""
        now = self._link.now()
        if len(self._repairs) == MAX_REPAIRS and now - self._repairs[0] < REPAIR_SECONDS:
            self._detach(reason, code)
            return
        self._repairs.append(now)
        self._base = None
        self._ask(_Plan.FRESH)

    def _take(self, message: SyncStep2 | Update) -> None:
        opened = self._opened
        if opened is None:
            return
        if self._status is DocumentStatus.EQUAL:
            assert self._local is not None, "an open document has a text"
            self._take_into(self._local, message.update)
        elif isinstance(message, Update):
            pass  # it is in what comes first
        elif self._plan is _Plan.FRESH or self._local is None:
            self._begin(opened, message.update)
        elif self._plan is _Plan.OLD:
            self._measure(self._local, message.update)
        else:
            self.can_edit = opened.can_edit
            self._take_into(self._local, message.update)
            self._become_open(opened)

    def _take_into(self, local: LocalText, update: bytes) -> None:
        """Take an update of others; what is there twice with it once more is taken back."""
        change = local.take(update)
        if self.can_edit and (taken_back := local.take_back_twins(update, self._link.now())):
            change = compose(change, taken_back)
            self._tell_kept()
            if self._status is DocumentStatus.EQUAL:
                self._edited()
        self._tell_change(change)

    def _measure(self, local: LocalText, whole: bytes) -> None:
        """Find the last text of a renewed generation, without the own edits that it lacks."""
        old = LocalText(local.generation, new_client_id(), whole)
        self._base = old.text
        old.close()
        self._tell_change(local.take(whole))
        self._ask(_Plan.FRESH)

    def _begin(self, opened: DocumentOpened, whole: bytes) -> None:
        """Take the server's text instead of the own one."""
        before = self._local
        if before is not None and before.generation != opened.generation and self._base is None:
            # Another generation has the same text under other ids: together they have it twice.
            if before.outbox:
                self._ask(_Plan.OLD)
                return
            self._base = before.text
        fresh = LocalText(opened.generation, opened.client_id, whole)
        self._local = fresh
        if before is not None:
            shown = before.text
            may_edit = opened.can_edit and not self._discards
            now = self._link.now() if may_edit else None
            base = fresh.text if self._discards else self._base
            moved = bring_over(before, fresh, base, now)
            before.close()
            if not moved.is_whole:
                show("discarded edits", lambda: self._callbacks.on_discarded(shown))
            self._tell_change(moved.delta)
        self._base, self._discards = None, False
        self._become_open(opened)
        self._tell_kept()

    def _become_open(self, opened: DocumentOpened) -> None:
        self._differences = 0
        self.can_edit = opened.can_edit
        self.reason = self.code = None
        self._status = DocumentStatus.EQUAL
        self.flush()
        self._tell_state()

    def _send(self, updates: list[bytes]) -> None:
        channel = self.channel
        assert channel is not None, "an open document has a channel"
        for update in updates:
            self._link.send(channel, Update(update))

    def _edited(self) -> None:
        self.flush()
        if self.due is not None:
            self._link.wake()

    def _detach(self, reason: str, code: ErrorCode | None) -> None:
        if self._opened is not None:
            self._link.close(self.document_id)
        self._request_id = self._opened = self._retry_at = None
        super()._detach(reason, code)
