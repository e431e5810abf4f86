"""The shared documents of a session in memory: loaded when opened, renewed, and let go of."""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from secrets import token_urlsafe
from typing import Final, Self

from peerline.protocol.documents import DocumentRenewed, DocumentUnshared
from peerline.protocol.errors import ErrorCode
from peerline.protocol.events import DurableMessage
from peerline.protocol.participants import RoleChanged, UserJoined
from peerline.protocol.roles import SERVER_USER_ID
from peerline_server.core.document_rules import line_count, text_hash
from peerline_server.core.records import Committed, NewEvent, NewSnapshot
from peerline_server.core.refusals import REFUSALS
from peerline_server.core.session import Session
from peerline_server.documents.awareness import Person
from peerline_server.documents.document import Change, Document
from peerline_server.documents.generations import reads_back, seed_of
from peerline_server.documents.limits import Limits
from peerline_server.documents.refused import UpdateRefused
from peerline_server.runtime.appending import AppendEvent, AppendOutcome
from peerline_server.runtime.context import Context
from peerline_server.runtime.live_document import DocumentEvents, LiveDocument
from peerline_server.runtime.live_drafts import LiveDrafts
from peerline_server.settings import Settings
from peerline_server.store.base import Store, StoreError

_RENEW_SECONDS: Final = 15.0
"""y-protocols forgets a state that was not renewed for 30 seconds."""
_log = logging.getLogger("peerline.server.documents")


@dataclass(frozen=True, slots=True)
class DocumentOptions:
    """The settings of shared documents."""

    limits: Limits
    unload_seconds: float

    @classmethod
    def of(cls, settings: Settings) -> Self:
        """Those of the server's settings."""
        return cls(
            limits=Limits(
                text_bytes=settings.max_document_bytes,
                text_lines=settings.max_document_lines,
                update_bytes=settings.max_update_bytes,
                items=settings.max_document_items,
                renew_items=settings.document_renewal_items,
                renew_idle_items=settings.document_idle_renewal_items,
                snapshot_updates=settings.document_snapshot_updates,
                snapshot_bytes=settings.document_snapshot_bytes,
                updates_per_second=settings.document_updates_per_second,
                update_bytes_per_second=settings.document_bytes_per_second,
                awareness_bytes=settings.max_awareness_bytes,
                awareness_per_second=settings.awareness_per_second,
            ),
            unload_seconds=settings.document_unload_seconds,
        )


class LiveDocuments:
    """The loaded documents of one session."""

    def __init__(  # noqa: PLR0913 - the parts that it works with
        self,
        session: Session,
        context: Context,
        store: Store,
        append: AppendEvent,
        options: DocumentOptions,
        *,
        fence: int,
        drafts: LiveDrafts,
        edited: Callable[[LiveDocument, str, Change], None],
    ) -> None:
        self.options = options
        self._session = session
        self._context = context
        self._store = store
        self._append = append
        self._fence = fence
        self._keep = partial(store.submit_update, fence=fence)
        self._edited = edited
        self._loaded: dict[tuple[str, str], LiveDocument] = {}
        self._loading: dict[tuple[str, str], asyncio.Future[LiveDocument | None]] = {}
        self._drafts = drafts
        self._unloads: dict[LiveDocument, asyncio.TimerHandle] = {}
        self._snapshotting: set[LiveDocument] = set()
        self._leaving: dict[tuple[str, str], asyncio.Future[None]] = {}
        """The last update that a document was to keep when it was let go of."""
        self._renewal: asyncio.TimerHandle | None = None
        self._events = DocumentEvents(self._on_edited, self._on_settled, self._on_lost)

    def stop(self) -> None:
        """The session is unloaded: let go of all of them; what was accepted is being kept."""
        for handle in self._unloads.values():
            handle.cancel()
        self._unloads.clear()
        if self._renewal is not None:
            self._renewal.cancel()
            self._renewal = None
        for live in list(self._loaded.values()):
            live.close_channels(None, None)
            self._forget(live)

    async def get(self, document_id: str, generation: str | None = None) -> LiveDocument:
        """The document in its present generation, or in an older one that is still kept.

        It stays until `touch`, which every caller owes.

        Raises:
            UpdateRefused: if there is none.
            StoreError: if the store cannot be read.
        """
        draft = self._drafts.get(document_id, generation)
        if draft is not None:
            return draft
        while True:
            shared = self._session.documents.get(document_id)
            if shared is None:
                code = ErrorCode.DOCUMENT_NOT_FOUND
                raise UpdateRefused(code, REFUSALS[code])
            key = (document_id, generation or shared.generation)
            live = self._loaded.get(key) or await self._load_once(key)
            if live is None:
                now = self._session.documents.get(document_id)
                if generation is None and now is not None and now.generation != key[1]:
                    continue  # it was renewed meanwhile
                code = ErrorCode.GENERATION_MISMATCH
                raise UpdateRefused(code, REFUSALS[code])
            if not live.is_lost and self._loaded.get(key) is live:
                return live

    def touch(self, live: LiveDocument) -> None:
        """Let go of it some time after its last connection."""
        handle = self._unloads.pop(live, None)
        if handle is not None:
            handle.cancel()
        if not live.channels and self._is_loaded(live):
            seconds = self.options.unload_seconds
            self._unloads[live] = self._context.loop.call_later(seconds, self._unload, live)

    def on_event(self, event: DurableMessage) -> None:
        """Take over a committed event: of what is shared, or of who may write in it."""
        self._drafts.on_event(event)
        if isinstance(event, UserJoined):
            self.rights_changed(event.user.id)
        elif isinstance(event, RoleChanged):
            self.rights_changed(event.user_id)
        if not isinstance(event, DocumentUnshared | DocumentRenewed):
            return
        for live in [each for each in self._loaded.values() if each.id == event.document_id]:
            live.close_channels(None, None)
            self._forget(live)

    def rights_changed(self, user_id: str) -> None:
        """The user's role may be another one: close what they have open if they may do else."""
        may_edit = self._session.may_edit_documents(user_id)
        for live in [*self._loaded.values(), *self._drafts.live()]:
            for channel in list(live.channels):
                if channel.peer.user_id != user_id or not live.is_current:
                    continue
                if channel.can_edit == may_edit:
                    continue
                if channel.peer.is_stock:
                    channel.can_edit = may_edit  # it learns that with its next update
                    continue
                live.close(channel)
                code = None if may_edit else ErrorCode.PERMISSION_DENIED
                text = (
                    "you can write in shared files now: open the document again"
                    if may_edit
                    else "you can no longer write in shared files: open the document again"
                )
                channel.peer.document_closed(channel, code, text)
            self.touch(live)

    def count(self) -> int:
        """The number of loaded documents."""
        return len(self._loaded)

    # --- cursors ---------------------------------------------------------------------------

    def presence_changed(self, user_id: str) -> None:
        """Show a cursor that came as presence to those who speak nothing but y-protocols."""
        for live in self._loaded.values():
            if live.has_stock:
                self._show(live, user_id)

    def stock_opened(self, live: LiveDocument) -> None:
        """Show a new connection that speaks nothing but y-protocols who is where."""
        for user_id in self._session.active_user_ids():
            self._show(live, user_id)
        if self._renewal is None:
            self._renewal = self._context.loop.call_later(_RENEW_SECONDS, self._renew_presence)

    def _show(self, live: LiveDocument, user_id: str) -> None:
        person = self.person(user_id)
        cursor = self._session.presence.get(user_id).cursor
        if person is not None:
            live.show_presence(person, None if cursor is None else cursor.at)

    def person(self, user_id: str) -> Person | None:
        """A participant as their states are shown."""
        member = self._session.member(user_id)
        return None if member is None else Person(user_id, member.user.username)

    def _renew_presence(self) -> None:
        self._renewal = None
        stock = [live for live in self._loaded.values() if live.has_stock]
        for live in stock:
            live.renew_presence()
        if stock:
            self._renewal = self._context.loop.call_later(_RENEW_SECONDS, self._renew_presence)

    # --- loading ---------------------------------------------------------------------------

    async def _load_once(self, key: tuple[str, str]) -> LiveDocument | None:
        loading = self._loading.get(key)
        if loading is None:
            loading = self._context.tasks.share(self._load(key), "load a document")
            self._loading[key] = loading
        return await asyncio.shield(loading)

    async def _load(self, key: tuple[str, str]) -> LiveDocument | None:
        document_id, generation = key
        try:
            last = self._leaving.pop(key, None)
            if last is not None:
                await asyncio.wait([last])  # what it had accepted is on the disk then, or is not
            stored = await self._store.load_generation(document_id, generation)
            shared = self._session.documents.get(document_id)
            if stored is None or shared is None:
                return None
            is_current = shared.generation == generation and not stored.has_ended
            document = Document(stored, self.options.limits)
            if document.skipped:
                text = "%d updates of a document do not fit: they are left out"
                _log.error(text, document.skipped, extra={"session": self._session.id})
            live = LiveDocument(
                document,
                self._context,
                self._keep,
                self._events,
                session_id=self._session.id,
                document_id=document_id,
                generation=generation,
                number=next(self._drafts.numbers),
                is_current=is_current,
            )
            self._loaded[key] = live
            return live
        finally:
            del self._loading[key]

    def _is_loaded(self, live: LiveDocument) -> bool:
        return self._loaded.get((live.id, live.generation)) is live

    def _unload(self, live: LiveDocument) -> None:
        self._unloads.pop(live, None)
        if live.channels or not live.document.is_settled or not self._is_loaded(live):
            return
        is_long = live.document.text.items > self.options.limits.renew_idle_items
        if is_long and live.is_current and not live.is_frozen:
            self._renew(live)
        else:
            self._forget(live)

    def _forget(self, live: LiveDocument) -> None:
        """Keep it on the disk only, in one piece."""
        if self._is_loaded(live):
            del self._loaded[live.id, live.generation]
        handle = self._unloads.pop(live, None)
        if handle is not None:
            handle.cancel()
        document = live.document
        if live.is_current and not live.is_lost and document.is_settled and document.since_snapshot:
            self._snapshot(live)
        live.is_lost = True

    # --- what happens to one ---------------------------------------------------------------

    def _on_edited(self, live: LiveDocument, user_id: str, change: Change) -> None:
        self._edited(live, user_id, change)
        if live.document.needs_snapshot and live not in self._snapshotting:
            self._snapshot(live)
        limits = self.options.limits
        # A stock client cannot go on in another generation: it has to be loaded again.
        most = limits.items * 3 // 4 if live.has_stock else limits.renew_items
        if live.document.text.items > most and not live.is_frozen:
            live.is_frozen = True

    def _on_settled(self, live: LiveDocument) -> None:
        if live.is_frozen:
            self._renew(live)
        else:
            self.touch(live)

    def _on_lost(self, live: LiveDocument) -> None:
        if not self._is_loaded(live):
            return
        key = (live.id, live.generation)
        del self._loaded[key]
        if live.last is not None and not live.last.done():
            self._leaving[key] = live.last
        handle = self._unloads.pop(live, None)
        if handle is not None:
            handle.cancel()

    # --- snapshots -------------------------------------------------------------------------

    def _snapshot(self, live: LiveDocument) -> None:
        """Have the text written in one piece, if it reads back as it is."""
        document = live.document
        data = document.text.encode()
        if not reads_back(data, document.text.text):
            document.snapshot_taken()
            self._mend(live)
            return
        new = NewSnapshot(
            session_id=self._session.id,
            document_id=live.id,
            generation=live.generation,
            up_to=document.kept,
            data=data,
            runs=list(document.runs),
            created_at=self._context.now(),
        )
        document.snapshot_taken()
        self._snapshotting.add(live)
        self._context.spawn(self._write_snapshot(live, new), "write a snapshot")

    def verify(self, live: LiveDocument) -> None:
        """A client has another text at the same state: begin again if it is not the only one."""
        text = live.document.text
        if not live.is_current or live.is_frozen or reads_back(text.encode(), text.text):
            return
        if self._is_loaded(live):
            self._mend(live)
        else:
            live.lose()  # a draft has no other generation: it ends

    def _mend(self, live: LiveDocument) -> None:
        """Begin a generation with the text that those who write have.

        An update can say that it is between two places in the wrong order. The CRDT takes that, and
        puts it elsewhere when it reads its own state: those who open the document now differ.
        """
        text = "a document reads back as another text: it is renewed"
        _log.error(text, extra={"session": self._session.id})
        self._context.metrics.document_repairs += 1
        live.is_frozen = True
        if live.document.is_settled and self._is_loaded(live):
            self._renew(live)

    async def _write_snapshot(self, live: LiveDocument, new: NewSnapshot) -> None:
        try:
            await self._store.write_snapshot(new, fence=self._fence)
            self._context.metrics.document_snapshots += 1
        except StoreError as error:
            _log.warning("a document's snapshot cannot be written now: %s", error)
        finally:
            self._snapshotting.discard(live)

    # --- renewal ---------------------------------------------------------------------------

    def _renew(self, live: LiveDocument) -> None:
        """Begin a new generation with the same text; it happens when the event is committed."""
        live.is_frozen = True
        text = live.document.text.text
        event = DocumentRenewed(
            session_id=self._session.id,
            seq=0,
            document_id=live.id,
            generation=token_urlsafe(12),
            old_generation=live.generation,
            hash=text_hash(text),
            lines=line_count(text),
            timestamp=self._context.now(),
        )
        seed = seed_of(text, list(live.document.runs))
        new = NewEvent(event, SERVER_USER_ID, seed=seed)
        self._append(new, partial(self._on_renewed, live))

    def _on_renewed(self, live: LiveDocument, outcome: AppendOutcome) -> None:
        if isinstance(outcome, Committed):
            self._context.metrics.document_renewals += 1
            return
        # It is written as before; what came meanwhile is sent again by those who opened it.
        live.lose()
