"""The promises of every cluster: one owner for each session, whose fence the store checks.

The contract tests in tests/contract hold every implementation to it.
"""

from collections.abc import Callable, Sequence
from typing import Protocol

from peerline_server.cluster.places import Elsewhere, Found, Place


class Cluster(Protocol):
    """The nodes that share a database. Every method raises StoreError if that does not work."""

    @property
    def node_id(self) -> str:
        """This node's id, new at each start; empty if there are no others."""
        ...

    @property
    def is_cut_off(self) -> bool:
        """Whether this node could not renew its lease for the length of it."""
        ...

    @property
    def lease_seconds_left(self) -> float:
        """The seconds until the lease of this node ends."""
        ...

    @property
    def is_draining(self) -> bool:
        """Whether this node is about to let go of its sessions."""
        ...

    async def open(self, secret: bytes, server_id: str) -> str:
        """Connect; the id that all nodes tell clients, this node's if it is the first.

        Raises:
            StoreError: if the other nodes have another secret.
        """
        ...

    async def start(
        self,
        address: str,
        on_lost: Callable[[str], None],
        on_letters: Callable[[], None],
        loaded: Callable[[], Sequence[str]],
    ) -> None:
        """Be a node that the others reach at `address`.

        `on_lost` is called with the id of each session that another node has taken over,
        `on_letters` when revocations are to be looked for. `loaded` tells the ids of those that
        are served here.

        Raises:
            StoreError: with a text for the user if that is not possible.
        """
        ...

    def rung(self) -> None:
        """Look for letters at once: another node says that there are some."""
        ...

    async def place(self, session_id: str) -> Place | None:
        """The place of a session, claimed if it is free; None if there is no such session."""
        ...

    async def take_over(self, session_id: str, seen: Elsewhere, found: Found) -> Place | None:
        """The place of a session after its owner was called: claimed, or who to call next."""
        ...

    async def release(self, session_id: str, fence: int) -> None:
        """Let go of a session, so that the next node claims it without a call."""
        ...

    async def begin_drain(self, loaded: Sequence[str]) -> None:
        """Claim nothing more, and tell the others that sessions here are about to be free."""
        ...

    async def stop(self) -> None:
        """End this node's lease."""
        ...
