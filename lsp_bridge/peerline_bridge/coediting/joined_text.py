"""A document of the editor that is joined to a shared text.

It puts the handshake by versions together with the editor's positions: what comes from the editor
has lines and columns, what goes to the shared text has offsets.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from peerline.documents.delta import Delta
from peerline.protocol.editor.base import Position
from peerline.protocol.editor.documents import EditAnswer, TextEdit
from peerline_bridge.coediting.effects import Effect, LocalEdit
from peerline_bridge.coediting.handshake import Handshake
from peerline_bridge.coediting.hunks import before_last_newline
from peerline_bridge.coediting.offsets import EditorText
from peerline_bridge.texts.open_texts import TextChange


@dataclass(frozen=True, slots=True)
class Request:
    """Ask the editor for edits at exactly this version."""

    request_id: int
    version: int
    edits: list[TextEdit]


@dataclass(frozen=True, slots=True)
class Write:
    """Make a change of the user to the shared text; `is_mended` as in `LocalEdit`."""

    change: Delta
    is_mended: bool = False


Step: TypeAlias = Request | Write


class JoinedText:
    """One open document. Each event returns the steps to take, in order.

    Args:
        text: The editor's text; it belongs to this object from now on.
        version: Its version.
        owed: The change from the editor's text to the shared one.
        marks_edits: Whether the editor says `applying` just before it makes an edit.
        by_hunks: Whether it is asked for one hunk at a time.
        checks_versions: Whether such an editor makes an edit at its version only.
        stale: Edits of a text that was let go of, not answered yet: they may be made in this one.
    """

    def __init__(  # noqa: PLR0913 - the ways of an editor
        self,
        text: EditorText,
        version: int,
        *,
        owed: Delta = (),
        marks_edits: bool,
        by_hunks: bool = False,
        checks_versions: bool = True,
        stale: Sequence[TextEdit] | None = None,
    ) -> None:
        self._text = text
        self._by_hunks = by_hunks
        self._handshake = Handshake(
            text.text,
            version,
            owed=owed,
            marks_edits=marks_edits,
            by_hunks=by_hunks,
            checks_versions=checks_versions,
            stale=None if stale is None else text.change_by(stale),
        )
        self.version = version
        """The version of the editor's document."""

    @property
    def is_equal(self) -> bool:
        """Whether the editor has the shared text."""
        return self._handshake.is_equal

    @property
    def request_id(self) -> int:
        """The number of the last request."""
        return self._handshake.request_id

    @property
    def made_at(self) -> int | None:
        """The version at which the edit that was requested was made; None if it was not."""
        return self._handshake.made_at

    @property
    def has_held(self) -> bool:
        """Whether the editor told changes that are not told apart yet."""
        return self._handshake.has_held

    @property
    def is_waiting(self) -> bool:
        """Whether an edit was requested and not answered yet."""
        return self._handshake.is_waiting

    @property
    def is_paused(self) -> bool:
        """Whether the editor says when it can take edits again."""
        return self._handshake.is_paused

    @property
    def debt(self) -> Delta:
        """The change from the editor's text to the shared one."""
        return self._handshake.debt

    @property
    def text(self) -> str:
        """The editor's text, as far as it is told apart from the edit under way."""
        return self._handshake.text

    @property
    def known_text(self) -> str:
        """The editor's text with all that it has told."""
        return self._text.text

    @property
    def is_refusing(self) -> bool:
        """Whether the editor has answered again and again without a change of its text."""
        return self._handshake.is_refusing

    @property
    def has_left(self) -> bool:
        """Whether the last answer of the editor came without a change of its text."""
        return self._handshake.has_left

    @property
    def due(self) -> float | None:
        """The time at which `proceed` has something to do; None if an event will tell."""
        return self._handshake.due

    def start(self, now: float) -> list[Step]:
        """Request what the editor lacks at the beginning."""
        return self._steps(self._handshake.proceed(now))

    def proceed(self, now: float) -> list[Step]:
        """Request what the editor lacks, if it can be requested now."""
        return self._steps(self._handshake.proceed(now))

    def ask_again(self, now: float) -> list[Step]:
        """Request what the editor lacks now, however often it has not taken it."""
        return self._steps(self._handshake.ask_again(now))

    def remote(self, change: Delta, now: float) -> list[Step]:
        """Take a change that was made to the shared text, by others or by an undo."""
        return self._steps(self._handshake.remote(change, now))

    def applying(self, request_id: int) -> None:
        """Take the mark of the editor that it makes an edit now."""
        self._handshake.applying(request_id)

    def changed(self, changes: Sequence[TextChange], version: int, now: float) -> list[Step]:
        """Take one didChange."""
        self.version = version
        if not self._by_hunks:
            delta = self._text.change(changes)
            return self._steps(self._handshake.changed(delta, version, now))
        parts = [self._text.change([change]) for change in changes]
        return self._steps(self._handshake.changed_in_parts(parts, version, now))

    def answered(self, request_id: int, answer: EditAnswer, now: float) -> list[Step]:
        """Take the editor's answer to a request."""
        effects = self._handshake.answered(
            request_id, answer.version, now, applied=answer.applied, later=answer.later
        )
        return self._steps(effects)

    def failed(self, request_id: int, now: float) -> list[Step]:
        """Take an error as the answer: the text says whether the edit was made."""
        if request_id != self._handshake.request_id or not self.is_waiting:
            return []
        return self._steps(self._handshake.failed(self._text.text, self.version, now))

    def ready(self, now: float) -> list[Step]:
        """Go on after an answer with `later`."""
        return self._steps(self._handshake.ready(now))

    def replaced(self, text: str, version: int, now: float) -> list[Step]:
        """Take the editor's whole text, as it is after a reload or a check."""
        self._text.take(text)
        self.version = version
        return self._steps(self._handshake.replaced(self._text.text, version, now))

    def let_go(self, now: float) -> list[Step]:
        """Tell apart what is held: nothing more comes of this text."""
        if not self.has_held:
            return []
        steps = self.replaced(self.known_text, self.version, now)
        return [step for step in steps if isinstance(step, Write)]

    def to_shared(self, position: Position) -> int:
        """The offset in the shared text of a position in the editor."""
        return self._handshake.to_shared(self._text.offset(position))

    def from_shared(self, offset: int) -> Position:
        """The position in the editor of an offset in the shared text."""
        return self._text.position(self._handshake.from_shared(offset))

    def _steps(self, effects: Iterable[Effect]) -> list[Step]:
        return [
            Write(effect.change, effect.is_mended)
            if isinstance(effect, LocalEdit)
            else Request(effect.request_id, effect.version, self._edits(effect.change))
            for effect in effects
        ]

    def _edits(self, change: Delta) -> list[TextEdit]:
        if self._by_hunks:
            change = before_last_newline(self._handshake.text, change)
        return self._text.edits(change)
