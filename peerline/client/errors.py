"""The client's errors.

ClientError
├── RequestRefused      the server said no, and why
├── RequestTimeout      no answer came in time; it may still have had its effect
├── TooManyRequests     too many requests wait for an answer
└── NotConnected        the client was closed
"""

from peerline.protocol.errors import ErrorCode


class ClientError(Exception):
    """Any error of this package."""


class RequestRefused(ClientError):  # noqa: N818 - it is an answer, not a fault
    """The server refused a request."""

    def __init__(self, code: ErrorCode, message: str, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.retry_after = retry_after


class RequestTimeout(ClientError):  # noqa: N818 - the field's term
    """No answer came in time."""


class TooManyRequests(ClientError):  # noqa: N818 - the field's term
    """Too many requests wait for an answer."""


class NotConnected(ClientError):  # noqa: N818 - a state
    """The client was closed before the answer came."""
