"""The refusals of joins: by a rule, by the store, or because the session changes its node."""

from typing import Final

from peerline.protocol.errors import ErrorCode
from peerline_server.core.join_request import JoinRefused
from peerline_server.core.refusals import JOIN_UNKNOWN, REFUSALS

AGAIN_SECONDS: Final = 0.3
"""After which a session that changes its owner has the next one."""
OWNER_SECONDS: Final = 10.0
"""After which an agent asks again whether its owner is back."""
_ELSEWHERE: Final = "the session goes on at another node: try again"


def refused_by_store(
    *, is_unknown: bool, code: ErrorCode = ErrorCode.INTERNAL_ERROR
) -> JoinRefused:
    """The refusal of a join that the store could not keep."""
    if is_unknown:
        return JoinRefused(code, JOIN_UNKNOWN, is_unknown=True)
    return refused(code)


def busy(retry_after: float) -> JoinRefused:
    """The refusal of a join whose session cannot be reached now."""
    return JoinRefused(ErrorCode.SERVER_BUSY, _ELSEWHERE, retry_after)


def refused(code: ErrorCode) -> JoinRefused:
    """The refusal with the text of its code."""
    text = REFUSALS.get(code, "the join was refused")
    return JoinRefused(code, text, OWNER_SECONDS if code is ErrorCode.OWNER_AWAY else None)
