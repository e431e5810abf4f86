"""Folders that are offered to the session: other people's, and one's own."""

import asyncio
import logging
from collections.abc import Sequence
from contextlib import suppress
from typing import Final, Protocol, TypeAlias

from peerline.client.errors import ClientError, DocumentError
from peerline.client.replica import Replica
from peerline.logs import describe
from peerline.protocol.base import Ack
from peerline.protocol.client_defaults import EVENT_SECONDS
from peerline.protocol.documents import SharedDocument
from peerline.protocol.messages import Answer, ClientMessage, ServerMessage
from peerline.protocol.offers import (
    FileOffer,
    FileOpened,
    FileWanted,
    GetTree,
    GiveFile,
    GiveTree,
    OfferData,
    OfferFiles,
    OpenFile,
    RefusalReason,
    RefuseFile,
    Tree,
    TreeEntry,
    TreeWanted,
    WithdrawFiles,
)
from peerline.tasks import Tasks

_log = logging.getLogger("peerline.client")
MAX_ANSWERS: Final = 200
"""Questions that are answered at the same time; more are refused at once."""
TreePage: TypeAlias = tuple[list[TreeEntry], str | None]
"""Entries of a folder, and the name to go on after, if there are more."""


class OfferedFiles(Protocol):
    """The files of a folder that this client offers."""

    async def page(self, folder: str, after: str | None) -> TreePage | RefusalReason:
        """The entries of a folder after a name.

        The root is the empty text. At most 500 entries (`limits.MAX_TREE_PAGE`).
        """
        ...

    async def share(self, file: str) -> str | RefusalReason:
        """Share a file that somebody wants to open; the id of its document."""
        ...


class Requests(Protocol):
    """The client that sends requests."""

    async def send(self, message: ClientMessage) -> Ack | Answer:
        """Send what may have an answer of its own or not, and wait for either."""
        ...


class Offers:
    """The offers of a session; `Client.offers`."""

    def __init__(self, session_id: str, client: Requests, replica: Replica) -> None:
        self._session_id = session_id
        self._client = client
        self._replica = replica
        self._files: OfferedFiles | None = None
        self._data: OfferData | None = None
        self._tasks = Tasks()
        self._changed = asyncio.Event()

    def list(self) -> Sequence[FileOffer]:
        """The folders that are offered, one's own among them; the oldest offer first."""
        return self._replica.offers

    async def tree(
        self, path: str = "", *, after: str | None = None, user_id: str | None = None
    ) -> Tree:
        """A page of a folder of what is offered.

        Args:
            path: The folder; empty for the root.
            after: `next` of the page before.
            user_id: The user whose offer is meant; else that of a host, or the oldest.

        Raises:
            RequestRefused: With DOCUMENT_NOT_FOUND there is no such folder; with SERVER_BUSY the
                editor that offers it did not answer.
            ClientError: as `Client.request`.
        """
        message = GetTree(session_id=self._session_id, path=path, after=after, user_id=user_id)
        answer = await self._client.send(message)
        assert isinstance(answer, Tree), "as the protocol has it"
        return answer

    async def open(self, file: str, *, user_id: str | None = None) -> SharedDocument:
        """Have an offered file shared, if it is not yet; the document to open.

        Args:
            file: Its path in the session.
            user_id: The user whose offer is meant; else that of a host, or the oldest.

        Raises:
            RequestRefused: With DOCUMENT_NOT_FOUND there is no such file; with SERVER_BUSY the
                editor that offers it did not answer.
            ClientError: as `Client.request`.
        """
        message = OpenFile(session_id=self._session_id, file=file, user_id=user_id)
        answer = await self._client.send(message)
        assert isinstance(answer, FileOpened), "as the protocol has it"
        # The event of the sharing is on its way, or has come before.
        with suppress(TimeoutError):
            async with asyncio.timeout(EVENT_SECONDS):
                while answer.document_id not in self._replica.documents:
                    self._changed.clear()
                    await self._changed.wait()
        shared = self._replica.documents.get(answer.document_id)
        if shared is None:
            raise DocumentError("the file is no longer shared")
        return shared

    async def offer(self, files: OfferedFiles, data: OfferData) -> None:
        """Offer a folder, or tell that its files have changed.

        It is offered again after each reconnect, until `withdraw` or the end of the client.

        Args:
            files: Gives the tree, and shares files when others open them.
            data: The name of the folder, and the number and version of its files.

        Raises:
            ClientError: as `Client.request`.
        """
        before = self._files, self._data
        self._files, self._data = files, data
        try:
            await self._client.send(OfferFiles(session_id=self._session_id, data=data))
        except ClientError:
            if self._data is data:
                self._files, self._data = before
            raise

    async def withdraw(self) -> None:
        """Offer nothing any longer; documents that are shared stay so.

        Raises:
            ClientError: as `Client.request`.
        """
        self._files = self._data = None
        await self._client.send(WithdrawFiles(session_id=self._session_id))

    # For the client

    def joined(self) -> None:
        """There is a connection: offer again what was offered by the one before."""
        self._changed.set()
        if self._data is not None:
            offer = OfferFiles(session_id=self._session_id, data=self._data)
            self._tasks.spawn(self._tell(offer), "offering files again")

    def applied(self) -> None:
        """The replica has changed."""
        self._changed.set()

    def receive(self, message: ServerMessage) -> bool:
        """Take a message; whether it was a question about offered files."""
        if not isinstance(message, TreeWanted | FileWanted):
            return False

        def refuse(_error: BaseException | None = None) -> None:
            refusal = RefuseFile(
                session_id=self._session_id, id=message.id, reason=RefusalReason.UNAVAILABLE
            )
            self._tasks.spawn(self._tell(refusal), "refusing a question")

        if len(self._tasks) >= MAX_ANSWERS:
            _log.warning("questions about offered files come faster than they are answered")
            refuse()
        else:
            self._tasks.spawn(self._answer(message), "answering about offered files", refuse)
        return True

    async def close(self) -> None:
        """Answer nothing any longer."""
        self._files = self._data = None
        await self._tasks.close()

    async def _answer(self, wanted: TreeWanted | FileWanted) -> None:
        found = await self._found(wanted)
        session_id = self._session_id
        if isinstance(found, RefusalReason):
            await self._tell(RefuseFile(session_id=session_id, id=wanted.id, reason=found))
        elif isinstance(found, str):
            await self._tell(GiveFile(session_id=session_id, id=wanted.id, document_id=found))
        else:
            entries, more = found
            await self._tell(
                GiveTree(session_id=session_id, id=wanted.id, entries=entries, next=more)
            )

    async def _found(self, wanted: TreeWanted | FileWanted) -> TreePage | str | RefusalReason:
        files = self._files
        if files is None:
            return RefusalReason.NOT_FOUND
        if isinstance(wanted, TreeWanted):
            return await files.page(wanted.path, wanted.after)
        return await files.share(wanted.file)

    async def _tell(self, message: ClientMessage) -> None:
        try:
            await self._client.send(message)
        except ClientError as error:
            _log.info("%s was not taken: %s", message.type, describe(error))
