"""The latest events of a session, for connections that resume."""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from peerline.protocol.messages import encode_message
from peerline_server.core.session import Session
from peerline_server.core.visibility import public_view
from peerline_server.store.base import Store
from peerline_server.transport.base import SharedFrame

MAX_REPLAY_BYTES: Final = 4 * 1024 * 1024
"""Of the missed events together; a client that missed more gets a snapshot."""


@dataclass(frozen=True, slots=True)
class Missed:
    """The frames after a resume point, in order."""

    frames: Sequence[SharedFrame]


class Replay:
    """Holds the newest frames in memory, and reads older ones from the store."""

    def __init__(self, session: Session, store: Store, max_events: int) -> None:
        """A resume that missed more than `max_events` gets a snapshot instead."""
        self._session = session
        self._store = store
        self._max_events = max_events
        self._recent: deque[tuple[int, SharedFrame]] = deque(maxlen=max_events)

    def add(self, seq: int, frame: SharedFrame) -> None:
        """Keep the frame of a new event."""
        self._recent.append((seq, frame))

    def forget(self) -> None:
        """Read all events from the store again: some have changed."""
        self._recent.clear()

    async def missed_since(self, seq: int) -> Missed | None:
        """The frames after `seq` that memory no longer holds; None if there are too many.

        Events that come while this waits are in memory: `frames_since` joins both without a gap.

        Raises:
            StoreError: if the store cannot be read.
        """
        head = self._session.seq
        if seq > head or head - seq > self._max_events:
            return None
        first_held = self._recent[0][0] if self._recent else head + 1
        if seq + 1 >= first_held:
            return Missed(())
        events = await self._store.events_since(self._session.id, seq, limit=first_held - 1 - seq)
        return Missed([SharedFrame(encode_message(public_view(event))) for event in events])

    def frames_since(self, seq: int, missed: Missed) -> list[SharedFrame] | None:
        """The frames after `seq` up to now; None if they are not complete, or too long."""
        after = seq + len(missed.frames)
        held = [frame for number, frame in self._recent if number > after]
        if after + len(held) != self._session.seq:
            return None
        frames = [*missed.frames, *held]
        if sum(len(frame.plain) for frame in frames) > MAX_REPLAY_BYTES:
            return None
        return frames
