"""Between the wire's locations (file, line, UTF-16 column) and this editor's (URI, position)."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from peerline.protocol.editor.base import LineRange, Position, Range
from peerline.protocol.presence import Cursor, Selection, Viewport
from peerline_bridge.texts import file_system, inner_breaks
from peerline_bridge.texts.cells import NotebookRows, cell_place
from peerline_bridge.texts.decoding import decode, decode_lines
from peerline_bridge.texts.open_texts import Document, Documents
from peerline_bridge.texts.paths import Workspace, path_of_uri
from peerline_bridge.texts.positions import Encoding, from_wire, to_wire
from peerline_bridge.texts.session_paths import Unshared
from peerline_bridge.texts.session_uris import SCHEME, file_of_uri, uri_without_file

MAX_READ_BYTES: Final = 4 * 1024 * 1024
"""A closed file that is longer is not read only to place a mark."""
_MAX_CACHED: Final = 32
_MAX_PATHS: Final = 10_000


@dataclass(frozen=True, slots=True)
class _Text:
    lines: list[str]
    has_inner_breaks: bool = False
    is_exact: bool = True
    """Whether more than the lines' ends is right."""


@dataclass(frozen=True, slots=True)
class _CachedFile:
    stamp: file_system.Stamp
    text: _Text


class Locations:
    """Knows the open documents, and reads closed files as far as positions need them."""

    def __init__(self, documents: Documents, workspace: Workspace, encoding: Encoding) -> None:
        self.documents = documents
        self.workspace = workspace
        self.encoding = encoding
        self.has_cells = False
        """Whether the editor shows notebooks as cells."""
        self.session_id = ""
        """The session at hand, whose documents may be open without a file."""
        self.is_shared: Callable[[str], bool] = lambda _: False
        """Whether a path is a shared document, which this editor can open without a file."""
        self._files: dict[str, str | None] = {}
        self._uris: dict[str, str] = {}
        self._cache: dict[Path, _CachedFile] = {}
        self._notebooks = NotebookRows()
        self._by_file: dict[str, Document] = {}
        self._by_file_generation = -1

    def change_folders(self, added: Iterable[Path], removed: Iterable[Path]) -> None:
        """Folders came and went: what was known of paths may be wrong now."""
        self.workspace.change(added, removed)
        self._forget_paths()

    def change_session(self, session_id: str) -> None:
        """Documents without a file are those of this session from now on."""
        self.session_id = session_id
        self._forget_paths()

    def _forget_paths(self) -> None:
        self._files.clear()
        self._uris.clear()
        self._by_file_generation = -1

    def file_of(self, uri: str) -> str | None:
        """The document's workspace-relative path; None if it is outside."""
        if uri not in self._files:
            if len(self._files) >= _MAX_PATHS:
                self._files.clear()
            before = self.workspace.paths
            if uri.startswith(f"{SCHEME}:"):
                name = file_of_uri(uri, self.session_id)
            else:
                name = self.workspace.relative(uri)
            if self.workspace.paths is not before:
                # What marks another root was met: other documents may have other paths now.
                self._forget_paths()
            self._files[uri] = name
        return self._files[uri]

    def open_document(self, file: str) -> Document | None:
        """The open document of a path."""
        if self._by_file_generation != self.documents.generation:
            documents = self.documents.all()
            for document in documents:
                self.file_of(document.uri)  # it may be what marks another root
            self._by_file_generation = self.documents.generation
            key = self.workspace.paths.key
            # Of two URIs of one file the one that was opened first counts.
            self._by_file = {
                key(known): document
                for document in reversed(documents)
                if (known := self.file_of(document.uri)) is not None
            }
        paths = self.workspace.paths
        found = self._by_file.get(paths.key(file))
        rest = paths.key(file.partition("/")[2])
        if found is None and rest in self._by_file and paths.may_name_root(file):
            # Only the disk says whether the path begins with the root's name.
            known = self.workspace.canonical(file)
            found = None if known is None else self._by_file.get(paths.key(known))
        return found

    def canonical(self, file: str) -> str | None:
        """The path under which this editor knows the file that a peer's path means."""
        document = self.open_document(file)
        return self.workspace.canonical(file) if document is None else self.file_of(document.uri)

    def uri_of(self, file: str) -> str | None:
        """The URI of a peer's path: the editor's own if it is open, None if there is no file."""
        document = self.open_document(file)
        if document is not None:
            return document.uri
        path = self.workspace.locate(file)
        return path.as_uri() if path is not None and file_system.is_file(path) else None

    def way_to(self, file: str) -> str | None:
        """The URI by which one goes to a peer's path, also to a shared document without a file."""
        return self.uri_of(file) or self._without_file(file)

    def _without_file(self, file: str) -> str | None:
        return uri_without_file(self.session_id, file) if self.is_shared(file) else None

    def known_way_to(self, file: str) -> str | None:
        """As `way_to`, but the disk is asked once for each path: for lists that are shown often."""
        document = self.open_document(file)
        if document is not None:
            return document.uri
        found = self._uris.get(file)
        if found is None:
            found = self.uri_of(file)
            if found is not None:
                if len(self._uris) >= _MAX_PATHS:
                    self._uris.clear()
                self._uris[file] = found
        return found or self._without_file(file)

    def why_unshared(self, uri: str) -> Unshared | None:
        """Why a document of the disk has no path that the others know."""
        name = self.workspace.name(uri) if path_of_uri(uri) is not None else None
        return name if isinstance(name, Unshared) else None

    def why_not_here(self, file: str) -> Unshared:
        """Why one cannot go to the file that a peer's path means."""
        found = self.workspace.find(file)
        return found if isinstance(found, Unshared) else Unshared.MISSING

    def lines_of_uri(self, uri: str) -> list[str] | None:
        """The lines of a document, open or in the workspace."""
        document = self.documents.get(uri)
        if document is not None:
            return document.lines
        file = self.file_of(uri)
        return None if file is None else self.lines_of(file)

    def lines_of(self, file: str) -> list[str] | None:
        """The lines of the open document or of the file on disk, if its encoding is known."""
        text = self._text_of(file)
        return text.lines if text is not None and text.is_exact else None

    def is_unread(self, file: str) -> bool:
        """Whether a file is here, and its text is not known: too long, or in another encoding."""
        return self.lines_of(file) is None and self.uri_of(file) is not None

    def to_wire(self, uri: str, position: Position) -> tuple[int, int] | None:
        """A position in a document as the wire's line and column."""
        lines = self.lines_of_uri(uri)
        if lines is None:
            return None
        if self.has_inner_breaks(uri):
            return inner_breaks.to_wire(lines, position, self.encoding)
        return to_wire(lines, position, self.encoding)

    def wire_rows(self, uri: str, rows: LineRange) -> LineRange | None:
        """Rows of a document as rows of the wire, as far as there are lines."""
        lines = self.lines_of_uri(uri)
        if lines is None:
            return None
        start = min(rows.start, len(lines) - 1)
        end = max(start, min(rows.end, len(lines) - 1))
        if not self.has_inner_breaks(uri):
            return LineRange(start=start, end=end)
        return LineRange(
            start=inner_breaks.wire_row(lines, start), end=inner_breaks.last_wire_row(lines, end)
        )

    def position(self, file: str, line: int, column: int) -> Position | None:
        """A place in this editor's version of the file, moved to where there is text.

        The line is right also where the text is not known.
        """
        text = self._text_of(file)
        if text is None:
            is_here = self.way_to(file) is not None
            return Position(line=line - 1, character=column - 1) if is_here else None
        if text.has_inner_breaks:
            return inner_breaks.from_wire(text.lines, line, column, self.encoding)
        return from_wire(text.lines, line, column, self.encoding)

    def cursor(self, cursor: Cursor) -> Position | None:
        """A peer's cursor: in the cell of a notebook if the editor has cells, else in its text."""
        if cursor.cell is None:
            return self.position(cursor.file, cursor.line, cursor.col)
        if self.has_cells:
            return None if self.uri_of(cursor.file) is None else cell_place(cursor, None)[0]
        document, lines = self.open_document(cursor.file), self.lines_of(cursor.file) or []
        version = 0 if document is None else document.version
        row = self._notebooks.row(cursor.file, lines, version, cursor.cell, cursor.line)
        return self.position(cursor.file, 1 if row is None else row + 1, 1)

    def cell(self, cursor: Cursor) -> int | None:
        """The index of the cell that a peer's cursor is in, for an editor that has cells."""
        return cursor.cell - 1 if self.has_cells and cursor.cell is not None else None

    def selection(self, file: str, selection: Selection) -> Range | None:
        """A peer's selection."""
        start = self.position(file, selection.start_line, selection.start_column)
        end = self.position(file, selection.end_line, selection.end_column)
        return None if start is None or end is None else Range(start=start, end=end)

    def viewport(self, viewport: Viewport) -> LineRange | None:
        """A peer's visible lines."""
        text = self._text_of(viewport.file)
        start, end = viewport.start - 1, viewport.end - 1
        if text is None:
            is_here = self.way_to(viewport.file) is not None
            return LineRange(start=start, end=end) if is_here else None
        if text.has_inner_breaks:
            start, end = (inner_breaks.editor_row(text.lines, row) for row in (start, end))
        last = len(text.lines) - 1
        return LineRange(start=min(start, last), end=min(end, last))

    def has_inner_breaks(self, uri: str) -> bool:
        r"""Whether there may be a \r inside of lines of an open document."""
        document = self.documents.get(uri)
        return document is not None and document.has_inner_breaks

    def _text_of(self, file: str) -> _Text | None:
        document = self.open_document(file)
        if document is not None:
            return _Text(document.lines, has_inner_breaks=document.has_inner_breaks)
        path = self.workspace.locate(file)
        return None if path is None else self._read(path)

    def _read(self, path: Path) -> _Text | None:
        stamp = file_system.stamp(path)
        if stamp is None:
            return None
        cached = self._cache.get(path)
        if cached is not None and cached.stamp == stamp:
            return cached.text
        data = file_system.read(path, MAX_READ_BYTES)
        if isinstance(data, file_system.NotRead):
            return None
        exact = decode(data)
        content = decode_lines(data) if exact is None else exact
        if content is None:
            return None
        document = Document(path.as_uri(), 0)
        document.take(content, keeps_cr=self.documents.keeps_cr)
        text = _Text(
            document.lines,
            has_inner_breaks=document.has_inner_breaks,
            is_exact=exact is not None,
        )
        if len(self._cache) >= _MAX_CACHED:
            self._cache.pop(next(iter(self._cache)))
        self._cache[path] = _CachedFile(stamp, text)
        return text
