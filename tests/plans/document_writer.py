"""A person in a plan who writes in a shared document, through `peerline.client`."""

from collections import Counter
from collections.abc import Iterator
from typing import Final

from peerline.client import (
    Client,
    ClientError,
    Credentials,
    DocumentStatus,
    LinkState,
    NotConnected,
    OpenedDocument,
    RequestRefused,
    Timing,
)
from peerline.documents.delta import Delta, apply, replacement
from peerline.protocol.errors import ErrorCode
from peerline.protocol.links import SessionLink

_TIMING: Final = Timing(request=60.0, backoff_base=0.02, backoff_cap=0.3, leave=5.0)
PASTED: Final = 400


class Ledger:
    """Every character that anybody writes is another one: so what is lost or doubled is found."""

    def __init__(self, seed: str) -> None:
        self.written = set(seed)
        self.excused: set[str] = set()
        """Characters that were deleted, or handed back to their author."""
        self._new = self._characters()

    @staticmethod
    def _characters() -> Iterator[str]:
        for number in range(20_000):
            # Of one code unit of UTF-16, of two, and a line end now and then is no matter.
            yield chr(0x4E00 + number)
            yield chr(0x20000 + number)

    def write(self, count: int) -> str:
        """Characters that nobody wrote before."""
        new = "".join(next(self._new) for _ in range(count))
        self.written.update(new)
        return new

    def problems(self, text: str) -> list[str]:
        """Characters that are lost or doubled in a text."""
        counts = Counter(text)
        lost = self.written - self.excused - set(counts)
        doubled = {one for one, count in counts.items() if count > 1 and one not in self.excused}
        unknown = set(counts) - self.written
        return [
            f"{len(found)} characters are {what}: {sorted(found)[:5]}"
            for what, found in (("lost", lost), ("doubled", doubled), ("unknown", unknown))
            if found
        ]


class Writer:
    """One program of a user, with an editor that makes every change that it is told of."""

    def __init__(
        self, user_id: str, link: SessionLink, credentials: Credentials, ledger: Ledger
    ) -> None:
        self.user_id = user_id
        self.editor: str | None = None
        self.problems: list[str] = []
        self.document_id = ""
        self.kept: bytes | None = None
        self._link = link
        self._credentials = credentials
        self._ledger = ledger
        self._opened: OpenedDocument | None = None
        self.client = self._new_client()

    @property
    def document(self) -> OpenedDocument:
        assert self._opened is not None, "a plan begins with an open document"
        return self._opened

    @property
    def can_write(self) -> bool:
        return (
            self.editor is not None
            and self.document.can_edit
            and self.document.state in {DocumentStatus.EQUAL, DocumentStatus.OFFLINE}
        )

    def open(self, document_id: str) -> None:
        """Open the document, with what was kept when the program was killed."""
        self.document_id = document_id
        self.editor = None
        self._opened = self.client.documents.open(
            document_id,
            on_change=self._change,
            on_state=self._state,
            on_keep=self._keep,
            on_discarded=self._discard,
            kept=self.kept,
        )
        if self.kept is not None:
            self.editor = self._opened.text

    def type(self, number: int, count: int) -> None:
        at = number % (len(self._text) + 1)
        self._edit(replacement(at, 0, self._ledger.write(count)))

    def delete(self, number: int) -> None:
        at = number % (len(self._text) + 1)
        self._edit(replacement(at, len(self._text[at : at + 1 + number % 7]), ""))

    def replace(self, number: int) -> None:
        """Other text at several places at once, as a formatter does."""
        steps: list[int | str] = []
        left = len(self._text)
        while left > 3 and len(steps) < 12:
            steps += [1 + number % 3, self._ledger.write(1), -1]
            left -= 2 + number % 3
        self._edit(tuple(steps))

    def undo(self, *, redo: bool = False) -> None:
        before = self._text
        delta = self.document.redo() if redo else self.document.undo()
        if delta is not None:
            self._excuse(before, delta)
            self.editor = apply(before, delta)

    async def kill(self) -> None:
        """The program is killed and started again; what it had kept is all that it has."""
        kept = self.kept
        drop(self.client)
        await self.client.close()
        self.client = self._new_client()
        self.kept = kept
        self.open(self.document_id)

    def reopen(self) -> None:
        """Close the document and open it again, unless something waits to be sent."""
        if not self.document.pending:
            self.document.close()
            self.kept = None
            self.open(self.document_id)

    async def check(self, *, is_quiet: bool = False) -> None:
        """Compare with the server; only when all is quiet a difference is a fault."""
        if await self.document.check() is False and is_quiet:
            self.problems.append(f"{self.user_id}: the server has another text")

    async def saved(self) -> None:
        try:
            await self.client.documents.saved(self.document_id, f"sha256:{'0' * 64}")
        except NotConnected:
            pass  # the program was killed meanwhile
        except RequestRefused as refused:
            if refused.code is not ErrorCode.PERMISSION_DENIED:  # a viewer has nothing to save
                self.problems.append(f"{self.user_id}: saved: {refused}")
        except ClientError as error:
            self.problems.append(f"{self.user_id}: saved: {error}")

    def unquiet(self) -> list[str]:
        """The reasons why this program is not quiet yet."""
        document = self.document
        if self.client.state is not LinkState.JOINED:
            return [f"{self.user_id} is {self.client.state}"]
        if document.state is not DocumentStatus.EQUAL:
            return [f"{self.user_id} has the document {document.state}: {document.reason}"]
        if document.pending:
            return [f"{self.user_id} waits for {document.pending} acknowledgements"]
        return []

    @property
    def _text(self) -> str:
        assert self.editor is not None, "only a text that is there is edited"
        return self.editor

    def _edit(self, delta: Delta) -> None:
        self._excuse(self._text, delta)
        self.document.edit(delta)
        self.editor = apply(self._text, delta)
        self._compare()

    def _excuse(self, text: str, delta: Delta) -> None:
        at = 0
        for operation in delta:
            if isinstance(operation, int):
                if operation < 0:
                    self._ledger.excused.update(text[at : at - operation])
                at += abs(operation)

    def _change(self, delta: Delta) -> None:
        self.editor = apply(self._text, delta)
        self._compare()

    def _compare(self) -> None:
        if self.editor != self.document.text:
            self.problems.append(f"{self.user_id}: the editor has another text than the document")

    def _state(self, document: OpenedDocument) -> None:
        if self.editor is None and document.state is DocumentStatus.EQUAL:
            self.editor = document.text

    def _keep(self, document: OpenedDocument) -> None:
        self.kept = document.kept()

    def _discard(self, text: str) -> None:
        self._ledger.excused.update(text)

    def _new_client(self) -> Client:
        client = Client(self._link, self._credentials, timing=_TIMING)
        client.start()
        return client


def drop(client: Client) -> None:
    """Break the client's connection, as a network does: it comes back on its own."""
    socket = client._socket  # pyright: ignore[reportPrivateUsage] - nobody else can
    if socket is not None:
        socket.transport.abort()
