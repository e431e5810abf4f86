"""How much of one socket's input is worked off at once, and which sockets are heavy. Pure.

A socket gets a slice of a turn of the event loop: a number of frames, of bytes (compressed ones
count inflated), and a time. What is left waits behind the other sockets. Its share of the server's
time is kept, too: a socket that has used it up is heavy, and waits behind them from the start,
until it has been quiet for a while. All that wait behind have one budget together, however many
they are.
"""

from typing import Final

from peerline_server.limits.token_bucket import TokenBucket

SLICE_FRAMES: Final = 64
"""Frames of one socket that are read in one turn."""
SLICE_BYTES: Final = 64 * 1024
"""Bytes after which no more frames of one socket are read in one turn."""
SLICE_SECONDS: Final = 0.002
"""Time after which no more frames of one socket are read in one turn."""
TURN_SECONDS: Final = 0.004
"""Time for the sockets that have work left, all of them, in one turn."""
REST: Final = 3.0
"""Times as long as those that wait behind were served, the server then rests from them."""
BEHIND_BURST_SECONDS: Final = 0.02
"""Time for which they are served without a rest, if there were none for a while."""
SHARE: Final = 0.05
"""The part of the server's time that one socket may use without being heavy."""
SHARE_BURST_SECONDS: Final = 0.005
"""Time that a socket that was quiet may use at once without being heavy."""
QUIET_SECONDS: Final = 1.0
"""A heavy socket of which nothing came for this time is light again."""
ANSWERED_PINGS: Final = 16
"""Of the pings in one slice the newest are answered (RFC 6455, section 5.5.3)."""
SMALL_FRAME_BYTES: Final = 16
"""No message of the protocol is shorter: a smaller frame brings nothing."""
_MINUTE: Final = 60.0


def small_frames_bucket(per_minute: int | None) -> TokenBucket | None:
    """A bucket for a peer's frames that bring nothing; None without a limit."""
    return None if per_minute is None else TokenBucket(per_minute, _MINUTE)


class Slice:
    """The work that one socket may still do in this turn."""

    __slots__ = ("_bytes", "_deadline", "_frames", "small")

    def __init__(self, now: float) -> None:
        """Begin at the monotonic time `now` (seconds)."""
        self._frames = SLICE_FRAMES
        self._bytes = SLICE_BYTES
        self._deadline = now + SLICE_SECONDS
        self.small = 0
        """Frames that brought nothing."""

    def count(self, size: int, *, is_small: bool) -> None:
        """A frame of this size, inflated, was worked off."""
        self._frames -= 1
        self._bytes -= size
        self.small += is_small

    def has_room(self, now: float) -> bool:
        """Whether another frame may be worked off at the monotonic time `now`."""
        return self._frames > 0 and self._bytes > 0 and now < self._deadline


class Share:
    """One socket's part of the server's time: what it used is paid back at a steady rate.

    Were a socket light as soon as that is paid, ten that flood would be light in turns, and have
    half of the server's time in front of everybody else.
    """

    __slots__ = ("_at", "_is_used_up", "_used")

    def __init__(self) -> None:
        self._used = 0.0
        self._at = 0.0
        self._is_used_up = False

    def spend(self, seconds: float, now: float) -> None:
        """Count time that was spent on the socket until the monotonic time `now`.

        What goes beyond a slice was the machine's, which had no time for the server, or one long
        message: few of those make a socket heavy, too.
        """
        self._is_used_up = self.is_heavy(now)
        self._used = max(0.0, self._used - (now - self._at) * SHARE)
        self._used += min(seconds, SLICE_SECONDS)
        self._is_used_up |= self._used > SHARE_BURST_SECONDS
        self._at = now

    def is_heavy(self, now: float) -> bool:
        """Whether the socket has used up its share, and was not quiet since."""
        return self._is_used_up and now - self._at < QUIET_SECONDS
