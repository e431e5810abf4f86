"""The chat for clients without a plugin: a document to open, and a file to write in."""

import asyncio
import os
from collections.abc import Awaitable, Callable
from typing import Final

from peerline.liveness import is_alive
from peerline.tasks import Tasks
from peerline.user_folders import NoHomeError
from peerline_bridge.plain.chat_files import ChatFiles, ChatFilesError
from peerline_bridge.plain.model import PlainModel
from peerline_bridge.plain.refresher import Refresher
from peerline_bridge.plain.requests import ClientRequests
from peerline_bridge.plain.text import chat_text
from peerline_bridge.unsent.storage import state_dir

SCHEME: Final = "peerline"
"""Of the URI of the chat where the client takes texts from the server."""
POLL_SECONDS: Final = 0.25
"""Between looks at message.txt. Two that see the same are needed to read it."""

Send = Callable[[str], Awaitable[None]]
"""Sends to the chat. Raises whatever refuses it, with the reason as its text."""


class ChatDocument:
    """Keeps the chat's document of the session that is joined."""

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop,
        model: PlainModel,
        requests: ClientRequests,
        send: Send,
    ) -> None:
        self._loop = loop
        self._model = model
        self._requests = requests
        self._send = send
        self._refresher = Refresher(loop, self._refresh)
        self._tasks = Tasks()
        self._watcher: asyncio.Task[None] | None = None
        self._session = ""
        self.files: ChatFiles | None = None

    def begin(self, session_id: str) -> None:
        """A session was joined: its files are there from now on."""
        if session_id == self._session:
            return
        self.end()
        self._session = session_id
        try:
            base = state_dir() / "chat"
            self.files = ChatFiles.claim(base, session_id, os.getpid(), is_alive)
        except (ChatFilesError, NoHomeError) as error:
            self._requests.show_error(f"No chat files: {error}")
            return
        files = self.files
        self._watcher = self._tasks.keep(lambda: self._watch(files), "watching message.txt")
        self._refresher.mark()

    def end(self) -> None:
        """The session was left: the chat leaves the disk."""
        self._session = ""
        if self._watcher is not None:
            self._watcher.cancel()
            self._watcher = None
        if self.files is not None:
            self.files.close()
            self.files = None

    def close(self) -> None:
        """The editor ends."""
        self._refresher.close()
        self.end()

    def changed(self) -> None:
        """Something was said, or somebody came or went."""
        if self._session:
            self._refresher.mark()

    @property
    def uri(self) -> str | None:
        """The document to read the chat in."""
        if self._requests.features.text_content and self._session:
            return f"{SCHEME}:/{self._session}/chat.txt"
        return None if self.files is None else self.files.chat.as_uri()

    def owns(self, uri: str) -> bool:
        """Whether a document is part of the chat: to be in it is to be at no other place."""
        files = self.files
        mine = () if files is None else (files.chat.as_uri(), files.message.as_uri())
        return uri.startswith(f"{SCHEME}:") or uri in mine

    def text(self) -> str:
        """The chat as it is shown."""
        files = self.files
        how = "" if files is None else f"To write: put your text into {files.message} and save it."
        return chat_text(self._model, how)

    def write(self) -> None:
        """Bring chat.txt up to date, as before it is opened."""
        if self.files is not None:
            self.files.write_chat(self.text())

    async def _refresh(self) -> None:
        self.write()
        uri = self.uri
        if uri is not None:
            await self._requests.refresh_text(uri)

    async def _watch(self, files: ChatFiles) -> None:
        while True:
            await asyncio.sleep(POLL_SECONDS)
            try:
                text = files.poll_message()
                if text is not None:
                    await self._send(text)
                    files.message_sent()
            except Exception as error:  # noqa: BLE001 - whatever it is, the user shall know of it
                self._requests.show_error(f"Not sent: {error}")
