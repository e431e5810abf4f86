"""Infers the user's place from what an LSP client asks for anyway. Pure.

A client without a plugin does not send its cursor. But it asks for the highlights of the symbol
under the cursor, for a hover, for the actions on the selection, and for the hints, tokens and
diagnostics of the lines that are visible.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from peerline.protocol.editor.base import DocumentId, LineRange, Position, Range
from peerline.protocol.editor.participants import EditorCursor
from peerline_bridge.texts.open_texts import TextChange
from peerline_bridge.texts.positions import split_lines

MAX_VIEWPORT_LINES: Final = 200
"""A range of more lines is not what somebody sees: it is the whole document, or far around."""
MAX_TYPED_LINES: Final = 2
"""A change of more lines was made by a program, not at the cursor."""


@dataclass(frozen=True, slots=True)
class Viewport:
    """The visible lines of a document in which the cursor is not known."""

    uri: str
    lines: LineRange


class Inference:
    """The user's place, as far as it is known. Each method tells what to share, None if nothing."""

    def __init__(self) -> None:
        self._uri = ""
        self._position: Position | None = None
        self._selection: Range | None = None
        self._viewports: dict[str, LineRange] = {}
        self._has_highlights = False

    @property
    def cursor(self) -> tuple[str, Position] | None:
        """The last known cursor."""
        return None if self._position is None else (self._uri, self._position)

    def highlight(self, uri: str, position: Position) -> EditorCursor | None:
        """textDocument/documentHighlight: the cursor rests there."""
        self._has_highlights = True
        return self._at(uri, position)

    def hover(self, uri: str, position: Position) -> EditorCursor | None:
        """textDocument/hover: the cursor, unless the client has told it otherwise before.

        A client that asks for highlights asks for hovers where the mouse is, or at the same place.
        """
        return None if self._has_highlights else self._at(uri, position)

    def code_action(self, uri: str, selected: Range) -> EditorCursor | None:
        """textDocument/codeAction: the selection, or the cursor where it is empty."""
        if selected.end.line - selected.start.line > MAX_VIEWPORT_LINES:
            return None  # as when all is fixed on saving
        if selected.start == selected.end:
            return self._at(uri, selected.start)
        return self._set(uri, selected.end, selected)

    def edited(self, uri: str, changes: Sequence[TextChange]) -> EditorCursor | None:
        """textDocument/didChange: the cursor is behind what was typed."""
        if len(changes) != 1 or changes[0].range is None:
            return None
        start, end = changes[0].range.start, changes[0].range.end
        typed = split_lines(changes[0].text)
        if len(typed) > MAX_TYPED_LINES or end.line - start.line >= MAX_TYPED_LINES:
            return None
        if len(typed) > 1 or end.line > start.line:
            # A client may send whole lines, of which the change was one character.
            line = start.line + len(typed) - 1
            return self._set(uri, Position(line=line, character=0), None)
        # Its units do not matter much: the place is right at the next request.
        character = start.character + len(typed[0])
        return self._set(uri, Position(line=start.line, character=character), None)

    def visible(self, uri: str, lines: LineRange) -> EditorCursor | Viewport | None:
        """textDocument/inlayHint, semanticTokens/range, diagnostic: the visible lines."""
        if lines.end - lines.start >= MAX_VIEWPORT_LINES or self._viewports.get(uri) == lines:
            return None
        self._viewports[uri] = lines
        if self._position is not None and uri == self._uri:
            return self._cursor(self._position)
        return Viewport(uri, lines)

    def closed(self, uri: str) -> None:
        """The document is not open any more."""
        self._viewports.pop(uri, None)
        if uri == self._uri:
            self._position = self._selection = None

    def _at(self, uri: str, position: Position) -> EditorCursor | None:
        selected = self._selection
        is_edge = selected is not None and position in (selected.start, selected.end)
        keeps = selected if is_edge and uri == self._uri else None
        return self._set(uri, position, keeps)

    def _set(self, uri: str, position: Position, selected: Range | None) -> EditorCursor | None:
        if (uri, position, selected) == (self._uri, self._position, self._selection):
            return None
        self._uri, self._position, self._selection = uri, position, selected
        return self._cursor(position)

    def _cursor(self, position: Position) -> EditorCursor:
        return EditorCursor(
            textDocument=DocumentId(uri=self._uri),
            position=position,
            selection=self._selection,
            viewport=self._viewports.get(self._uri),
        )
