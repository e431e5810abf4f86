"""Tests of server.accounts, server.jwks and server.jwks_fetch with a real key server."""

import asyncio
import base64
import json
import time
from collections.abc import AsyncIterator, Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import jwt
import pytest
from jwt.algorithms import RSAAlgorithm

from peerline_server.app import Server, StartError
from peerline_server.auth.accounts import Accounts, make_accounts
from peerline_server.auth.jwks import KeyCache, KeysUnavailable, read_keys
from peerline_server.auth.revocation import Revocations
from peerline_server.auth.tokens import AuthError, Identity, TokenIssuer
from peerline_server.settings import Settings, SettingsError
from tests.unit.server.conftest import SESSION, OpenDoor
from tests.unit.server.key_provider import (
    AUDIENCE,
    ISSUER,
    KeyServer,
    jwk,
    private_key,
    public_pem,
    serve_keys,
    sign,
)

SECRET = b"s" * 32
ALL = ("RS256", "ES256", "EdDSA")
Open = Callable[..., Accounts]


@pytest.fixture
def key_server() -> Iterator[KeyServer]:
    with serve_keys() as server:
        server.keys = [jwk(algorithm, f"{algorithm}-1") for algorithm in ALL]
        yield server


@pytest.fixture
async def open_accounts(key_server: KeyServer) -> AsyncIterator[Open]:
    opened: list[Accounts] = []

    def start(**changes: Any) -> Accounts:
        values: dict[str, Any] = {
            "token_algorithms": ALL,
            "jwks_url": key_server.url,
            "token_issuer": ISSUER,
            "token_audience": AUDIENCE,
        }
        opened.append(make_accounts(Settings(**(values | changes)), SECRET, Revocations()))
        return opened[-1]

    yield start
    for accounts in opened:
        await accounts.stop()


async def identify(accounts: Accounts, token: str) -> Identity:
    return await accounts.identify(token, datetime.now(UTC))


async def refusal(accounts: Accounts, token: str) -> AuthError:
    with pytest.raises(AuthError) as error:
        await identify(accounts, token)
    assert token not in error.value.text
    return error.value


@pytest.mark.parametrize("algorithm", ALL)
async def test_a_token_of_the_provider_signs_in(open_accounts: Open, algorithm: str) -> None:
    identity = await identify(open_accounts(), sign(algorithm, f"{algorithm}-1", jti="t1"))
    assert (identity.user_id, identity.username) == ("auth0|alice", "Alice")
    assert (identity.is_guest, identity.token_id) == (False, "t1")


async def test_a_name_is_looked_for_in_the_usual_claims(open_accounts: Open) -> None:
    token = sign("ES256", "ES256-1", name=" \u200b", preferred_username="ally")
    assert (await identify(open_accounts(), token)).username == "ally"


async def test_a_token_without_a_key_id_needs_the_only_key(
    open_accounts: Open, key_server: KeyServer
) -> None:
    accounts = open_accounts()
    await identify(accounts, sign("ES256", None))
    key_server.keys.append(jwk("ES256", "ES256-2", 2))
    other = open_accounts()
    assert (await refusal(other, sign("ES256", None))).code == "TOKEN_INVALID"


HOUR: Final = timedelta(hours=1)
WRONG: list[tuple[dict[str, Any], str]] = [
    *(({claim: None}, "TOKEN_INVALID") for claim in ("exp", "iat", "aud", "iss", "sub")),
    ({"iss": "https://id.example.evil"}, "TOKEN_INVALID"),
    ({"iss": "peerline"}, "TOKEN_INVALID"),
    ({"aud": "peerline"}, "TOKEN_INVALID"),
    ({"aud": ["another"]}, "TOKEN_INVALID"),
    ({"exp": -HOUR}, "TOKEN_EXPIRED"),
    ({"nbf": HOUR}, "TOKEN_INVALID"),
    ({"iat": HOUR}, "TOKEN_INVALID"),
    ({"sub": "peerline"}, "TOKEN_INVALID"),
    ({"sub": "guest_0123"}, "TOKEN_INVALID"),
    ({"sub": "a b"}, "TOKEN_INVALID"),
]


@pytest.mark.parametrize(("changes", "code"), WRONG, ids=[str(n) for n in range(len(WRONG))])
async def test_claims_that_are_missing_or_wrong_are_refused(
    open_accounts: Open, changes: dict[str, Any], code: str
) -> None:
    # Times are from now on: the tests may have been collected an hour ago.
    claims: dict[str, Any] = {
        claim: datetime.now(UTC) + value if isinstance(value, timedelta) else value
        for claim, value in changes.items()
    }
    assert (await refusal(open_accounts(), sign("RS256", "RS256-1", **claims))).code == code


async def test_one_of_several_audiences_will_do(open_accounts: Open) -> None:
    await identify(open_accounts(), sign("RS256", "RS256-1", aud=["other", AUDIENCE]))


def forged(algorithm: str, key: bytes, header: dict[str, Any], payload: dict[str, Any]) -> str:
    """A token with any header; the library would refuse to sign with a public key."""
    signer = jwt.get_algorithm_by_name("none" if algorithm == "none" else "HS256")

    def part(value: dict[str, Any]) -> bytes:
        return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=")

    times = {"iat": time.time(), "exp": time.time() + 60}
    signed = part({"typ": "JWT", "alg": algorithm} | header) + b"." + part(payload | times)
    mac = b"" if algorithm == "none" else base64.urlsafe_b64encode(signer.sign(signed, key))
    return (signed + b"." + mac.rstrip(b"=")).decode()


FORGERIES: list[tuple[str, bytes, dict[str, Any]]] = [
    ("HS256", public_pem("RS256"), {"kid": "RS256-1"}),
    ("RS256", public_pem("RS256"), {"kid": "RS256-1"}),
    ("none", b"", {}),
    ("None", b"", {}),
    ("HS256", b"", {}),
    ("RS256", b"x", {"kid": "RS256-1", "jwk": jwk("RS256", "RS256-1", 5)}),
    ("RS256", b"x", {"kid": "RS256-1", "jku": "http://127.0.0.1:1/keys"}),
    ("HS512", SECRET, {}),
]


@pytest.mark.parametrize(
    ("algorithm", "key", "header"),
    FORGERIES,
    ids=[f"{n}-{forgery[0]}" for n, forgery in enumerate(FORGERIES)],
)
@pytest.mark.parametrize("issuer", [ISSUER, "peerline"])
async def test_the_token_does_not_choose_how_it_is_checked(
    open_accounts: Open, algorithm: str, key: bytes, header: dict[str, Any], issuer: str
) -> None:
    audience = AUDIENCE if issuer == ISSUER else "peerline"
    payload = {"sub": "alice", "iss": issuer, "aud": audience}
    accounts = open_accounts(token_algorithms=(*ALL, "HS256"))
    error = await refusal(accounts, forged(algorithm, key, header, payload))
    assert error.code == "TOKEN_INVALID"


async def test_a_key_serves_its_own_algorithm_only(open_accounts: Open) -> None:
    assert (await refusal(open_accounts(), sign("ES256", "RS256-1"))).code == "TOKEN_INVALID"


@pytest.mark.parametrize("algorithm", ALL)
async def test_exactly_the_algorithms_of_the_setting_are_accepted(
    open_accounts: Open, algorithm: str
) -> None:
    accounts = open_accounts(token_algorithms=(algorithm,))
    await identify(accounts, sign(algorithm, f"{algorithm}-1"))
    for other in {*ALL} - {algorithm}:
        assert (await refusal(accounts, sign(other, f"{other}-1"))).code == "TOKEN_INVALID"


async def test_local_accounts_need_their_algorithm_and_guests_do_not(open_accounts: Open) -> None:
    issuer = TokenIssuer(SECRET)
    now = datetime.now(UTC)
    account = issuer.issue("bob", "Bob", 60, now)
    guest = issuer.issue("guest_1", "Zoe", 60, now, guest=True)
    accounts = open_accounts(token_algorithms=("ES256",))
    assert (await refusal(accounts, account)).code == "TOKEN_INVALID"
    assert (await identify(accounts, guest)).is_guest
    both = open_accounts(token_algorithms=("ES256", "HS256"))
    assert (await identify(both, account)).user_id == "bob"


# --- rotation and outages --------------------------------------------------------------------


async def test_a_new_key_is_found_by_one_more_look(
    open_accounts: Open, key_server: KeyServer
) -> None:
    accounts = open_accounts(jwks_retry_seconds=0.0)
    await identify(accounts, sign("ES256", "ES256-1"))
    key_server.keys = [jwk("ES256", "ES256-2", 2)]
    rotated = sign("ES256", "ES256-2", 2)
    await asyncio.gather(*(identify(accounts, rotated) for _ in range(20)))
    assert key_server.asked == 2, "twenty at once share one look"
    # The old one is no longer the provider's.
    assert (await refusal(accounts, sign("ES256", "ES256-1"))).code == "TOKEN_INVALID"


async def test_made_up_key_ids_do_not_drive_the_server_to_the_provider(
    open_accounts: Open, key_server: KeyServer
) -> None:
    accounts = open_accounts(jwks_retry_seconds=60.0)
    await identify(accounts, sign("ES256", "ES256-1"))
    for number in range(20):
        error = await refusal(accounts, sign("ES256", f"made-up-{number}"))
        # It may be a new key: its owner may try again.
        assert error.code == "SERVER_BUSY"
        assert error.retry_after is not None
        assert 0 < error.retry_after <= 60
    assert key_server.asked == 1
    await identify(accounts, sign("ES256", "ES256-1"))


async def test_who_has_a_known_key_comes_in_while_the_provider_is_away(
    open_accounts: Open, key_server: KeyServer
) -> None:
    accounts = open_accounts(jwks_refresh_seconds=0.0, jwks_retry_seconds=0.0)
    await identify(accounts, sign("ES256", "ES256-1"))
    key_server.status = 503
    await identify(accounts, sign("ES256", "ES256-1"))
    assert (await refusal(accounts, sign("ES256", "other"))).code == "SERVER_BUSY"
    await identify(accounts, sign("ES256", "ES256-1"))
    key_server.status = 200
    assert (await refusal(accounts, sign("ES256", "other"))).code == "TOKEN_INVALID"


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"not json", 200),
        (b"[" * 100_000, 200),
        (b"[]", 200),
        (b'{"keys": 1}', 200),
        (b"\xff", 200),
        (b"{}", 404),
        (b"", 302),
    ],
    ids=["no JSON", "deep", "a list", "no list", "no UTF-8", "404", "a redirect"],
)
async def test_an_answer_that_is_no_key_set_means_try_again(
    open_accounts: Open, key_server: KeyServer, body: bytes, status: int
) -> None:
    key_server.body, key_server.status = body, status
    if status == 302:
        key_server.location = key_server.url.replace("/keys", "/other")
    assert (await refusal(open_accounts(), sign("ES256", "ES256-1"))).code == "SERVER_BUSY"
    assert key_server.asked == 1, "a redirect is not followed"


@pytest.mark.parametrize("spare", [0, -1])
async def test_the_size_of_a_key_set_is_held_at_both_sides(
    open_accounts: Open, key_server: KeyServer, spare: int
) -> None:
    accounts = open_accounts(max_jwks_bytes=len(key_server.answer()) + spare)
    if spare == 0:
        await identify(accounts, sign("ES256", "ES256-1"))
    else:
        assert (await refusal(accounts, sign("ES256", "ES256-1"))).code == "SERVER_BUSY"


async def test_a_provider_that_stalls_is_given_up(
    open_accounts: Open, key_server: KeyServer
) -> None:
    key_server.stall.set()
    accounts = open_accounts(jwks_timeout_seconds=0.1)
    assert (await refusal(accounts, sign("ES256", "ES256-1"))).code == "SERVER_BUSY"


async def test_a_provider_that_stalls_holds_up_nobody_else(
    open_accounts: Open, key_server: KeyServer
) -> None:
    key_server.stall.set()
    accounts = open_accounts(jwks_timeout_seconds=600.0, token_algorithms=(*ALL, "HS256"))
    waiting = asyncio.create_task(identify(accounts, sign("ES256", "ES256-1")))
    await asyncio.sleep(0)
    local = TokenIssuer(SECRET).issue("bob", "Bob", 60, datetime.now(UTC))
    for _ in range(100):
        await identify(accounts, local)
        await asyncio.sleep(0)
    assert not waiting.done()
    key_server.stall.clear()
    assert (await waiting).username == "Alice"


async def test_stopping_does_not_wait_for_the_provider(
    open_accounts: Open, key_server: KeyServer
) -> None:
    key_server.stall.set()
    accounts = open_accounts(jwks_timeout_seconds=600.0)
    accounts.start()
    async with asyncio.timeout(10):
        await accounts.stop()


def test_unusable_keys_are_left_out() -> None:
    weak = RSAAlgorithm.to_jwk(private_key("RS256", 0, 1024).public_key(), as_dict=True)
    entries: list[Any] = [
        {key: value for key, value in weak.items() if key != "key_ops"} | {"kid": "weak"},
        jwk("RS256", "encryption", use="enc"),
        jwk("RS256", "other-algorithm", alg="RS512"),
        {"kty": "oct", "k": "c2VjcmV0", "kid": "symmetric"},
        {"kty": "RSA", "kid": "broken", "n": "!!", "e": 1},
        {"kty": "EC", "crv": "P-521", "kid": "curve", "x": "AA", "y": "AA"},
        {"kty": "RSA", "kid": 5},
        "no object",
        None,
        jwk("ES256", "good"),
    ]
    found = read_keys(json.dumps({"keys": entries}).encode(), ALL)
    assert [(key.kid, key.algorithm) for key in found] == [("good", "ES256")]


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


async def test_keys_are_fetched_anew_when_they_are_old_and_not_before() -> None:
    clock, asked = Clock(), 0
    document = json.dumps({"keys": [jwk("ES256", "a")]}).encode()

    async def fetch() -> bytes:
        nonlocal asked
        asked += 1
        return document

    cache = KeyCache(fetch, ["ES256"], clock, refresh_seconds=100.0, retry_seconds=10.0)
    assert await cache.key("a", "ES256") is not None
    clock.now += 99.0
    assert await cache.key("a", "ES256") is not None
    assert asked == 1
    clock.now += 1.0
    assert await cache.key("a", "ES256") is not None
    await asyncio.sleep(0)
    assert asked == 2
    clock.now += 9.0
    with pytest.raises(KeysUnavailable) as error:
        await cache.key("b", "ES256")
    assert error.value.retry_after == pytest.approx(1.0)
    clock.now += 1.0
    assert await cache.key("b", "ES256") is None
    assert asked == 3


# --- settings --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"token_algorithms": ("none",)}, "TOKEN_ALGORITHMS must be some of"),
        ({"token_algorithms": ("hs256",)}, "TOKEN_ALGORITHMS must be some of"),
        ({"token_algorithms": ()}, "TOKEN_ALGORITHMS must be some of"),
        ({"token_algorithms": ("HS256",)}, "PEERLINE_JWKS_URL is set, but"),
        ({"jwks_url": ""}, "needs PEERLINE_JWKS_URL"),
        ({"token_issuer": ""}, "needs PEERLINE_JWKS_URL"),
        ({"token_audience": ""}, "needs PEERLINE_JWKS_URL"),
        ({"jwks_url": "http://id.example/keys"}, "http:// is for this machine only"),
        ({"jwks_url": "http://127.0.0.1.id.example/keys"}, "http:// is for this machine only"),
        ({"jwks_url": "http://localhost.id.example/keys"}, "http:// is for this machine only"),
        ({"jwks_url": "https://user:word@id.example/keys"}, "neither a user"),
        ({"jwks_url": "file:///etc/passwd"}, "begins with https://"),
        ({"jwks_url": "https:///keys"}, "begins with https://"),
        ({"jwks_url": "https://id.example:port/keys"}, "Port"),
    ],
    ids=str,
)
async def test_settings_that_do_not_fit_are_refused(
    open_accounts: Open, changes: dict[str, Any], problem: str
) -> None:
    with pytest.raises(SettingsError, match=problem):
        open_accounts(**changes)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]", "127.8.9.1"])
async def test_keys_of_this_machine_may_come_over_http(open_accounts: Open, host: str) -> None:
    open_accounts(jwks_url=f"http://{host}:1/keys")


async def test_a_server_says_at_its_start_what_is_wrong(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("short")
    (tmp_path / "secret").chmod(0o600)
    with pytest.raises(StartError, match="less than 32 bytes"):
        await Server(Settings(port=0, data_dir=tmp_path)).start()
    (tmp_path / "secret").write_text("s" * 32)
    with pytest.raises(StartError, match="needs PEERLINE_JWKS_URL"):
        await Server(Settings(port=0, data_dir=tmp_path, token_algorithms=("RS256",))).start()


async def test_a_user_of_the_provider_joins(open_door: OpenDoor, key_server: KeyServer) -> None:
    door = await open_door(
        token_algorithms=("RS256",),
        jwks_url=key_server.url,
        token_issuer=ISSUER,
        token_audience=AUDIENCE,
    )
    client = await door.connect()
    token = sign("RS256", "RS256-1", sub="host", name="Real Name")
    await client.send(type="join_session", session_id=SESSION, auth_token=token)
    connected = await client.receive()
    assert connected["user"] == {"id": "host", "username": "Real Name", "role": "host"}
    local = await door.connect()
    await local.send(type="join_session", session_id=SESSION, auth_token=door.token("host"))
    assert (await local.receive())["error_code"] == "TOKEN_INVALID"
    key_server.status = 500
    unknown = await door.connect()
    token = sign("RS256", "unknown", sub="host")
    await unknown.send(type="join_session", session_id=SESSION, auth_token=token)
    error = await unknown.receive()
    assert error["error_code"] == "SERVER_BUSY"
    assert error["retry_after"] > 0
