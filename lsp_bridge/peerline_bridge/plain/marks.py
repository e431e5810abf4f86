"""Hints, diagnostics, code lenses and hovers of one document, made from the model. Pure."""

from collections.abc import Callable, Sequence
from typing import Final

from lsprotocol import types

from peerline.protocol.editor.base import Position
from peerline.protocol.editor.comments import EditorThread
from peerline.protocol.editor.participants import EditorPresence
from peerline.protocol.types import Status
from peerline_bridge.plain import lens_commands
from peerline_bridge.plain.model import PlainModel
from peerline_bridge.plain.text import one_line, thread_message, thread_title, thread_whole
from peerline_bridge.texts.drafts import Draft, drafts_in
from peerline_bridge.texts.positions import Encoding, content_of, index_of, units_before

MAX_PENDING: Final = 5
"""The waiting users, and the questions of agents, that are offered at a time."""
SOURCE: Final = "peerline"
MAX_DIAGNOSTICS: Final = 500
"""Threads of one document that are shown as diagnostics and lenses."""


class Page:
    """One open document: its text, and the model that is shown in it."""

    def __init__(
        self,
        model: PlainModel,
        uri: str,
        lines: Sequence[str],
        encoding: Encoding,
        row_now: Callable[[str], int | None] = lambda _: None,
    ) -> None:
        self.model = model
        self.uri = uri
        self.lines = lines
        self.encoding = encoding
        self._row_now = row_now
        """The row of a thread after the latest edit; None where there is no better knowledge."""

    @property
    def threads(self) -> list[EditorThread]:
        """The threads in the document."""
        return self.model.threads.get(self.uri, [])

    def row_of(self, thread: EditorThread) -> int:
        """Return the line that shows a thread; outdated ones are at the top."""
        if thread.outdated:
            return 0
        now = self._row_now(thread.id)
        return min(thread.line if now is None else now, len(self.lines) - 1)

    def threads_on(self, first: int, last: int) -> list[EditorThread]:
        """The threads on some rows."""
        return [
            thread
            for thread in self.threads
            if self.row_of(thread) <= last and self._last_row(thread) >= first
        ]

    def inlay_hints(self, first: int, last: int) -> list[types.InlayHint]:
        """Return the cursors of others on some rows."""
        return [
            types.InlayHint(
                position=place,
                label=_mark_label(mark),
                padding_left=True,
                padding_right=True,
                tooltip=_mark_tooltip(mark),
            )
            for mark in self.model.marks_in(self.uri)
            if (place := self._place(mark)) is not None and first <= place.line <= last
        ]

    def diagnostics(self, *, with_presence: bool) -> list[types.Diagnostic]:
        """The comments as information; where others are as hints, if the client has no better."""
        found = [self._comment(thread) for thread in self.threads[:MAX_DIAGNOSTICS]]
        hidden = len(self.threads) - MAX_DIAGNOSTICS
        if hidden > 0:
            top = self._row_range(0, 0)
            text = f"{hidden} more comments in this file are not shown"
            found.append(_diagnostic(top, text, types.DiagnosticSeverity.Information))
        if with_presence:
            for mark in self.model.marks_in(self.uri):
                place = self._place(mark)
                if place is not None:
                    where = types.Range(place, self._after(place))
                    text = _mark_tooltip(mark)
                    found.append(_diagnostic(where, text, types.DiagnosticSeverity.Hint))
        return found

    def code_lenses(self) -> list[types.CodeLens]:
        """Return the unread count at the top, and each thread and draft above its line."""
        lenses: list[types.CodeLens] = []
        if not self.model.is_joined:
            return lenses
        if self.model.unread:
            text = f"Peerline: {self.model.unread} unread in the chat"
            lenses.append(self._lens(0, lens_commands.command(text, "peerline.openChat")))
        lenses += [
            self._lens(0, lens_commands.answer_join(person, allow=allow))
            for person in self.model.pending[:MAX_PENDING]
            for allow in (True, False)
        ]
        lenses += [
            self._lens(0, lens_commands.review_approval(approval))
            for approval in self.model.approvals[:MAX_PENDING]
        ]
        for thread in self.threads[:MAX_DIAGNOSTICS]:
            row = self.row_of(thread)
            reply = lens_commands.write_draft(self.uri, row, thread_title(thread))
            lenses.append(self._lens(row, reply))
            if not thread.is_pending:
                lenses.append(self._lens(row, lens_commands.resolve(thread, "Resolve")))
        for draft in drafts_in(self.lines):
            lenses += [self._lens(draft.first, item) for item in self.draft_commands(draft)]
        return lenses

    def draft_commands(self, draft: Draft) -> list[types.Command]:
        """Return the actions of a draft."""
        if not draft.content:
            text = "Peerline: write your text behind peerline>, then send it here"
            return [lens_commands.command(text, "peerline.openChat")]
        found: list[types.Command] = []
        if draft.target is not None:
            found += [
                lens_commands.send_draft(
                    self.uri,
                    draft.first,
                    f"Peerline: send as a reply to {one_line(thread.username, 32)}"
                    f" ({one_line(thread.content, 30)})",
                    comment_id=thread.id,
                )
                for thread in self.threads_on(draft.target, draft.target_last or draft.target)
                if not thread.is_pending
            ]
            text = f"Peerline: send as a comment on {draft.target_name}"
            found.append(lens_commands.send_draft(self.uri, draft.first, text))
        text = "Peerline: send to the chat"
        found.append(lens_commands.send_draft(self.uri, draft.first, text, to_chat=True))
        return found

    def hover(self, position: types.Position) -> str | None:
        """The threads on a row, whole, and who is there."""
        parts = [thread_whole(thread) for thread in self.threads_on(position.line, position.line)]
        parts += [
            _mark_tooltip(mark)
            for mark in self.model.marks_in(self.uri)
            if mark.cursor is not None and mark.cursor.line == position.line
        ]
        return "\n\n———\n\n".join(parts) or None

    def _comment(self, thread: EditorThread) -> types.Diagnostic:
        where = self._row_range(self.row_of(thread), self._last_row(thread))
        severity = types.DiagnosticSeverity.Information
        return _diagnostic(where, thread_message(thread), severity)

    def _last_row(self, thread: EditorThread) -> int:
        height = 0 if thread.outdated else thread.end_line - thread.line
        return min(self.row_of(thread) + height, len(self.lines) - 1)

    def _place(self, mark: EditorPresence) -> types.Position | None:
        """The mark's cursor, moved to where there is text meanwhile."""
        if mark.cursor is None:
            return None
        row = min(mark.cursor.line, len(self.lines) - 1)
        index = index_of(self.lines[row], mark.cursor.character, self.encoding)
        return types.Position(row, units_before(self.lines[row], index, self.encoding))

    def _after(self, place: types.Position) -> types.Position:
        """The position behind the character at a place, or the place itself at a line's end."""
        line = content_of(self.lines[place.line])
        index = index_of(line, place.character, self.encoding)
        after = units_before(line, min(index + 1, len(line)), self.encoding)
        return types.Position(place.line, after)

    def _row_range(self, first: int, last: int) -> types.Range:
        """The text of some rows, without the indent of the first."""
        line, end = content_of(self.lines[first]), content_of(self.lines[last])
        indent = len(line) - len(line.lstrip())
        return types.Range(
            types.Position(first, units_before(line, indent, self.encoding)),
            types.Position(last, units_before(end, len(end), self.encoding)),
        )

    def _lens(self, row: int, command: types.Command) -> types.CodeLens:
        place = types.Position(min(row, len(self.lines) - 1), 0)
        return types.CodeLens(range=types.Range(place, place), command=command)


def position_of(position: types.Position) -> Position:
    """LSP's position as ours."""
    return Position(line=position.line, character=position.character)


def _diagnostic(
    where: types.Range, text: str, severity: types.DiagnosticSeverity
) -> types.Diagnostic:
    return types.Diagnostic(range=where, message=text, severity=severity, source=SOURCE)


def _mark_label(mark: EditorPresence) -> str:
    doing = " …" if mark.status is Status.TYPING else ""
    return f"◂ {one_line(mark.username, 32)}{doing}"


def _mark_tooltip(mark: EditorPresence) -> str:
    name = one_line(mark.username)
    if mark.selection is not None and mark.selection.start != mark.selection.end:
        first, last = mark.selection.start.line + 1, mark.selection.end.line + 1
        rows = f"line {first}" if first == last else f"lines {first} to {last}"
        return f"{name} has selected {rows} ({mark.status})"
    return f"{name} is here ({mark.status})"
