"""The promises of every bus."""

from collections.abc import Callable
from typing import Protocol

from peerline.protocol.events import DurableMessage

EventHandler = Callable[[DurableMessage], None]


class Bus(Protocol):
    """Carries committed events to every node that has the session, the own one included."""

    def subscribe(self, handler: EventHandler) -> None:
        """Have `handler` called with every event, in order per session."""
        ...

    def publish(self, event: DurableMessage) -> None:
        """Hand on a committed event."""
        ...
