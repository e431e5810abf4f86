"""The texts of drafts that people write together: in memory, while the session is loaded."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from itertools import count

from peerline.protocol.drafts import DraftsShared, EndDraft, SharedDraft, ShareDraft
from peerline.protocol.errors import ErrorCode
from peerline.protocol.events import DurableMessage
from peerline.protocol.limits import MAX_CONTENT_CHARS
from peerline.protocol.messages import DraftRequest
from peerline.protocol.participants import ParticipantRemoved, RoleChanged, UserLeft
from peerline.protocol.roles import SERVER_USER_ID, Role
from peerline_server.core.decisions import Refused
from peerline_server.core.drafts import Draft, DraftBoard
from peerline_server.core.records import NewUpdate, StoredGeneration
from peerline_server.core.session import Session
from peerline_server.documents.document import Document
from peerline_server.documents.generations import seed_of
from peerline_server.documents.limits import Limits
from peerline_server.documents.refused import UpdateRefused
from peerline_server.runtime.context import Context
from peerline_server.runtime.live_document import DocumentEvents, LiveDocument
from peerline_server.runtime.live_offers import OfferConnection

RETURN_SECONDS = 30.0
"""How long a draft waits for an author who left, as by a reload of the page."""
_ENDED = "the draft was sent or discarded"


class _Memory:
    """Keeps updates by having them: nothing of a draft is written to a disk."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def submit_update(self, update: NewUpdate) -> "asyncio.Future[None]":
        """The update is kept."""
        del update
        future = self._context.loop.create_future()
        future.set_result(None)
        return future


class LiveDrafts:
    """The drafts of one session that is loaded."""

    def __init__(
        self,
        session: Session,
        context: Context,
        limits: Limits,
        tell_all: Callable[[DraftsShared], None],
    ) -> None:
        self._session = session
        self._context = context
        # A comment may be as long, and each of its characters four bytes.
        text_bytes = min(limits.text_bytes, 4 * MAX_CONTENT_CHARS)
        self._limits = replace(limits, text_bytes=text_bytes)
        self.numbers = count(1)
        """Of channels, those of the documents, too."""
        self._tell_all = tell_all
        self._board = DraftBoard(session.new_id)
        self._live: dict[str, LiveDocument] = {}
        self._waiting: dict[str, asyncio.TimerHandle] = {}
        """For authors who left, by their ids."""
        self._memory = _Memory(context)
        self._events = DocumentEvents(_nothing, _nothing, self._lost)

    def shown(self) -> list[SharedDraft]:
        """All drafts, for somebody who joins."""
        return [draft.shown(self._name_of) for draft in self._board.all()]

    def live(self) -> list[LiveDocument]:
        """Their texts."""
        return list(self._live.values())

    def get(self, draft_id: str, generation: str | None) -> LiveDocument | None:
        """The text of a draft; None if there is none of this id.

        Raises:
            UpdateRefused: if it is of another generation.
        """
        live = self._live.get(draft_id)
        if live is not None and generation not in {None, live.generation}:
            raise UpdateRefused(ErrorCode.GENERATION_MISMATCH, _ENDED)
        return live

    def stop(self) -> None:
        """The session is unloaded."""
        for waiting in self._waiting.values():
            waiting.cancel()
        self._waiting.clear()
        for live in self.live():
            self._close(live.id)

    def on_event(self, event: DurableMessage) -> None:
        """A committed event: nobody can send the drafts of a user who has gone or only reads."""
        match event:
            case UserLeft():
                self._wait_for(event.user_id)
            case ParticipantRemoved():
                self._end_all_of(event.user_id)
            case RoleChanged() if not self._session.may_edit_documents(event.user_id):
                self._end_all_of(event.user_id)
            case _:
                pass

    def _wait_for(self, user_id: str) -> None:
        if all(draft.user_id != user_id for draft in self._board.all()):
            return
        if (waiting := self._waiting.pop(user_id, None)) is not None:
            waiting.cancel()
        loop = self._context.loop
        self._waiting[user_id] = loop.call_later(RETURN_SECONDS, self._end_if_gone, user_id)

    def _end_if_gone(self, user_id: str) -> None:
        self._waiting.pop(user_id, None)
        if not self._session.is_active(user_id):
            self._end_all_of(user_id)

    def _end_all_of(self, user_id: str) -> None:
        ended = self._board.take_of(user_id)
        for draft in ended:
            self._close(draft.id)
        if ended:
            self._tell()

    def take(self, request: DraftRequest, connection: OfferConnection) -> None:
        """Carry out what a participant may ask."""
        user_id = connection.user_id
        if isinstance(request, ShareDraft):
            outcome = self._share(request, user_id)
        else:
            outcome = self._end(request, user_id)
        if isinstance(outcome, Refused):
            connection.refuse(outcome.code, outcome.text, request.request_id)
        elif request.request_id is not None:
            connection.acknowledge(request.request_id, self._session.seq)

    def _share(self, request: ShareDraft, user_id: str) -> Refused | None:
        draft = self._board.share(
            request.data,
            user_id,
            is_taken=lambda draft_id: self._session.documents.get(draft_id) is not None,
        )
        if isinstance(draft, Draft):
            self._live[draft.id] = self._begin(draft, request.data.content)
            self._tell()
            return None
        return draft

    def _end(self, request: EndDraft, user_id: str) -> Refused | None:
        member = self._session.member(user_id)
        is_host = member is not None and member.user.role is Role.HOST
        ended = self._board.end(request.draft_id, user_id, is_host=is_host)
        if isinstance(ended, Refused):
            return ended
        self._close(ended.id)
        self._tell()
        return None

    def _begin(self, draft: Draft, content: str) -> LiveDocument:
        seed = seed_of(content, [(len(content), draft.user_id)] if content else [])
        stored = StoredGeneration(
            data=seed.update,
            runs=seed.runs,
            up_to=0,
            updates=[],
            owners=dict.fromkeys(seed.client_ids, SERVER_USER_ID),
            retired={},
            has_ended=False,
        )
        return LiveDocument(
            Document(stored, self._limits),
            self._context,
            self._memory.submit_update,
            self._events,
            session_id=self._session.id,
            document_id=draft.id,
            generation=draft.generation,
            number=next(self.numbers),
            is_current=True,
        )

    def _close(self, draft_id: str) -> None:
        live = self._live.pop(draft_id, None)
        if live is not None:
            live.close_channels(None, None)
            live.is_lost = True

    def _lost(self, live: LiveDocument) -> None:
        """No one can write in it any more: its author goes on alone with the text they have."""
        if self._live.get(live.id) is live:
            del self._live[live.id]
            self._board.drop(live.id)
            self._tell()

    def _tell(self) -> None:
        self._tell_all(DraftsShared(session_id=self._session.id, drafts=self.shown()))

    def _name_of(self, user_id: str) -> str:
        member = self._session.member(user_id)
        return user_id if member is None else member.user.username


def _nothing(*_: object) -> None:
    """A draft is in no activity and no snapshot."""
