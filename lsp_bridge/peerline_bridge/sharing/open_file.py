"""One document of the editor that is a shared one: the two texts meet, and stay the same."""

import asyncio
import logging
from collections.abc import Callable, Iterator, Sequence
from typing import Final

from peerline.client import ClientError
from peerline.documents.delta import Delta, DeltaError
from peerline.documents.difference import difference
from peerline.protocol.editor.base import Position
from peerline.protocol.editor.documents import (
    DocumentState,
    EditAnswer,
    EditorEdit,
    QuestionKind,
    TextAnswer,
    TextCheck,
)
from peerline.protocol.errors import ErrorCode
from peerline_bridge.coediting.joined_text import JoinedText, Request, Step
from peerline_bridge.coediting.jumps import JUMPED, Jumps, inserted
from peerline_bridge.coediting.meeting import Merge, merge
from peerline_bridge.coediting.offsets import EditorText
from peerline_bridge.coediting.once import is_once
from peerline_bridge.coediting.own_steps import OwnSteps
from peerline_bridge.coediting.text_hash import hash_of
from peerline_bridge.sharing.contract import Opened
from peerline_bridge.sharing.editor_answers import EditorAnswers
from peerline_bridge.sharing.editor_link import EditorLink
from peerline_bridge.sharing.file_events import FileEvents
from peerline_bridge.sharing.keeping import Keeping
from peerline_bridge.sharing.stale_edits import StaleEdits
from peerline_bridge.texts.open_texts import Document, TextChange
from peerline_bridge.texts.positions import Encoding

_log = logging.getLogger("peerline.bridge")
MAX_FAILURES: Final = 10
"""Errors of the editor in a row after which its part ends."""


class OpenFile:
    """A document of the editor that belongs to a shared one.

    Attributes:
        uri: The document of the editor.
        document_id: The shared one.
        question: The question that the user was asked about different texts.
        base: A text from which both come, if it is known.
        keeping: Keeps on the disk what the server lacks.
        untouched: A text of the editor with nothing of the user's own, if it was opened with one.
        before_question: The texts before the disk had another version; nothing in them is unshared.
    """

    def __init__(  # noqa: PLR0913, PLR0917 - the parts that it works with
        self,
        loop: asyncio.AbstractEventLoop,
        link: EditorLink,
        encoding: Encoding,
        document: Document,
        document_id: str,
        events: FileEvents["OpenFile"],
        numbers: Iterator[int],
    ) -> None:
        self.uri = document.uri
        self.document_id = document_id
        self.question: QuestionKind | None = None
        self._reason: str | None = None
        self.base: str | None = None
        self.untouched: str | None = None
        self.before_question: tuple[str, ...] = ()
        self.keeping: Keeping | None = None
        self.opened: Opened | None = None
        self.joined: JoinedText | None = None
        self.saved_text: str | None = None
        """The text that was last saved or read; after a break only its hash is known."""
        self.saved_hash = ""
        self.is_detached = False
        self._loop = loop
        self._link = link
        self._encoding = encoding
        self._document = document
        self._events = events
        self._numbers = numbers
        self._edits = StaleEdits(link)
        self._common: str | None = None
        self._own_steps = OwnSteps()
        self._jumps = Jumps()
        self._failures = 0
        self._timer: asyncio.TimerHandle | None = None
        self._answers = EditorAnswers(loop, events.changed, lambda: events.refused(self))

    # --- how it stands ---------------------------------------------------------------------

    @property
    def reason(self) -> str | None:
        """Why it is detached, or why it waits."""
        return self._reason or self._answers.reason

    @property
    def state(self) -> DocumentState:
        """How the editor's text stands to the shared one."""
        opened = self.opened
        if self.is_detached or opened is None or opened.state == "detached":
            return DocumentState.DETACHED
        if opened.state == "opening":
            return DocumentState.OPENING
        if self.joined is None and (self.question is not None or opened.state != "offline"):
            return DocumentState.DIFFERENT
        if self.joined is None or opened.state == "offline":
            return DocumentState.OFFLINE
        return DocumentState.EQUAL if self.joined.is_equal else DocumentState.WAITING

    @property
    def text(self) -> str:
        """The editor's text as it told it."""
        return self.editor_text().text if self.joined is None else self.joined.known_text

    def common_text(self) -> str | None:
        """The text that both sides come from, as it was when both were joined last."""
        return self._common if self.joined is None else self.joined.text

    def editor_text(self) -> EditorText:
        """The editor's text with its positions."""
        return EditorText(self._document.text, self._encoding, keeps_cr=self._document.keeps_cr)

    # --- from the shared text --------------------------------------------------------------

    def on_state(self, _: Opened | None = None) -> None:
        """The state of the shared text has changed."""
        opened = self.opened
        if opened is not None and not self.is_detached:
            if opened.state == "detached":
                # That it is no longer shared is told with the name of the user who ended it.
                is_gone = opened.code is ErrorCode.DOCUMENT_NOT_FOUND
                self.end(opened.reason or "it is no longer shared", is_told=is_gone)
            elif opened.state != "opening" and self.joined is None and self.question is None:
                self._events.meets(self)
        self._events.changed()

    def on_remote(self, change: Delta) -> None:
        """Others have changed the shared text."""
        if self.joined is not None:
            self._carry_out(self.joined.remote(change, self._loop.time()))
            self._events.moved(self)

    # --- from the editor -------------------------------------------------------------------

    def on_change(self, changes: Sequence[TextChange], version: int) -> None:
        """The editor tells a change."""
        if self.joined is not None:
            self._carry_out(self.joined.changed(changes, version, self._loop.time()))

    def on_applying(self, edit_number: int) -> None:
        """The editor makes an edit now, of this document or of another one."""
        if self.joined is not None and self._edits.is_last(edit_number):
            self.joined.applying(self.joined.request_id)

    def on_ready(self) -> None:
        """The editor can take edits again."""
        if self.joined is not None:
            self._carry_out(self.joined.ready(self._loop.time()))

    def on_check(self, check: TextCheck) -> None:
        """The editor has a text of this hash at a version."""
        joined = self.joined
        if joined is None or joined.is_waiting or joined.version != check.version:
            return
        if hash_of(joined.known_text) != check.hash:
            self._link.text(self.uri, lambda answer: self._on_text(joined, answer))

    def proceed(self, now: float) -> None:
        """Request again what was refused, if it is time."""
        if self.joined is not None:
            self._carry_out(self.joined.proceed(now))

    def undo(self) -> bool:
        """Take back the last own step; whether there was one."""
        return self._undo_or_redo(lambda opened: opened.undo())

    def pull(self) -> asyncio.Future[bool]:
        """Request again what the editor lacks; whether it has taken all of it."""
        pull = self._answers.pull()
        if self.joined is not None:
            self._carry_out(self.joined.ask_again(self._loop.time()))
        return pull

    def redo(self) -> bool:
        """Make it again; whether there was something."""
        return self._undo_or_redo(lambda opened: opened.redo())

    # --- joining and ending ----------------------------------------------------------------

    def reopened(self, document: Document) -> None:
        """The editor has opened the document again: nothing is joined until the texts have met."""
        self._edits.let_go(self.joined)
        if self.joined is not None:
            # What was typed during a request is in no shared text yet, and would be deleted.
            self._carry_out(self.joined.let_go(self._loop.time()))
        self._document = document
        self.uri = document.uri
        self._stop()

    def join(self, merged: Merge) -> None:
        """Join both texts by these changes."""
        opened = self.opened
        assert opened is not None, "the texts have met"
        self.question = self._reason = self.base = self.untouched = None
        text = self.editor_text()
        try:
            if merged.local:
                opened.edit(merged.local)
        except (ClientError, DeltaError) as error:
            self.end(str(error))
            return
        if not self.saved_hash:
            self.saved(text.text)
        stale = self._edits.in_text(self._document.version)
        self.joined = JoinedText(
            text,
            self._document.version,
            owed=merged.owed,
            marks_edits=self._link.marks_edits,
            by_hunks=self._link.by_hunks,
            checks_versions=self._link.checks_versions,
            stale=stale,
        )
        if stale is not None:
            self._answers.requested()
        self._carry_out(self.joined.start(self._loop.time()))
        self._events.moved(self)

    def saved(self, text: str) -> None:
        """The disk has this text."""
        self.saved_text, self.saved_hash = text, hash_of(text)
        if self.keeping is not None:
            self.keeping.changed()

    def meet(self, base: str) -> None:
        """Join two texts that come from a third one."""
        assert self.opened is not None, "the shared text is there"
        self.join(merge(base, self.text, self.opened.text))

    def take_shared(self) -> None:
        """Join with the shared text: the editor gets what it lacks."""
        assert self.opened is not None, "the shared text is there"
        self.join(Merge(owed=difference(self.text, self.opened.text)))

    def take_own(self) -> None:
        """Join with the editor's text: the difference becomes edits of the user."""
        assert self.opened is not None, "the shared text is there"
        self.join(Merge(local=difference(self.opened.text, self.text)))

    def pause(self, kind: QuestionKind) -> None:
        """Join nothing until the user has answered."""
        self._stop()
        self.question = kind
        if self.keeping is not None:
            self.keeping.changed()
        self._events.changed()

    def end(self, reason: str, *, is_told: bool = False) -> None:
        """Let go of the shared text; the editor keeps its own."""
        self.question = None
        self.let_go(reason)
        if not is_told:
            self._events.ended(self, reason)

    def let_go(self, reason: str) -> None:
        """Leave the texts as they are until the user asks again."""
        self._stop()
        self.is_detached = True
        self._reason = reason
        if self.keeping is not None:
            self.keeping.close(keeps=False)
            self.keeping = None
        if self.opened is not None and self.opened.state != "detached":
            self.opened.close()
        self._events.changed()

    def close(self) -> None:
        """The editor has closed the document."""
        self._stop()
        self.is_detached = True

    def to_shared(self, position: Position) -> int | None:
        """The offset in the shared text of a position in the editor."""
        return None if self.joined is None else self.joined.to_shared(position)

    def from_shared(self, offset: int) -> Position | None:
        """The position in the editor of an offset in the shared text."""
        return None if self.joined is None else self.joined.from_shared(offset)

    # --- inside ----------------------------------------------------------------------------

    def _undo_or_redo(self, act: Callable[[Opened], Delta | None]) -> bool:
        delta = None if self.opened is None or self.joined is None else act(self.opened)
        if delta is None or self.joined is None:
            return False
        self._own_steps.taken()
        self._carry_out(self.joined.remote(delta, self._loop.time()))
        return True

    def _carry_out(self, steps: list[Step]) -> None:
        joined, opened = self.joined, self.opened
        if joined is None or opened is None:
            return
        for step in steps:
            if isinstance(step, Request):
                self._request(joined, step)
                continue
            try:
                opened.edit(step.change, is_once=step.is_mended or is_once(step.change))
            except (ClientError, DeltaError) as error:
                self.end(str(error))
                return
            length, now = len(joined.text), self._loop.time()
            if step.is_mended and self._jumps.mended(inserted(step.change), length, now):
                self.end(JUMPED)
                return
        self._arm(joined)
        self._answers.look(joined)
        if self.keeping is not None:
            self.keeping.changed()
        self._events.changed()

    def _request(self, joined: JoinedText, request: Request) -> None:
        self._answers.requested()
        number = next(self._numbers)
        edit = EditorEdit(
            id=number,
            uri=self.uri,
            version=request.version,
            edits=request.edits,
            is_own_step=self._own_steps.requested(),
        )
        self._edits.requested(edit)
        self._link.edit(
            edit,
            lambda answer: self._on_answer(joined, number, request.request_id, answer),
            lambda: self._made_at(joined, number),
        )

    def _made_at(self, joined: JoinedText, number: int) -> int | None:
        if self._edits.is_stale(number) and self.joined is not None:
            joined = self.joined
        return joined.made_at

    def _on_answer(
        self, joined: JoinedText, number: int, request_id: int, answer: EditAnswer | None
    ) -> None:
        if self._edits.answered(number) and self.joined is not None:
            joined, request_id = self.joined, 0
            answer = EditAnswer(applied=False, version=joined.version)
        if self.joined is not joined:
            return  # of a text that was let go of
        self._answers.answered()
        now = self._loop.time()
        if answer is not None:
            self._failures = 0
            self._own_steps.answered(is_made=answer.applied)
            has_held = joined.has_held
            self._carry_out(joined.answered(request_id, answer, now))
            self._events.moved(self)
            if has_held:
                self._events.settled(self)
            return
        self._failures += 1
        if self._failures >= MAX_FAILURES:
            self.end("the editor cannot make the edits of others")
            return
        self._carry_out(joined.failed(request_id, now))

    def _on_text(self, joined: JoinedText, answer: TextAnswer | None) -> None:
        """The real text of a buffer that is another than the one it told."""
        if self.joined is not joined or answer is None or answer.version != joined.version:
            return
        if joined.is_waiting or joined.known_text == answer.text:
            return
        _log.warning("the text of a document was another than the editor had told; it is mended")
        self._carry_out(joined.replaced(answer.text, answer.version, self._loop.time()))
        self._events.mended(self)

    def _arm(self, joined: JoinedText) -> None:
        """Come back when a request that waits may go."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        due = joined.due
        if due is not None:
            self._timer = self._loop.call_at(due, lambda: self.proceed(self._loop.time()))

    def _stop(self) -> None:
        self._edits.let_go(self.joined)
        self._common = self.common_text()
        self.joined = None
        self._answers.end()
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
