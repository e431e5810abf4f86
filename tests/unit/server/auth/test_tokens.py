"""Tests of auth.tokens."""

from datetime import UTC, datetime, timedelta
from typing import Any

import jwt
import pytest

from peerline.protocol.limits import MAX_AVATAR_CHARS
from peerline_server.auth.tokens import AuthError, TokenIssuer, TokenVerifier, token_id_of

SECRET = b"s" * 32
NOW = datetime(2026, 1, 1, tzinfo=UTC)


def claims(**changes: Any) -> dict[str, Any]:
    values = {
        "sub": "alice",
        "name": "Alice",
        "iss": "peerline",
        "aud": "peerline",
        "iat": NOW,
        "exp": NOW + timedelta(hours=1),
    } | changes
    return {name: value for name, value in values.items() if value is not None}


def verify(token: str, now: datetime = NOW) -> Any:
    return TokenVerifier(SECRET).verify(token, now)


def test_an_issued_token_says_who_it_is() -> None:
    token = TokenIssuer(SECRET).issue("alice", "Alice\u202e", 60, NOW)
    identity = verify(token)
    assert (identity.user_id, identity.username, identity.is_guest) == ("alice", "Alice", False)
    assert identity.expires_at == NOW + timedelta(seconds=60)


@pytest.mark.parametrize(
    ("picture", "kept"),
    [
        ("https://example.org/a.png", True),
        ("https://" + "x" * (MAX_AVATAR_CHARS - 8), True),
        ("https://" + "x" * (MAX_AVATAR_CHARS - 7), False),
        *((f"https://{char}", False) for char in "\ud800\x00\n é\u202e"),
        ("https://", False),
        ("http://example.org/a.png", False),
        (7, False),
    ],
)
def test_a_picture_is_an_address_that_every_store_keeps_or_left_out(
    picture: Any, *, kept: bool
) -> None:
    identity = verify(jwt.encode(claims(picture=picture), SECRET))
    assert identity.avatar == (picture if kept else None)


@pytest.mark.parametrize(
    ("token_id", "kept"),
    [("j", True), ("é", True), ("\ud800", False), ("a\x00", False), ("", True), (7, False)],
)
def test_a_token_id_is_one_that_every_store_keeps_or_none(token_id: Any, *, kept: bool) -> None:
    token = jwt.encode(claims(jti=token_id), SECRET)
    assert token_id_of(token) == (token_id if kept else None)
    if isinstance(token_id, str):  # The library refuses another type.
        assert verify(token).token_id == (token_id if kept else None)


def test_a_token_expires_with_a_leeway() -> None:
    token = TokenIssuer(SECRET).issue("alice", "Alice", 60, NOW)
    verify(token, NOW + timedelta(seconds=64))
    with pytest.raises(AuthError) as error:
        verify(token, NOW + timedelta(seconds=66))
    assert error.value.code == "TOKEN_EXPIRED"


@pytest.mark.parametrize(
    "changes",
    [{name: None} for name in ("sub", "iss", "aud", "iat", "exp")]
    + [
        {"aud": "another"},
        {"iss": "another"},
        {"sub": ""},
        {"sub": "a b"},
        {"sub": "x" * 129},
        {"exp": "soon"},
        {"exp": 1e300},
        {"iat": NOW + timedelta(hours=1)},
    ],
    ids=str,
)
def test_a_token_with_wrong_claims_is_refused(changes: dict[str, Any]) -> None:
    token = jwt.encode(claims(**changes), SECRET, algorithm="HS256")
    with pytest.raises(AuthError) as error:
        verify(token)
    assert error.value.code == "TOKEN_INVALID"
    assert token not in error.value.text


@pytest.mark.parametrize(
    "token",
    [
        "",
        "a.b.c",
        "x" * 9_000,
        jwt.encode(claims(), "other" * 10, algorithm="HS256"),
        jwt.encode(claims(), "", algorithm="none"),
        jwt.encode(claims(), SECRET * 2, algorithm="HS512"),
    ],
)
def test_a_token_that_this_server_did_not_sign_is_refused(token: str) -> None:
    with pytest.raises(AuthError) as error:
        verify(token)
    assert error.value.code == "TOKEN_INVALID"
