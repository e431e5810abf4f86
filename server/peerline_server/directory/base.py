"""The promises of every directory, and its entries.

What it says is for people to look at: it may be some seconds old, and nothing is decided by it.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Final, Protocol

from pydantic import BaseModel, ConfigDict

SESSION_SECONDS: Final = 15
"""The life of an entry that is not written again: its node is gone."""
NODE_SECONDS: Final = 6

_CONFIG: Final = ConfigDict(frozen=True, hide_input_in_errors=True)


class PersonEntry(BaseModel):
    """A participant who is in a session now."""

    model_config = _CONFIG
    user_id: str
    username: str
    role: str
    status: str


class SessionEntry(BaseModel):
    """A session in use; `fence` grows with each change of its owner."""

    model_config = _CONFIG
    title: str
    node_id: str
    fence: int = 0
    since: datetime
    people: tuple[PersonEntry, ...] = ()


class NodeEntry(BaseModel):
    """A node; `has_database` is whether it reaches its own."""

    model_config = _CONFIG
    node_id: str
    address: str
    version: str
    connections: int
    sessions: int
    has_database: bool


class DirectoryError(Exception):
    """The directory cannot be asked; the text says why, without a secret."""


class Directory(Protocol):
    """The people in each session, and the nodes. Every method may raise DirectoryError."""

    async def put(self, entries: Mapping[str, SessionEntry], node: NodeEntry | None = None) -> None:
        """Write entries of sessions, and of the node, for a while.

        One of a newer fence stays as it is.
        """
        ...

    async def remove(self, fences: Mapping[str, int]) -> None:
        """Remove the entries of sessions, unless a newer owner has written them."""
        ...

    async def get_many(self, session_ids: Iterable[str]) -> dict[str, SessionEntry]:
        """The entries of these sessions, of those that are in use."""
        ...

    async def nodes(self) -> Sequence[NodeEntry]:
        """The nodes that live, in the order of their addresses."""
        ...

    async def close(self) -> None:
        """Disconnect."""
        ...
