"""Shared documents by the paths of their files, and the place that a comment is anchored to."""

import asyncio
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from peerline.agent.cleaning import AgentCleaner
from peerline.agent.mcp.limits import EDIT_SECONDS, MAX_READ_CHARS
from peerline.client import Client, OpenedDocument
from peerline.owner_only import read_file
from peerline.protocol.comments import CommentData
from peerline.protocol.limits import (
    MAX_CONTEXT_LINE_CHARS,
    MAX_CONTEXT_LINES,
    MAX_SNIPPET_CHARS,
)

_CONTEXT: Final = min(3, MAX_CONTEXT_LINES)


@dataclass(frozen=True, slots=True)
class Lines:
    """Lines of a document, as far as they fit."""

    text: str
    end: int
    """The last line, 1-based."""
    total: int
    is_cut: bool
    can_edit: bool


class SharedFiles:
    """The shared documents of a session that an agent reads and edits."""

    def __init__(self, client: Client, folder: Path, cleaner: AgentCleaner) -> None:
        self._client = client
        self._cleaner = cleaner
        self._folder = folder
        self._opened: dict[str, OpenedDocument] = {}
        self._changed: set[str] = set()

    def has_changed(self, file: str) -> bool:
        """Whether the agent has edited the file here."""
        return file in self._changed

    async def read(self, file: str, start: int, end: int | None) -> Lines:
        """Lines of a document, from 1 on, the last one included.

        Raises:
            ValueError: if it is not shared, or has no such line.
            ClientError: if it cannot be opened.
        """
        opened = await self._open(file)
        lines = opened.text.split("\n")
        if not 1 <= start <= len(lines):
            raise ValueError(f"start_line: the document has the lines 1 to {len(lines)}")
        wanted = lines[start - 1 : end]
        kept: list[str] = []
        size = 0
        for line in wanted:
            size += len(line) + 1
            if kept and size > MAX_READ_CHARS:
                break
            kept.append(line)
        return Lines(
            "\n".join(kept)[:MAX_READ_CHARS],
            start + len(kept) - 1,
            len(lines),
            len(kept) < len(wanted),
            opened.can_edit,
        )

    async def edit(self, file: str, old: str, new: str) -> int:
        """Replace a piece that is there exactly once; its line. Returns when the server has it.

        Raises:
            ValueError: if it is not shared, or the piece is not there once.
            ClientError: if it may not be edited.
        """
        opened = await self._open(file)
        at = opened.text.find(old)
        opened.replace(old, new)
        self._changed.add(file)
        try:
            async with asyncio.timeout(EDIT_SECONDS):
                await opened.confirmed()
        except TimeoutError:
            raise ValueError(
                "the edit is made and waits for the server: do not make it again"
            ) from None
        return opened.text.count("\n", 0, at) + 1

    async def comment(
        self, file: str, line: int, end_line: int | None, text: str, mentions: list[str]
    ) -> CommentData:
        """A comment on lines, with what its place is found again by.

        Raises:
            ValueError: if the document has no such lines.
            ClientError: if it cannot be opened.
        """
        last = max(line, end_line or line)
        shared = next((d for d in self._client.documents.list() if d.file == file), None)
        if shared is not None:
            opened = await self._open(file)
            lines = opened.text.split("\n")
            if not 1 <= line <= last <= len(lines):
                raise ValueError(f"line: the document has the lines 1 to {len(lines)}")
            start = sum(len(one) + 1 for one in lines[: line - 1])
            end = start + len("\n".join(lines[line - 1 : last]))
            anchor = self._client.documents.anchor(shared.id, start, end)
            fields = anchor.model_dump(exclude_unset=True)
            return CommentData.model_validate({**fields, "content": text, "mentions": mentions})
        around = await asyncio.to_thread(self._around, file, line, last)
        fields = {"file": file, "line": line, "end_line": None if last == line else last}
        return CommentData.model_validate(
            {**fields, **around, "content": text, "mentions": mentions}
        )

    def _around(self, file: str, line: int, last: int) -> dict[str, object]:
        """The lines on the disk and those around; nothing of a file that is not for peers."""
        path = self._folder / file
        try:
            # A link has the name of its target, too; one to another folder is refused.
            real = path.resolve().relative_to(self._folder.resolve()).as_posix()
            if any(self._cleaner.is_private_path(name) for name in (file, real)):
                return {}
            lines = read_file(path)[0].decode().splitlines()
        except (OSError, ValueError, RuntimeError):
            return {}
        if last > len(lines):
            return {}
        snippet = "\n".join(lines[line - 1 : last])
        shown = "\n".join(lines[max(0, line - 1 - _CONTEXT) : last + _CONTEXT])
        if self._cleaner.text(shown) != shown:
            return {}
        if len(snippet) > MAX_SNIPPET_CHARS or "\0" in "".join(lines):
            return {}
        return {
            "code_snippet": snippet,
            "context_before": _cut(lines[max(0, line - 1 - _CONTEXT) : line - 1]),
            "context_after": _cut(lines[last : last + _CONTEXT]),
        }

    async def _open(self, file: str) -> OpenedDocument:
        shared = next((d for d in self._client.documents.list() if d.file == file), None)
        if shared is None:
            raise ValueError("the file is not a shared document: edit it on the disk")
        opened = self._opened.get(shared.id)
        if opened is None:
            opened = self._opened[shared.id] = self._client.documents.open(shared.id)
        try:
            async with asyncio.timeout(EDIT_SECONDS):
                await opened.ready()
        except TimeoutError:
            raise ValueError("the document has not come yet: try again later") from None
        return opened


def _cut(lines: list[str]) -> list[str]:
    return [line[:MAX_CONTEXT_LINE_CHARS] for line in lines]
