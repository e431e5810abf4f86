"""Servers behind an HTTP proxy: which one is asked, what it is told, and what its refusal says."""

import logging

import pytest

from peerline.client import LinkState
from peerline.client.connection import Client
from peerline.client.identity import Credentials
from peerline.client.proxies import ProxyError, find_proxy, is_near
from peerline.protocol.links import SessionLink
from tests.connect_proxy import proxying, socks
from tests.unit.peerline.client.test_connection import S
from tests.unit.peerline.client.test_faults import FAST, Seen, serving, well

P = "http://proxy.example:3128"
AWAY = SessionLink("server.example:8377", S, "code")


@pytest.mark.parametrize(
    ("proxies", "tls", "proxy"),
    [
        ({}, False, None),
        ({"http": P}, False, P),
        ({"https": P}, False, P),
        ({"https": P}, True, P),
        ({"http": P}, True, None),
        ({"all": P}, True, P),
        ({"all": P}, False, P),
        ({"http": "http://a", "https": "http://b"}, True, "http://b"),
        ({"http": "http://a", "https": "http://b"}, False, "http://a"),
        ({"https": "proxy.example:3128/"}, True, P),
        ({"https": " "}, True, None),
        ({"https": "http://u:p%40@proxy.example:3128"}, True, "http://u:p%40@proxy.example:3128"),
        ({"https": "http://u@proxy.example"}, True, "http://u:@proxy.example"),
        ({"all": "socks://proxy.example:1080"}, True, "socks5h://proxy.example:1080"),
        ({"all": "socks5://proxy.example:1080"}, False, "socks5h://proxy.example:1080"),
        ({"all": "socks4a://proxy.example:1080"}, False, "socks4a://proxy.example:1080"),
    ],
)
def test_the_settings_name_the_proxy(
    proxies: dict[str, str], proxy: str | None, *, tls: bool
) -> None:
    link = SessionLink("server.example:8377", S, tls=tls)
    assert find_proxy(link, proxies) == proxy


@pytest.mark.parametrize(
    ("address", "listed"),
    [
        *((f"{host}:1", "") for host in ("127.0.0.1", "127.9.9.9", "localhost", "a.localhost")),
        ("[::1]:1", ""),
        ("server.example:1", "*"),
        ("server.example:1", "other.example, server.example"),
        ("server.example:1", "example"),
        ("server.example:1", ".example"),
        ("server.example:1", "*.example"),
        ("server.example:1", "SERVER.example:1"),
        ("10.1.2.3:1", "10.0.0.0/8"),
        ("10.1.2.3:1", "10.1.2.3"),
        ("[fd00::1]:1", "fd00::/8"),
        ("[fd00::1]:1", "fd00::1"),
        ("[fd00::1]:1", "[fd00::1]:1"),
    ],
)
def test_what_is_reached_without_a_proxy(address: str, listed: str) -> None:
    assert find_proxy(SessionLink(address, S), {"http": P, "no": listed}) is None


@pytest.mark.parametrize(
    ("address", "listed"),
    [
        ("server.example:1", "ver.example"),
        ("server.example:1", "server.example:2"),
        ("server.example:1", "x/y, ,"),
        ("10.1.2.3:1", "11.0.0.0/8"),
        ("10.1.2.3:1", "3"),
        ("10.1.2.3:1", "10.0.0.0/99"),
    ],
)
def test_what_is_reached_with_one(address: str, listed: str) -> None:
    assert find_proxy(SessionLink(address, S), {"http": P, "no": listed}) == P


@pytest.mark.parametrize(
    "text", ["ftp://u:SECRET@h", "http://u:SECRET@h:x", "http://u:SECRET@", "http://[SECRET"]
)
def test_a_setting_that_is_no_proxy_is_refused_without_repeating_it(text: str) -> None:
    with pytest.raises(ProxyError) as refused:
        find_proxy(AWAY, {"all": text})
    assert "SECRET" not in str(refused.value)


@pytest.mark.parametrize(
    ("host", "near"),
    [
        *(("192.168.1.5", True), ("10.0.0.1", True), ("[fd00::1]", True), ("intranet", True)),
        *(("box.local", True), ("8.8.8.8", False), ("server.example", False)),
    ],
)
def test_private_networks(host: str, *, near: bool) -> None:
    assert is_near(SessionLink(f"{host}:1", S)) is near


@pytest.fixture(autouse=True)
def no_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy", "ws_proxy", "wss_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


async def _joined(link: SessionLink, seen: Seen) -> LinkState:
    client = Client(
        link, Credentials(invite="code", username="Bob"), on_state=seen.on_state, timing=FAST
    )
    client.start()
    await seen.until(lambda: client.state in {LinkState.JOINED, LinkState.CLOSED})
    state = client.state
    await client.close()
    return state


@pytest.mark.parametrize("variable", ["HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY"])
async def test_a_session_is_joined_through_a_proxy(
    variable: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with serving(well) as port, proxying({AWAY.address: ("127.0.0.1", port)}) as proxy:
        monkeypatch.setenv(variable, f"http://127.0.0.1:{proxy.port}")
        assert await _joined(AWAY, Seen()) is LinkState.JOINED
    assert proxy.asked == [AWAY.address]


async def test_a_proxy_is_given_its_password_and_nobody_else(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    async with serving(well) as port:
        names = {AWAY.address: ("127.0.0.1", port)}
        async with proxying(names, credentials="ann:s3cr3t@") as proxy:
            monkeypatch.setenv("HTTPS_PROXY", f"http://ann:s3cr3t%40@127.0.0.1:{proxy.port}")
            assert await _joined(AWAY, Seen()) is LinkState.JOINED
            monkeypatch.setenv("HTTPS_PROXY", f"http://ann:Wr0ng@127.0.0.1:{proxy.port}")
            seen = Seen()
            assert await _joined(AWAY, seen) is LinkState.CLOSED
    reason = seen.states[-1][1] or ""
    assert "asks for a user name and a password" in reason
    assert f"127.0.0.1:{proxy.port}" in reason
    for text in (reason, caplog.text):
        assert "s3cr3t" not in text
        assert "Wr0ng" not in text


@pytest.mark.parametrize("scheme", ["socks", "socks5", "socks5h"])
async def test_a_session_is_joined_through_a_socks_proxy(
    scheme: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with serving(well) as port, socks({AWAY.address: ("127.0.0.1", port)}) as proxy:
        monkeypatch.setenv("ALL_PROXY", f"{scheme}://127.0.0.1:{proxy.port}")
        assert await _joined(AWAY, Seen()) is LinkState.JOINED
    assert proxy.asked == [AWAY.address], "the proxy looks the name up"


async def test_a_socks_proxy_is_given_its_password_and_nobody_else(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    reasons: list[str] = []
    async with serving(well) as port:
        names = {AWAY.address: ("127.0.0.1", port)}
        async with socks(names, credentials="ann:s3cr3t") as proxy:
            monkeypatch.setenv("ALL_PROXY", f"socks5://ann:s3cr3t@127.0.0.1:{proxy.port}")
            assert await _joined(AWAY, Seen()) is LinkState.JOINED
            for user in ("ann:Wr0ng@", ""):
                monkeypatch.setenv("ALL_PROXY", f"socks5://{user}127.0.0.1:{proxy.port}")
                seen = Seen()
                assert await _joined(AWAY, seen) is LinkState.CLOSED
                reasons.append(seen.states[-1][1] or "")
    for reason in reasons:
        assert "asks for a user name and a password" in reason
        assert f"127.0.0.1:{proxy.port}" in reason
    for text in (*reasons, caplog.text):
        assert "s3cr3t" not in text
        assert "Wr0ng" not in text


async def test_a_socks_proxy_that_does_not_reach_the_server_says_so_and_is_asked_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with socks({}) as proxy:
        monkeypatch.setenv("ALL_PROXY", f"socks5://127.0.0.1:{proxy.port}")
        seen = Seen()
        client = Client(
            AWAY, Credentials(invite="c", username="Bob"), on_state=seen.on_state, timing=FAST
        )
        client.start()
        await seen.until(lambda: len(proxy.asked) > 1)
        await client.close()
    assert 'it answered "Host unreachable"' in (seen.states[0][1] or "")


async def test_a_proxy_that_refuses_is_named_at_the_first_join(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with proxying({}) as proxy:
        monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{proxy.port}")
        seen = Seen()
        assert await _joined(AWAY, seen) is LinkState.CLOSED
    reason = seen.states[-1][1] or ""
    assert "answered with HTTP 403" in reason
    assert "NO_PROXY" in reason


@pytest.mark.parametrize("scheme", ["http", "socks5"])
async def test_a_proxy_that_is_away_is_waited_for(
    scheme: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with proxying({}) as proxy:
        pass
    monkeypatch.setenv("HTTPS_PROXY", f"{scheme}://127.0.0.1:{proxy.port}")
    seen = Seen()
    client = Client(
        AWAY, Credentials(invite="c", username="Bob"), on_state=seen.on_state, timing=FAST
    )
    client.start()
    await seen.until(lambda: len(seen.states) > 1)
    await client.close()
    assert all(state is LinkState.RECONNECTING for state, _ in seen.states[:2])
    assert "nothing listens there" in (seen.states[0][1] or "")


async def test_this_computer_is_reached_without_the_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    async with serving(well) as port, proxying({}) as proxy:
        monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{proxy.port}")
        link = SessionLink(f"127.0.0.1:{port}", S, "code")
        assert await _joined(link, Seen()) is LinkState.JOINED
    assert proxy.asked == []
