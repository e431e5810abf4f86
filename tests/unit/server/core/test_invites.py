"""Tests of core.invites."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from peerline.protocol.roles import Role
from peerline_server.core.invites import hash_code, new_code, refusal_of
from peerline_server.core.records import StoredInvite

NOW = datetime(2026, 1, 1, tzinfo=UTC)


def invite(**changes: Any) -> StoredInvite:
    values: dict[str, Any] = {
        "id": "i",
        "session_id": "s",
        "role": Role.EDITOR,
        "expires_at": NOW,
        "max_uses": 2,
        "uses": 1,
        "revoked": False,
    }
    return StoredInvite(**(values | changes))


def test_codes_are_long_and_never_the_same() -> None:
    codes = {new_code() for _ in range(100)}
    assert len(codes) == 100
    assert all(len(code) * 6 >= 128 for code in codes)
    assert hash_code("a") != hash_code("b")


@pytest.mark.parametrize(
    ("given", "seconds", "refusal"),
    [
        (invite(), -1, None),
        (invite(), 0, "INVITE_EXPIRED"),
        (invite(expires_at=None), 1e9, None),
        (invite(uses=2), -1, "INVITE_EXHAUSTED"),
        (invite(max_uses=None, uses=10**6), -1, None),
        (invite(revoked=True), -1, "INVITE_INVALID"),
        (None, -1, "INVITE_INVALID"),
    ],
)
def test_an_invite_lets_in_or_says_why_not(
    given: StoredInvite | None, seconds: float, refusal: str | None
) -> None:
    assert refusal_of(given, NOW + timedelta(seconds=seconds)) == refusal
