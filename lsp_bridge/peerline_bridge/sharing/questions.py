"""Asks the user about a shared document whose text differs from the own one."""

import difflib
from collections.abc import Callable
from typing import Final

from peerline.protocol.documents import SharedDocument
from peerline.protocol.editor.documents import EditorDocumentQuestion, QuestionKind
from peerline_bridge import sanitize
from peerline_bridge.sharing.open_file import OpenFile

MAX_DIFF_LINES: Final = 2_000
"""A longer diff is cut: the question shows how much there is of it."""
MAX_COMPARED_LINES: Final = 5_000
"""Texts with more lines are compared without looking for lines that moved."""


class Questions:
    """The questions that are open.

    Args:
        show: Shows a question.
        name_of: The name of a user.
    """

    def __init__(
        self, show: Callable[[EditorDocumentQuestion], None], name_of: Callable[[str], str]
    ) -> None:
        self._show = show
        self._name_of = name_of
        self._open: dict[str, EditorDocumentQuestion] = {}

    def ask(self, file: OpenFile, shared: SharedDocument, kind: QuestionKind) -> None:
        """Ask about a file."""
        assert file.opened is not None, "both texts are there"
        lines, added, removed = unified_diff(file.opened.text, file.text)
        question = EditorDocumentQuestion(
            uri=file.uri,
            document_id=shared.id,
            file=sanitize.line(shared.file),
            kind=kind,
            diff=sanitize.block("".join(lines)),
            lines_added=added,
            lines_removed=removed,
            shared_by_name=self._name_of(shared.shared_by),
            can_offer=file.opened.can_edit,
        )
        self._open[file.document_id] = question
        self._show(question)

    def settle(self, file: OpenFile) -> None:
        """Take a question away, if there is one."""
        file.question = None
        question = self._open.pop(file.document_id, None)
        if question is not None:
            self._show(question.model_copy(update={"is_settled": True, "diff": ""}))


def unified_diff(old: str, new: str) -> tuple[list[str], int, int]:
    """The lines of a unified diff, and how many lines are added and removed."""
    before, after = _lines(old), _lines(new)
    found = list(_differing(before, after))
    added = sum(line[0] == "+" for line in found)
    removed = sum(line[0] == "-" for line in found)
    if len(found) > MAX_DIFF_LINES:
        left = len(found) - MAX_DIFF_LINES
        found = [*found[:MAX_DIFF_LINES], f"… and {left} more lines\n"]
    return [line if line.endswith("\n") else f"{line}\n" for line in found], added, removed


def _differing(before: list[str], after: list[str]) -> list[str]:
    if max(len(before), len(after)) > MAX_COMPARED_LINES:
        start = 0
        while start < min(len(before), len(after)) and before[start] == after[start]:
            start += 1
        end = 0
        most = min(len(before), len(after)) - start
        while end < most and before[-1 - end] == after[-1 - end]:
            end += 1
        old, new = before[start : len(before) - end], after[start : len(after) - end]
        header = f"@@ -{start + 1},{len(old)} +{start + 1},{len(new)} @@\n"
        return [header, *(f"-{line}" for line in old), *(f"+{line}" for line in new)]
    # Without the two lines that name the files.
    return list(difflib.unified_diff(before, after))[2:]


def _lines(text: str) -> list[str]:
    parts = text.split("\n")
    return [*(f"{part}\n" for part in parts[:-1]), *([parts[-1]] if parts[-1] else [])]
