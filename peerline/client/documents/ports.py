"""The edges of an opened document: its state, the calls to its user, and its connection. Pure."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from peerline.client.callbacks import ignore
from peerline.documents.delta import Delta
from peerline.documents.frames import DocumentMessage


class DocumentStatus(StrEnum):
    """The state of an opened document."""

    OPENING = "opening"
    """Its text is not there yet."""
    EQUAL = "equal"
    """It follows the server's text."""
    OFFLINE = "offline"
    """There is no connection; edits are kept and sent later."""
    DETACHED = "detached"
    """It follows nothing any longer; the text stays as it is."""


class Link(Protocol):
    """The connection of a document."""

    def ask(self, document_id: str, generation: str | None, state: bytes | None) -> str:
        """Send `open_document`; the id that its answer has."""
        ...

    def send(self, channel: int, message: DocumentMessage) -> None:
        """Send a frame."""
        ...

    def close(self, document_id: str) -> None:
        """Send `close_document`."""
        ...

    def now(self) -> float:
        """Seconds."""
        ...

    def wake(self) -> None:
        """Note that `due` has changed."""
        ...


@dataclass(frozen=True, slots=True)
class DocumentCallbacks:
    """The calls from an opened document to its user.

    Attributes:
        on_change: Gets the changes by others, as deltas in code points.
        on_state: Called when the state, its reason, the generation or `can_edit` has changed.
        on_keep: Called when what `kept` returns has changed.
        on_discarded: Gets the text as it was when own edits could not be kept in the shared text.
    """

    on_change: Callable[[Delta], None] = ignore
    on_state: Callable[[], None] = ignore
    on_keep: Callable[[], None] = ignore
    on_discarded: Callable[[str], None] = ignore
