"""The loop, clock, metrics and tasks that the parts of a running server share."""

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from peerline.tasks import Tasks
from peerline_server.metrics import Metrics


def _utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Context:
    """One for each server. It holds no other part of the server."""

    loop: asyncio.AbstractEventLoop
    metrics: Metrics
    now: Callable[[], datetime] = _utc_now
    """The time of day."""
    tasks: Tasks = field(default_factory=Tasks)
    stopping: asyncio.Event = field(default_factory=asyncio.Event)
    """Set when the server begins to stop: nothing new is begun."""
    draining: asyncio.Event = field(default_factory=asyncio.Event)
    """Set when it hands its sessions over: who is gone has the next owner's grace to come back."""

    @property
    def is_stopping(self) -> bool:
        """Whether the server is about to end."""
        return self.stopping.is_set()

    def spawn(self, work: Coroutine[Any, Any, None], name: str) -> None:
        """Own a task until it ends; its error is logged."""
        self.tasks.spawn(work, name)
