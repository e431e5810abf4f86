"""Where each open document shows its comment threads, while it is being edited."""

from collections.abc import Iterable

from lsp_bridge import anchors
from lsp_bridge.documents import Document, TextChange
from lsp_bridge.texts import split_lines
from peerline.protocol.payloads import Comment


class ThreadRows:
    """The rows of the threads in one document. None stands for outdated."""

    def __init__(self) -> None:
        self._rows: dict[str, int | None] = {}
        self._split: set[str] = set()
        """Threads whose line was split: it may go on in a line below."""

    def update(self, document: Document, threads: Iterable[Comment]) -> None:
        """Place threads that are new here and forget those that have gone."""
        kept: dict[str, int | None] = {}
        for thread in threads:
            if thread.id in self._rows:
                kept[thread.id] = self._rows[thread.id]
            else:
                kept[thread.id] = anchors.locate(anchors.anchor_of(thread), document.lines)
        self._rows = kept

    def row_of(self, thread_id: str) -> int | None:
        """The thread's row, None if it is outdated or not known."""
        return self._rows.get(thread_id)

    def follow(self, change: TextChange) -> None:
        """Move with an edit; what was edited itself is placed by `settle` afterwards."""
        if change.range is None:
            return
        start, end = change.range.start.line, change.range.end.line
        inserted = split_lines(change.text)
        for thread_id, row in self._rows.items():
            if row is None:
                continue
            first, last = start, end
            count = len(inserted)
            if start == end == row and len(inserted) == 1:
                continue  # typing within the commented line: it stays where it is
            whole_lines = change.range.start.character == 0 or len(inserted) > 1
            if row == end and change.range.end.character == 0 and whole_lines and not inserted[-1]:
                # Whole lines above were replaced: the commented line itself was not touched.
                last, count = end - 1, count - 1
                if last < first:
                    self._rows[thread_id] = row + count
                    continue
            if row == start and change.range.start.character > 0:
                if len(inserted) > 1:
                    # A line inserted above comes as this too, if both have the same indent.
                    self._split.add(thread_id)
                continue  # its end was edited, as when a line is split behind it
            self._rows[thread_id] = anchors.follow(row, start=first, end=last, new_lines=count)

    def settle(self, document: Document, threads: Iterable[Comment], *, replaced: bool) -> bool:
        """After a didChange, find again what lost its row; whether any row changed."""
        before = dict(self._rows)
        for thread in threads:
            row = self._rows.get(thread.id)
            if row is None or replaced or row >= len(document.lines):
                self._rows[thread.id] = anchors.locate(
                    anchors.anchor_of(thread), document.lines, hint=row
                )
            elif thread.id in self._split:
                found = anchors.locate(anchors.anchor_of(thread), document.lines, hint=row)
                self._rows[thread.id] = row if found is None else found
        self._split.clear()
        return before != self._rows
