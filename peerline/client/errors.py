"""The client's errors.

ClientError
├── RequestRefused      the server said no, and why: nothing was changed
├── RequestUnsettled    it may have had its effect, or may still have it
│   ├── RequestTimeout  no answer came in time
│   └── OutcomeUnknown  the server itself does not know: its disk failed
├── DocumentError       of a shared document
│   ├── DocumentNotOpen   closed, detached, or its text is not there yet
│   ├── DocumentReadOnly  a viewer has no edits
│   └── EditRefused       the text would be too large, or too much waits: nothing was changed
├── TooManyRequests     too many requests wait for an answer
└── NotConnected        the client was closed; a request that was on its way may have its effect
"""

from peerline.protocol.errors import ErrorCode
from peerline.protocol.messages import ClientMessage


class ClientError(Exception):
    """Any error of this package."""


class RequestRefused(ClientError):  # noqa: N818 - it is an answer, not a fault
    """The server refused a request."""

    def __init__(
        self,
        code: ErrorCode,
        message: str,
        retry_after: float | None = None,
        *,
        document_id: str | None = None,
    ) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.retry_after = retry_after
        self.document_id = document_id
        """With DOCUMENT_EXISTS the shared document that the file is already."""


class RequestUnsettled(ClientError):  # noqa: N818 - a state
    """Whether a request had its effect is not known here, or not yet.

    `Client.outcome(error.request_id)` finds out, and so does `Client.request(error.request)`, also
    of another client of the same user: both send the same request with the same id, which has one
    effect.
    """

    def __init__(self, text: str, request: ClientMessage | None = None) -> None:
        super().__init__(text)
        self.request = request
        """The request as it was sent, with its `request_id`; None if it was no request."""

    @property
    def request_id(self) -> str | None:
        """The id of the request."""
        return None if self.request is None else self.request.request_id


class RequestTimeout(RequestUnsettled):
    """No answer came in time, as when the server's disk is slow; it may still be carried out."""


class OutcomeUnknown(RequestUnsettled):
    """The server's disk failed while it wrote the request: it may have been written or not."""


class DocumentError(ClientError):
    """An error of a shared document."""


class DocumentNotOpen(DocumentError):  # noqa: N818 - a state
    """The document is closed or detached, or its text is not there yet."""


class DocumentReadOnly(DocumentError):  # noqa: N818 - a state
    """The user may read the document only."""


class EditRefused(DocumentError):  # noqa: N818 - an answer, not a fault
    """An edit that would make the text, or what waits for the server, too large.

    Nothing was changed.
    """


class TooManyRequests(ClientError):  # noqa: N818 - the field's term
    """Too many requests wait for an answer."""


class NotConnected(ClientError):  # noqa: N818 - a state
    """The client was closed before the answer came."""

    def __init__(self, text: str, request: ClientMessage | None = None) -> None:
        super().__init__(text)
        self.request = request
        """The request that was on its way, and may have its effect; None if there was none."""
