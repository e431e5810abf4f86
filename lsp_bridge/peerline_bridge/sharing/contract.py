"""The client's side of shared documents, as far as an editor needs it."""

from collections.abc import Callable, Sequence
from typing import Protocol

from peerline.documents.delta import Delta
from peerline.protocol.documents import SharedDocument
from peerline.protocol.errors import ErrorCode
from peerline.protocol.roles import Role
from peerline.protocol.types import RelativePosition


class Opened(Protocol):
    """A shared document that is open at the server, or will be when there is a connection."""

    @property
    def state(self) -> str:
        """`opening`, `equal`, `offline` or `detached`."""
        ...

    @property
    def reason(self) -> str | None:
        """Why it is detached."""
        ...

    @property
    def code(self) -> ErrorCode | None:
        """The server's code for that."""
        ...

    @property
    def text(self) -> str:
        """The shared text."""
        ...

    @property
    def generation(self) -> str:
        """The generation of the text."""
        ...

    @property
    def can_edit(self) -> bool:
        """Whether edits of the user are taken."""
        ...

    @property
    def pending(self) -> int:
        """Own updates that the server has not confirmed."""
        ...

    def edit(self, delta: Delta, *, is_once: bool = False) -> None:
        """Make an own change; `is_once` says that its insertions need to be there once only."""
        ...

    def undo(self) -> Delta | None:
        """Take back the last own step."""
        ...

    def redo(self) -> Delta | None:
        """Make it again."""
        ...

    def saving(self) -> None:
        """Note that the editor begins to save: what is put in until then is needed once only."""
        ...

    def end_undo_step(self) -> None:
        """The next edit begins a new step."""
        ...

    def relative(self, index: int, assoc: int) -> RelativePosition:
        """A place that moves with the text."""
        ...

    def index_of(self, position: RelativePosition) -> int | None:
        """The index of such a place now; None if it is not known here."""
        ...

    def kept(self) -> bytes | None:
        """The state to keep on disk; None if the server has everything."""
        ...

    async def check(self) -> bool | None:
        """Compare the text with the server's; None if something is on its way."""
        ...

    async def ready(self) -> None:
        """Wait until its text is there."""
        ...

    def close(self) -> None:
        """Let go of it."""
        ...


class AuthorRun(Protocol):
    """A piece of text by one user."""

    @property
    def length(self) -> int:
        """In code points."""
        ...

    @property
    def user_id(self) -> str:
        """The user."""
        ...


class SessionDocuments(Protocol):
    """The shared documents of a session."""

    def list(self) -> Sequence[SharedDocument]:
        """All of them."""
        ...

    def get(self, document_id: str) -> SharedDocument | None:
        """One of them."""
        ...

    async def share(self, file: str, text: str) -> SharedDocument:
        """Share a text."""
        ...

    async def unshare(self, document_id: str) -> None:
        """End the sharing of a document."""
        ...

    async def rename(self, document_id: str, file: str) -> None:
        """Tell that the file has another name."""
        ...

    async def saved(self, document_id: str, saved_hash: str) -> None:
        """Tell that the file was saved with the text of this hash."""
        ...

    async def blame(self, document_id: str) -> Sequence[AuthorRun]:
        """The authors of the text."""
        ...

    def open(  # noqa: PLR0913 - four are callbacks
        self,
        document_id: str,
        *,
        on_change: Callable[[Delta], None],
        on_state: Callable[[Opened], None],
        on_keep: Callable[[Opened], None],
        on_discarded: Callable[[str], None],
        kept: bytes | None = None,
    ) -> Opened:
        """Open a document."""
        ...


class SessionView(Protocol):
    """The session at hand, as far as shared documents need it."""

    @property
    def is_joined(self) -> bool:
        """Whether there is a connection."""
        ...

    @property
    def role(self) -> Role | None:
        """The user's role."""
        ...

    @property
    def hosts(self) -> Sequence[str]:
        """The names of the hosts who are here."""
        ...
