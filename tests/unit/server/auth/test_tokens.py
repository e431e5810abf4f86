"""Tests of server.auth and server.invites."""

import stat
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import jwt
import pytest

from peerline.protocol.limits import MAX_AVATAR_CHARS
from peerline.protocol.roles import Role
from peerline_server.auth.tokens import (
    AuthError,
    TokenIssuer,
    TokenVerifier,
    load_secret,
    token_id_of,
)
from peerline_server.core.invites import hash_code, new_code, refusal_of
from peerline_server.core.records import StoredInvite

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


def test_the_secret_is_made_once_and_kept_private(tmp_path: Path) -> None:
    secret = load_secret(tmp_path / "new")
    assert load_secret(tmp_path / "new") == secret
    assert len(secret) >= 32
    if sys.platform != "win32":
        assert stat.S_IMODE((tmp_path / "new" / "secret").stat().st_mode) == 0o600


@pytest.mark.parametrize(("size", "is_enough"), [(31, False), (32, True)])
def test_a_short_secret_is_refused(tmp_path: Path, *, size: int, is_enough: bool) -> None:
    (tmp_path / "secret").write_bytes(b"x" * size)
    (tmp_path / "secret").chmod(0o600)
    if is_enough:
        load_secret(tmp_path)
    else:
        with pytest.raises(ValueError, match="less than 32 bytes"):
            load_secret(tmp_path)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no modes")
def test_a_credential_of_systemd_may_be_read_by_a_list(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "credentials"
    folder.mkdir(mode=0o550)
    folder.chmod(0o550)
    secret = tmp_path / "elsewhere"
    secret.write_bytes(b"x" * 32)
    secret.chmod(0o440)
    with pytest.raises(ValueError, match="can be read by other users"):
        load_secret(tmp_path, str(secret))
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(folder))
    with pytest.raises(ValueError, match="can be read by other users"):
        load_secret(tmp_path, str(secret))
    folder.chmod(0o700)
    credential = secret.rename(folder / "secret")
    folder.chmod(0o550)
    assert load_secret(tmp_path, str(credential)) == b"x" * 32
    for mode in (0o444, 0o460):
        credential.chmod(mode)
        with pytest.raises(ValueError, match="can be read by other users"):
            load_secret(tmp_path, str(credential))
    credential.chmod(0o440)
    folder.chmod(0o555)
    with pytest.raises(ValueError, match="can be read by other users"):
        load_secret(tmp_path, str(credential))
    folder.chmod(0o700)


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
