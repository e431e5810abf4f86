"""The promises of every doorbell.

A ring says that a letter waits in the mailbox of a node, which is in the database and is looked
into once a second in any case. So a ring may get lost, or come twice, and nothing else is lost.
"""

from collections.abc import Callable
from typing import Final, Protocol

EVERYBODY: Final = "*"
"""In place of a node's id: all nodes."""

OnRing = Callable[[], None]


class Bell(Protocol):
    """Rings at other nodes. Nothing of it raises or waits for anybody."""

    def subscribe(self, node_id: str, on_ring: OnRing) -> None:
        """Have `on_ring` called when this node or everybody is rung, and when rings may be lost."""
        ...

    def ring(self, node_id: str) -> None:
        """Ring at a node, or at `EVERYBODY`."""
        ...

    async def start(self) -> None:
        """Begin to listen; it need not hear anything yet."""
        ...

    async def stop(self) -> None:
        """Hear nothing more."""
        ...
