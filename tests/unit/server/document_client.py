"""A client of shared documents on a raw socket: each frame is written and read here."""

import base64
import json
import unicodedata
from itertools import count
from typing import Any

from peerline.documents.delta import Delta
from peerline.documents.frames import (
    Awareness,
    DocumentMessage,
    Persisted,
    SyncStep2,
    Update,
    decode_frame,
    encode_frame,
    encode_share,
)
from peerline.documents.shared_text import SharedText
from tests.unit.server.conftest import SESSION, RawClient

_numbers = count()


class OpenText:
    """A document that is open on a socket."""

    def __init__(self, client: "DocumentClient", opened: dict[str, Any], text: SharedText) -> None:
        self.client = client
        self.opened = opened
        self.channel: int = opened["channel"]
        self.shared = text
        self.kept = 0
        """The updates that the server has acknowledged."""
        self.sent = 0
        self.awareness: list[bytes] = []

    @property
    def text(self) -> str:
        return self.shared.text

    async def edit(self, *delta: int | str) -> bytes:
        """Change the text, and send the update."""
        update = self.shared.edit(Delta(delta))
        await self.send(Update(update))
        return update

    async def send(self, message: DocumentMessage) -> None:
        if isinstance(message, Update | SyncStep2):
            self.sent += 1
        await self.client.socket.send(encode_frame(self.channel, message))

    def take(self, message: DocumentMessage) -> None:
        match message:
            case Update(update) | SyncStep2(update):
                self.shared.apply(update)
            case Persisted(kept):
                self.kept = kept
            case Awareness(states):
                self.awareness.append(states)
            case _:
                raise AssertionError(message)

    async def until_kept(self) -> None:
        """Wait until the server has acknowledged everything."""
        while self.kept < self.sent:
            await self.client.step()

    async def until(self, text: str) -> None:
        """Wait for a text."""
        while self.shared.text != text:
            await self.client.step()


class DocumentClient:
    """A joined socket that reads text and binary frames."""

    def __init__(self, raw: RawClient, session_id: str = SESSION) -> None:
        self.raw = raw
        self.socket = raw.socket
        self.session_id = session_id
        self.documents: dict[int, OpenText] = {}
        self.messages: list[dict[str, Any]] = []
        """Those that came and were not asked for."""
        self.frames: list[tuple[int, DocumentMessage]] = []
        """Binary frames on channels that are not open."""

    async def step(self) -> dict[str, Any] | None:
        """Read one frame; the message, if it is one."""
        data = await self.socket.recv()
        if isinstance(data, str):
            message = json.loads(data)
            self.messages.append(message)
            return message
        channel, message = decode_frame(data)
        document = self.documents.get(channel)
        if document is None:
            self.frames.append((channel, message))
        else:
            document.take(message)
        return None

    async def receive(self, *types: str) -> dict[str, Any]:
        """The next message of one of the types."""
        while True:
            for place, message in enumerate(self.messages):
                if message["type"] in types:
                    del self.messages[: place + 1]
                    return message
            await self.step()

    async def ask(self, kind: str, **fields: Any) -> dict[str, Any]:
        """The answer to a request."""
        request_id = f"q{next(_numbers)}"
        await self.raw.send(type=kind, session_id=self.session_id, request_id=request_id, **fields)
        return await self.answer(request_id)

    async def answer(self, request_id: str) -> dict[str, Any]:
        while True:
            for place, message in enumerate(self.messages):
                if message.get("request_id") == request_id:
                    del self.messages[place]
                    return message
            await self.step()

    async def share(self, file: str, text: str) -> dict[str, Any]:
        """Share a text that follows in a frame; the answer."""
        request_id = f"q{next(_numbers)}"
        await self.raw.send(
            type="share_document",
            session_id=self.session_id,
            request_id=request_id,
            data={"file": file},
        )
        await self.socket.send(encode_share(text.encode()))
        return await self.answer(request_id)

    async def shared(self, file: str, text: str) -> str:
        """Share a text; the document's id."""
        answer = await self.share(file, text)
        assert answer["type"] == "ack", answer
        while True:
            document = (await self.receive("document_shared"))["document"]
            if document["file"] == unicodedata.normalize("NFC", file):
                return document["id"]

    async def open(self, document_id: str, old: OpenText | None = None) -> OpenText:
        """Open a document, whole or from where another text is."""
        fields: dict[str, Any] = {}
        if old is not None:
            state = base64.b64encode(old.shared.state).decode()
            fields = {"generation": old.opened["generation"], "state": state}
        opened = await self.ask("open_document", document_id=document_id, **fields)
        assert opened["type"] == "document_opened", opened
        # The same document has the same channel each time.
        self.documents.pop(opened["channel"], None)
        text = SharedText(opened["client_id"])
        if old is not None:
            text.apply(old.shared.encode())
        document = OpenText(self, opened, text)
        while True:
            found = [m for channel, m in self.frames if channel == document.channel]
            if found:
                break
            await self.step()
        self.frames = [f for f in self.frames if f[0] != document.channel]
        self.documents[document.channel] = document
        for message in found:
            document.take(message)
        return document
