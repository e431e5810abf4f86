"""The files that an agent reads and writes by its client: shared documents, else the disk.

A shared document is edited live, as the agent's own edits. Nothing outside of the folder is
touched, and private files are refused both ways.
"""

import asyncio
import os
import stat
from contextlib import suppress
from pathlib import Path
from typing import Final

from peerline.agent.acp.values import Object, text, whole
from peerline.agent.cleaning import AgentCleaner
from peerline.agent.hosting.peer import INVALID, RpcError
from peerline.client import Client, ClientError, OpenedDocument
from peerline.documents.delta import Delta
from peerline.documents.difference import difference
from peerline.owner_only import read_file
from peerline.protocol.presence import CursorData

MAX_FILE_BYTES: Final = 8 * 1024 * 1024
"""A file on the disk that is read or written."""
SECONDS: Final = 20.0
"""How long a shared document may take to come, and the server to keep an edit."""


class HostedFiles:
    """The files of one agent's folder."""

    def __init__(self, client: Client, folder: Path, cleaner: AgentCleaner) -> None:
        self._client = client
        self._folder = folder.resolve()
        self._cleaner = cleaner
        self._opened: dict[str, OpenedDocument] = {}

    def is_shared(self, path: str | None) -> bool:
        """Whether a path is that of a shared document."""
        if path is None:
            return False
        try:
            return self._document_id(self._place(path)[1]) is not None
        except RpcError:
            return False

    async def read(self, params: Object) -> Object:
        """Answer `fs/read_text_file`.

        Raises:
            RpcError: if the file cannot be read.
        """
        path, name = self._place(text(params.get("path")) or "")
        document_id = self._document_id(name)
        if document_id is not None:
            found = (await self._open(document_id)).text
        else:
            try:
                data, _ = await asyncio.to_thread(read_file, path, MAX_FILE_BYTES)
                found = data.decode()
            except (OSError, UnicodeDecodeError) as error:
                raise RpcError(INVALID, f"{name} cannot be read: {_reason(error)}") from None
        first, most = whole(params.get("line")), whole(params.get("limit"))
        if first is not None or most is not None:
            lines = found.splitlines(keepends=True)[max(0, (first or 1) - 1) :]
            found = "".join(lines if most is None else lines[:most])
        return {"content": found}

    async def write(self, params: Object) -> Object:
        """Answer `fs/write_text_file`.

        Raises:
            RpcError: if the file cannot be written.
        """
        path, name = self._place(text(params.get("path")) or "")
        content = params.get("content")
        if not isinstance(content, str):
            raise RpcError(INVALID, "content: must be a text")
        if len(content.encode("utf-8", "surrogatepass")) > MAX_FILE_BYTES:
            raise RpcError(INVALID, f"{name}: a file has at most {MAX_FILE_BYTES} bytes")
        document_id = self._document_id(name)
        try:
            if document_id is not None:
                await self._edit(document_id, name, content)
            else:
                await asyncio.to_thread(_write, path, content.encode())
        except (OSError, ValueError, ClientError, TimeoutError) as error:
            raise RpcError(INVALID, f"{name} cannot be written: {_reason(error)}") from None
        return {}

    async def _edit(self, document_id: str, name: str, content: str) -> None:
        opened = await self._open(document_id)
        delta = difference(opened.text, content)
        opened.edit(delta)
        line = _first_line(delta, content)
        self._client.send_cursor(CursorData(file=name, line=line, column=1))
        async with asyncio.timeout(SECONDS):
            await opened.confirmed()

    async def _open(self, document_id: str) -> OpenedDocument:
        opened = self._opened.get(document_id)
        if opened is None:
            opened = self._opened[document_id] = self._client.documents.open(document_id)
        try:
            async with asyncio.timeout(SECONDS):
                await opened.ready()
        except (TimeoutError, ClientError):
            self._opened.pop(document_id).close()
            raise RpcError(INVALID, "the shared document has not come: try again") from None
        return opened

    def _document_id(self, name: str) -> str | None:
        documents = self._client.replica.documents.values()
        return next((document.id for document in documents if document.file == name), None)

    def _place(self, given: str) -> tuple[Path, str]:
        """The real path of a file in the folder, and its name in the session.

        Raises:
            RpcError: if it is outside, or private.
        """
        try:
            path = Path(os.path.realpath(self._folder / given))
            name = path.relative_to(self._folder).as_posix()
        except (OSError, ValueError):
            raise RpcError(INVALID, "path: must be in the folder of the agent") from None
        plain = Path(os.path.normpath(self._folder / given))
        names = {name}
        if plain.is_relative_to(self._folder):
            names.add(plain.relative_to(self._folder).as_posix())
        if not given or name == ".":
            raise RpcError(INVALID, "path: must name a file")
        if any(self._cleaner.is_private_path(each) for each in names):
            raise RpcError(INVALID, "path: this file is private")
        return path, name


def _write(path: Path, data: bytes) -> None:
    """Write a regular file whole: what another reads meanwhile is the one or the other."""
    with suppress(FileNotFoundError):
        if not stat.S_ISREG(path.lstat().st_mode):
            raise ValueError("it is not a regular file")
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.{os.getpid()}.peerline")
    try:
        with beside.open("xb") as file:
            file.write(data)
        with suppress(FileNotFoundError):
            beside.chmod(stat.S_IMODE(path.stat().st_mode))
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)


def _first_line(delta: Delta, after: str) -> int:
    """The line where a change begins, in the text after it; the last one if nothing changes."""
    first = delta[0] if delta else len(after)
    return after.count("\n", 0, first if isinstance(first, int) and first > 0 else 0) + 1


def _reason(error: Exception) -> str:
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return "it is no UTF-8 text" if isinstance(error, UnicodeDecodeError) else str(error) or "late"
