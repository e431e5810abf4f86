"""Joins the frames of a message. Pure."""

from websockets.frames import Frame, Opcode


class TooManyFragmentsError(Exception):
    """A message has more frames than it may have."""


class Fragments:
    """The frames of the message that is being received."""

    __slots__ = ("_frames", "_max_frames", "is_text")

    def __init__(self, max_frames: int) -> None:
        self._frames: list[bytes] = []
        self._max_frames = max_frames
        self.is_text = True
        """Whether the latest message is one of text."""

    @property
    def is_empty(self) -> bool:
        """Whether no message has begun."""
        return not self._frames

    def add(self, frame: Frame) -> bytes | None:
        """The whole message, if this is its last frame.

        Raises:
            TooManyFragmentsError: if there must be more, and no more may come.
        """
        if frame.opcode is not Opcode.CONT:
            self.is_text = frame.opcode is Opcode.TEXT
            if frame.fin:
                return bytes(frame.data)
            self._frames = [bytes(frame.data)]
            return None
        self._frames.append(bytes(frame.data))
        if frame.fin:
            whole = b"".join(self._frames)
            self._frames = []
            return whole
        if len(self._frames) >= self._max_frames:
            raise TooManyFragmentsError
        return None

    def clear(self) -> None:
        """Forget the message."""
        self._frames = []


def is_utf8(payload: bytes) -> bool:
    """Whether a message of text may have this payload."""
    try:
        payload.decode()
    except UnicodeDecodeError:
        return False
    return True
