"""The bus of a single node: calls the handlers at once."""

from peerline.protocol.events import DurableMessage
from peerline_server.bus.base import EventHandler


class MemoryBus:
    """Implements `peerline_server.bus.base.Bus` within one process."""

    def __init__(self) -> None:
        self._handlers: list[EventHandler] = []

    def subscribe(self, handler: EventHandler) -> None:
        """Have `handler` called with every event."""
        self._handlers.append(handler)

    def publish(self, event: DurableMessage) -> None:
        """Call every handler with the event."""
        for handler in self._handlers:
            handler(event)
