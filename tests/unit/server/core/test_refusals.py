"""Tests of core.refusals."""

import pytest

from peerline.protocol.errors import ErrorCode
from peerline_server.core.refusals import REFUSALS

INVITE_CODES = [
    ErrorCode.INVITE_INVALID,
    ErrorCode.INVITE_EXPIRED,
    ErrorCode.INVITE_EXHAUSTED,
    ErrorCode.INVITE_FULL,
]


@pytest.mark.parametrize("code", INVITE_CODES, ids=str)
def test_an_invite_that_no_longer_works_says_once_what_to_do(code: ErrorCode) -> None:
    assert REFUSALS[code].lower().count("ask a host for a new link.") == 1
    assert REFUSALS[code].endswith(". Ask a host for a new link.")
