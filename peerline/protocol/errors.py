"""Error codes and close codes, and for each whether a client may retry."""

from enum import IntEnum, StrEnum
from typing import Final


class ErrorCode(StrEnum):
    """The `error_code` of an `error` message. Clients match on the code, never on the text."""

    INVALID_JSON = "INVALID_JSON"
    UNKNOWN_TYPE = "UNKNOWN_TYPE"
    UNKNOWN_FIELD = "UNKNOWN_FIELD"
    INVALID_FIELD = "INVALID_FIELD"
    MESSAGE_TOO_LARGE = "MESSAGE_TOO_LARGE"
    BINARY_NOT_SUPPORTED = "BINARY_NOT_SUPPORTED"
    NOT_JOINED = "NOT_JOINED"
    ALREADY_JOINED = "ALREADY_JOINED"
    SESSION_MISMATCH = "SESSION_MISMATCH"
    AUTH_REQUIRED = "AUTH_REQUIRED"
    TOKEN_INVALID = "TOKEN_INVALID"  # noqa: S105 - an error code, not a secret
    TOKEN_EXPIRED = "TOKEN_EXPIRED"  # noqa: S105 - an error code, not a secret
    TOKEN_REVOKED = "TOKEN_REVOKED"  # noqa: S105 - an error code, not a secret
    INVITE_INVALID = "INVITE_INVALID"
    INVITE_EXPIRED = "INVITE_EXPIRED"
    INVITE_EXHAUSTED = "INVITE_EXHAUSTED"
    INVITE_FULL = "INVITE_FULL"
    INVITE_NOT_FOUND = "INVITE_NOT_FOUND"
    JOIN_DENIED = "JOIN_DENIED"
    JOIN_UNANSWERED = "JOIN_UNANSWERED"
    SESSION_NOT_FOUND = "SESSION_NOT_FOUND"
    NOT_A_PARTICIPANT = "NOT_A_PARTICIPANT"
    CREATION_DENIED = "CREATION_DENIED"
    PERMISSION_DENIED = "PERMISSION_DENIED"
    BANNED = "BANNED"
    PARTICIPANT_NOT_FOUND = "PARTICIPANT_NOT_FOUND"
    LAST_HOST = "LAST_HOST"
    COMMENT_NOT_FOUND = "COMMENT_NOT_FOUND"
    MESSAGE_NOT_FOUND = "MESSAGE_NOT_FOUND"
    DOCUMENT_NOT_FOUND = "DOCUMENT_NOT_FOUND"
    DOCUMENT_TOO_LARGE = "DOCUMENT_TOO_LARGE"
    DOCUMENT_EXISTS = "DOCUMENT_EXISTS"
    GENERATION_MISMATCH = "GENERATION_MISMATCH"
    UPDATE_REFUSED = "UPDATE_REFUSED"
    NOT_AN_AGENT = "NOT_AN_AGENT"
    AGENT_LIMIT = "AGENT_LIMIT"
    AGENT_BUSY = "AGENT_BUSY"
    OWNER_AWAY = "OWNER_AWAY"
    PROMPT_NOT_FOUND = "PROMPT_NOT_FOUND"
    APPROVAL_NOT_FOUND = "APPROVAL_NOT_FOUND"
    APPROVAL_CLOSED = "APPROVAL_CLOSED"
    APPROVAL_CHANGED = "APPROVAL_CHANGED"
    SESSION_ENDED = "SESSION_ENDED"
    RATE_LIMITED = "RATE_LIMITED"
    LIMIT_EXCEEDED = "LIMIT_EXCEEDED"
    SERVER_BUSY = "SERVER_BUSY"
    INTERNAL_ERROR = "INTERNAL_ERROR"

    @property
    def may_retry(self) -> bool:
        """Whether the same request may succeed later without being changed."""
        return self in _RETRIABLE

    @property
    def may_rejoin(self) -> bool:
        """Whether a user whose session ended with this code may be able to join it again."""
        return self not in _ENDS


_RETRIABLE: Final = frozenset(
    {
        ErrorCode.OWNER_AWAY,
        ErrorCode.RATE_LIMITED,
        ErrorCode.SERVER_BUSY,
        ErrorCode.INTERNAL_ERROR,
    }
)

_ENDS: Final = frozenset(
    {
        ErrorCode.BANNED,
        ErrorCode.NOT_A_PARTICIPANT,
        ErrorCode.SESSION_ENDED,
        ErrorCode.SESSION_NOT_FOUND,
    }
)


class CloseCode(IntEnum):
    """WebSocket close codes: 4400-4499 mean do not come back, 4500-4999 mean come back."""

    NORMAL = 1000
    GOING_AWAY = 1001
    MESSAGE_TOO_BIG = 1009
    SERVICE_RESTART = 1012
    TRY_AGAIN_LATER = 1013
    PROTOCOL_ERROR = 4400
    UNAUTHORIZED = 4401
    FORBIDDEN = 4403
    NOT_FOUND = 4404
    AUTH_TIMEOUT = 4408
    REMOVED = 4410
    SESSION_ENDED = 4411
    FLOODED = 4429
    SLOW_CONSUMER = 4508
    SHUTDOWN = 4512


CLOSE_CODE_FOR_ERROR: Final = {
    ErrorCode.AUTH_REQUIRED: CloseCode.UNAUTHORIZED,
    ErrorCode.TOKEN_INVALID: CloseCode.UNAUTHORIZED,
    ErrorCode.TOKEN_EXPIRED: CloseCode.UNAUTHORIZED,
    ErrorCode.TOKEN_REVOKED: CloseCode.UNAUTHORIZED,
    ErrorCode.INVITE_INVALID: CloseCode.FORBIDDEN,
    ErrorCode.INVITE_EXPIRED: CloseCode.FORBIDDEN,
    ErrorCode.INVITE_EXHAUSTED: CloseCode.FORBIDDEN,
    ErrorCode.INVITE_FULL: CloseCode.FORBIDDEN,
    ErrorCode.JOIN_DENIED: CloseCode.FORBIDDEN,
    ErrorCode.JOIN_UNANSWERED: CloseCode.AUTH_TIMEOUT,
    ErrorCode.NOT_A_PARTICIPANT: CloseCode.FORBIDDEN,
    ErrorCode.CREATION_DENIED: CloseCode.FORBIDDEN,
    ErrorCode.AGENT_LIMIT: CloseCode.FORBIDDEN,
    ErrorCode.OWNER_AWAY: CloseCode.TRY_AGAIN_LATER,
    ErrorCode.BANNED: CloseCode.REMOVED,
    ErrorCode.SESSION_NOT_FOUND: CloseCode.NOT_FOUND,
    ErrorCode.SESSION_ENDED: CloseCode.SESSION_ENDED,
    ErrorCode.RATE_LIMITED: CloseCode.TRY_AGAIN_LATER,
    ErrorCode.SERVER_BUSY: CloseCode.TRY_AGAIN_LATER,
    ErrorCode.INTERNAL_ERROR: CloseCode.TRY_AGAIN_LATER,
}
"""How a refused join closes the socket; codes not listed close with PROTOCOL_ERROR."""


def may_reconnect(close_code: int) -> bool:
    """Whether a client may come back after its socket was closed with `close_code`.

    Codes of RFC 6455 below 4000 are faults of the network or a restart: come back.
    """
    return not 4400 <= close_code <= 4499  # noqa: PLR2004 - the range documented on CloseCode
