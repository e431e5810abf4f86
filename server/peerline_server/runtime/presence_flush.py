"""When presence is flushed, and what of it each connection gets. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from peerline.protocol.agents import AgentActivity, AgentUpdated
from peerline.protocol.messages import encode_message
from peerline_server.transport.base import SharedFrame

LIGHT_DELIVERIES_PER_SECOND = 2_000.0
"""Up to here on a whole node, sending every state at once costs next to nothing."""
HEAVY_DELIVERIES_PER_SECOND = 500_000.0
"""From here on in one session, the interval grows with the load."""
_WINDOW_SECONDS = 0.5


@dataclass(slots=True)
class LoadMeter:
    """How many deliveries a second were asked for lately, smoothed over half a second."""

    per_second: float = 0.0
    _count: int = 0
    _since: float = 0.0

    def add(self, deliveries: int, now: float) -> None:
        """Count `deliveries` at the monotonic time `now` (seconds)."""
        self._roll(now)
        self._count += deliveries

    def rate(self, now: float) -> float:
        """Deliveries a second at the monotonic time `now`."""
        self._roll(now)
        # A burst counts before its window ends, so that the first flush of many is not late.
        return max(self.per_second, self._count / _WINDOW_SECONDS)

    def _roll(self, now: float) -> None:
        elapsed = now - self._since
        if elapsed >= _WINDOW_SECONDS:
            self.per_second = self._count / elapsed
            self._count = 0
            self._since = now


@dataclass(frozen=True, slots=True)
class FlushIntervals:
    """The three intervals between flushes in seconds, by load."""

    light: float
    ordinary: float
    heaviest: float

    def choose(self, session_rate: float, node_rate: float) -> float:
        """The interval for a session, from deliveries a second of the session and of the node."""
        if node_rate <= LIGHT_DELIVERIES_PER_SECOND:
            return self.light
        grown = self.ordinary * session_rate / HEAVY_DELIVERIES_PER_SECOND
        return max(self.ordinary, min(grown, self.heaviest))


class FlushPlan:
    """When presence is flushed on this node, by its load."""

    def __init__(self, intervals: FlushIntervals) -> None:
        self._intervals = intervals
        self.load = LoadMeter()
        """The deliveries of all sessions."""

    def interval(self, session_rate: float, now: float) -> float:
        """The seconds until a session's next flush, from its deliveries a second."""
        return self._intervals.choose(session_rate, self.load.rate(now))


def activity_frame(session_id: str, user_id: str, activity: AgentActivity) -> SharedFrame:
    """The frame of what an agent does."""
    message = AgentUpdated(session_id=session_id, user_id=user_id, data=activity)
    return SharedFrame(encode_message(message))


class PresenceBatch:
    """The frames of one flush, joined once; each user's connections get them without their own."""

    def __init__(self, frames: Sequence[tuple[str, SharedFrame]]) -> None:
        self._frames = frames
        self._plain = _Joined([(user_id, frame.plain) for user_id, frame in frames])
        self._deflated: _Joined | None = None

    def for_user(self, user_id: str, *, deflates: bool = False) -> bytes:
        """All frames but those about the user."""
        if not deflates:
            return self._plain.without(user_id)
        if self._deflated is None:
            self._deflated = _Joined(
                [(user_id, frame.bytes_for(deflates=True)) for user_id, frame in self._frames]
            )
        return self._deflated.without(user_id)


class _Joined:
    def __init__(self, frames: Sequence[tuple[str, bytes]]) -> None:
        self._joined = b"".join([frame for _, frame in frames])
        self._slices: dict[str, tuple[int, int]] = {}
        position = 0
        for user_id, frame in frames:
            self._slices[user_id] = (position, position + len(frame))
            position += len(frame)

    def without(self, user_id: str) -> bytes:
        own = self._slices.get(user_id)
        if own is None:
            return self._joined
        return self._joined[: own[0]] + self._joined[own[1] :]
