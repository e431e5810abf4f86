"""The messages of an agent, in order and at its rates: the newest state, and events that wait."""

import asyncio
import logging
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Final, TypeAlias
from uuid import uuid4

from peerline.agent.activity import AgentEvent, Cursor, Emission, FileEvent
from peerline.agent.room import Room, RoomRefused, RoomUnavailable
from peerline.agent.sharing import shared_event, shared_update
from peerline.tasks import Tasks

Json: TypeAlias = dict[str, Any]

UPDATE_SECONDS: Final = 0.1
"""The least time between two states."""
EVENTS_PER_MINUTE: Final = 200
"""Below the server's 240, so that it never refuses one."""
MAX_WAITING: Final = 2_000
"""Events that wait for the server; of more the oldest are dropped."""
_log = logging.getLogger("peerline.agent")


class Sender:
    """Sends to the room in two tasks, until it is closed."""

    def __init__(
        self,
        room: Room,
        share: frozenset[str],
        state: Callable[[], Json],
        clean: Callable[..., Any],
    ) -> None:
        self._room = room
        self._share = share
        self._state = state
        self._clean = clean
        self._events: deque[tuple[Emission, str]] = deque()
        self._changed = asyncio.Event()
        self._waiting = asyncio.Event()
        self._empty = asyncio.Event()
        self._empty.set()
        self._sent_at: deque[float] = deque(maxlen=EVENTS_PER_MINUTE)
        self._tasks = Tasks()
        self.is_muted = False
        self.dropped = 0

    def start(self) -> None:
        """Begin to send."""
        self._tasks.keep(self._send_states, "send states")
        self._tasks.keep(self._send_events, "send events")

    async def close(self) -> None:
        """Stop; what waits is lost."""
        await self._tasks.close()

    async def drain(self, seconds: float) -> None:
        """Wait until what waits has been sent, but not for long."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._empty.wait(), seconds)

    @property
    def waiting(self) -> int:
        """The number of events that have not been sent."""
        return len(self._events)

    def changed(self) -> None:
        """The state is another one."""
        self._changed.set()

    def add(self, emissions: list[Emission]) -> None:
        """Send these in order."""
        for emission in emissions:
            if self.is_muted:
                continue
            if isinstance(emission, Cursor):
                if "files" in self._share:
                    self._room.cursor(emission.file, emission.line)
                continue
            if len(self._events) >= MAX_WAITING:
                self._events.popleft()
                self.dropped += 1
            self._events.append((emission, uuid4().hex))
            self._empty.clear()
        self._waiting.set()

    def mute(self, *, is_muted: bool) -> None:
        """Send nothing from now on, or again."""
        self.is_muted = is_muted
        if is_muted:
            self._events.clear()
        self._changed.set()

    async def _send_states(self) -> None:
        last: Json | None = None
        while True:
            await self._changed.wait()
            self._changed.clear()
            state: Json = {"state": "idle"} if self.is_muted else self._state()
            found = shared_update(self._clean(state), self._share)
            if found is None or found == last:
                continue
            try:
                await self._room.update(found)
                last = found
            except RoomRefused as error:
                _log.warning("a state was refused: %s", error)
            except RoomUnavailable as error:
                await asyncio.sleep(error.seconds)
                self._changed.set()
                continue
            await asyncio.sleep(UPDATE_SECONDS)

    async def _send_events(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            await self._waiting.wait()
            if not self._events:
                self._waiting.clear()
                self._empty.set()
                continue
            if len(self._sent_at) == EVENTS_PER_MINUTE and self._sent_at[0] > loop.time() - 60:
                await asyncio.sleep(self._sent_at[0] + 60 - loop.time())
            waiting = self._events[0]
            try:
                await self._send(*waiting)
            except RoomRefused as error:
                _log.warning("an event was refused: %s", error)
            except RoomUnavailable as error:
                await asyncio.sleep(error.seconds)
                continue
            self._sent_at.append(loop.time())
            if self._events and self._events[0] is waiting:
                self._events.popleft()

    async def _send(self, emission: Emission, request_id: str) -> None:
        if isinstance(emission, AgentEvent):
            data = shared_event(emission.data, self._share, is_of_terminal=emission.is_of_terminal)
            if data is not None:
                await self._room.event(self._clean(data), request_id)
        elif isinstance(emission, FileEvent) and "files" in self._share:
            await self._room.file_event(self._clean(emission.data), request_id)
