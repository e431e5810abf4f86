"""Tests of peerline.protocol.links."""

import json
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

import pytest

from peerline.protocol.links import (
    DEFAULT_PORT,
    DEFAULT_TLS_PORT,
    DEFAULT_WEB_PORT,
    MAX_PREFIX_CHARS,
    LinkError,
    ServerPlace,
    SessionLink,
    parse_address,
)

ROOT: Final = Path(__file__).parents[4]
CLIENT_CASES: Final = ROOT / "tests" / "cases" / "client" / "links.json"
NO_LINK = r"^This is not a Peerline session link\."
LINK = SessionLink("host.example:99", "abc_-9", "C0de_-")
TEXT = "peerline://host.example:99/abc_-9?invite=C0de_-"
PREFIXED = SessionLink("h:443", "abc", "x", tls=True, prefix="/proxy/8377")
AROUND = [
    *(("  ", "\n"), ("<", ">"), ("(", ")."), ('"', '"'), ("'", "',"), ("`", "`"), ("**", "**")),
    *(("__", "__"), ("~~", "~~"), ("“", "”"), ("« ", " »"), ("\ufeff", ""), ("\u2068", "\u2069")),
    *(
        ("[Join](", ")"),
        ("[", "]"),
        ("Join me: ", ", I am there."),
        ("加入", "请加入"),
        ("```\n", "\n```"),
    ),
    *(('<a href="', '">'), ("> ", "!"), ("", "?"), ("", "…"), ("", "\u202e"), ("", ":")),
]
ENCODED = "peerline%3A%2F%2Fhost.example%3A99%2Fabc_-9%3Finvite%3DC0de_-"


def test_the_invite_stays_out_of_the_address_of_the_socket() -> None:
    link = SessionLink.parse("peerlines://[::1]:99/abc?invite=code")
    assert link.websocket_url == "wss://[::1]:99/ws/session/abc"
    assert link.page_url.startswith("https://[::1]:99/s/abc")


@pytest.mark.parametrize(
    "text",
    [
        f"  {TEXT}\n",
        *(f"{TEXT}{sign}" for sign in ".,;:!?)]}>'\"`*…。，）」»’"),
        f"<{TEXT}>",
        f"“{TEXT}”",
        f"Join me: {TEXT}, I am there.",
        f"[Join]({TEXT})",
        f"[{TEXT}]({TEXT})",
        f"[peerline://host.example:99/abc_-9]({TEXT})",
        f"**{TEXT}** __{TEXT}__ _{TEXT}_ ~~{TEXT}~~",
        f"`{TEXT}`",
        f"```\n{TEXT}\n```",
        f"\ufeff{TEXT}",
        f"\u2068{TEXT}\u2069",
        "\u200b".join(TEXT),
        TEXT.replace("peerline", "PeerLine").replace("host", "HOST"),
        f"{TEXT}&utm_source=mail",
        f"{TEXT}请加入",
        f"加入{TEXT}",
        f'<a href="{TEXT}">',
        f"vscode://peerline.peerline/join?link={ENCODED}",
        f"vscode-insiders://peerline.peerline/join?link={ENCODED}&windowId=_blank",
        f"<vscode://peerline.peerline/join?link={ENCODED}>.",
        f"https://chat.example/?u={ENCODED.replace('%', '%25')}",
        f"vscode://peerline.peerline/join?link={TEXT}",
        f"peerline:// no, rather {TEXT}",
        f"{TEXT}\u202e",
    ],
)
def test_the_link_is_found_in_what_was_pasted(text: str) -> None:
    assert SessionLink.parse(text) == LINK


WEB = "https://host.example/s/abc_-9#invite=C0de_-"
WEB_LINK = SessionLink("host.example:443", "abc_-9", "C0de_-", tls=True)


WEB_CASES: Final[list[tuple[str, SessionLink]]] = [
    (WEB, WEB_LINK),
    *((f"{before}{WEB}{after}", WEB_LINK) for before, after in AROUND),
    (WEB.replace("https://host", "HTTPS://HOST"), WEB_LINK),
    ("\u200b".join(WEB), WEB_LINK),
    (f"vscode://peerline.peerline/join?link={quote(WEB, safe='')}", WEB_LINK),
    (f"vscode://peerline.peerline/join?link={WEB}", WEB_LINK),
    (f"https://mail.example/?u={quote(quote(WEB, safe=''), safe='')}", WEB_LINK),
    (f"[https://host.example/s/abc_-9]({WEB})", WEB_LINK),
    ("http://h:99/s/abc#invite=x", SessionLink("h:99", "abc", "x")),
    ("http://h/s/abc#invite=x", SessionLink(f"h:{DEFAULT_WEB_PORT}", "abc", "x")),
    ("http://h:99/s/abc?utm=1#invite=x&more=2", SessionLink("h:99", "abc", "x")),
    ("https://h/s/abc?invite=x", SessionLink("h:443", "abc", "x", tls=True)),
    ("https://h/s/abc/", SessionLink("h:443", "abc", tls=True)),
    ("_https://h/s/abc_.", SessionLink("h:443", "abc", tls=True)),
    ("https://[::1]:9/s/abc", SessionLink("[::1]:9", "abc", tls=True)),
    ("https://h/proxy/8377/s/abc#invite=x", PREFIXED),
    ("peerlines://h/proxy/8377/abc?invite=x", PREFIXED),
    ("peerlines://h//proxy/8377/s/abc?invite=x.", PREFIXED),
    # Any page can have such an address: a link that says that it is one counts.
    (f"Notes: https://docs.example/s/notes1 {TEXT}", LINK),
    (f"https://l.example/s/go?to={ENCODED}", LINK),
    (f"https://l.example/s/go?to={TEXT}", LINK),
    (f"https://example.org/ and {TEXT}", LINK),
]


@pytest.mark.parametrize(("text", "link"), WEB_CASES)
def test_links_of_web_pages_and_paths_of_proxies(text: str, link: SessionLink) -> None:
    found = SessionLink.parse(text)
    assert found == link
    assert SessionLink.parse(str(found)) == link


def test_the_path_of_a_proxy_is_kept() -> None:
    assert PREFIXED.websocket_url == "wss://h:443/proxy/8377/ws/session/abc"
    assert PREFIXED.page_url.startswith("https://h/proxy/8377/s/abc")
    assert str(PREFIXED) == "peerlines://h:443/proxy/8377/abc?invite=x"
    assert PREFIXED.server == ServerPlace("h:443", tls=True, prefix="/proxy/8377")
    assert PREFIXED.server.key == "peerlines://h:443/proxy/8377"
    assert PREFIXED.server.session("abc", "x") == PREFIXED


def test_both_ends_of_the_length_of_a_path() -> None:
    longest = "a" * (MAX_PREFIX_CHARS - 1)
    assert SessionLink.parse(f"peerline://h/{longest}/abc").prefix == f"/{longest}"
    with pytest.raises(LinkError, match="path"):
        SessionLink.parse(f"peerline://h/{longest}a/abc")


@pytest.mark.parametrize(
    ("text", "place"),
    [
        (" Example.org\n", ServerPlace(f"example.org:{DEFAULT_PORT}")),
        ("h:1", ServerPlace("h:1")),
        ("peerline://h:1/", ServerPlace("h:1")),
        ("peerlines://h", ServerPlace("h:443", tls=True)),
        ("https://h", ServerPlace("h:443", tls=True)),
        ("wss://h:9/", ServerPlace("h:9", tls=True)),
        ("http://h:9", ServerPlace("h:9")),
        ("http://h", ServerPlace("h:80")),
        ("WS://h/", ServerPlace("h:80")),
        ("https://h/proxy/8377/", ServerPlace("h:443", tls=True, prefix="/proxy/8377")),
        ("https://h/s/", ServerPlace("h:443", tls=True)),
    ],
)
def test_servers(text: str, place: ServerPlace) -> None:
    assert ServerPlace.parse(text) == place


@pytest.mark.parametrize(
    "text",
    ["", "a b", "h/session", "ftp://h", "u@h", "a..b", "https://h/../x", TEXT, WEB, "https://h?x"],
)
def test_what_is_no_server(text: str) -> None:
    with pytest.raises(LinkError):
        ServerPlace.parse(text)


def test_a_link_without_an_invite_ends_where_it_ends() -> None:
    bare = SessionLink("h:1", "abc")
    for text in ("_peerline://h:1/abc_", "peerline://h:1/abc/.", "(peerline://h:1/abc?)"):
        assert SessionLink.parse(text) == bare


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("peerline://h/abc", f"h:{DEFAULT_PORT}"),
        ("peerline://h:/abc", f"h:{DEFAULT_PORT}"),
        ("peerline://[::1]/abc", f"[::1]:{DEFAULT_PORT}"),
        ("peerlines://h/abc", f"h:{DEFAULT_TLS_PORT}"),
        ("http://h/s/abc", f"h:{DEFAULT_WEB_PORT}"),
        ("HTTP://[::1]/s/abc", f"[::1]:{DEFAULT_WEB_PORT}"),
        ("http://h:8377/s/abc", "h:8377"),
        ("peerline://h:1/abc", "h:1"),
        ("peerline://h:65535/abc", "h:65535"),
        ("peerline://EXAMPLE.org.:9/abc", "example.org:9"),
        ("peerline://bücher.example/abc", f"xn--bcher-kva.example:{DEFAULT_PORT}"),
        ("peerline://127.0.0.1:5/abc", "127.0.0.1:5"),
        ("peerline://[2001:DB8::0:1]:5/abc", "[2001:db8::1]:5"),
        ("peerline://peerline_server:5/abc", "peerline_server:5"),
        (f"peerline://{'a' * 63}.b/abc", f"{'a' * 63}.b:{DEFAULT_PORT}"),
    ],
)
def test_addresses(text: str, address: str) -> None:
    assert SessionLink.parse(text).address == address


BAD_HOSTS = [
    *("", "a..b", ".a", "a..", "-a", "a-", "a b", "a%20", "a*", "a,b", "a\\b"),
    *("a" * 64, f"{'a' * 64}.b", ".".join(["a" * 60] * 5), "ü" * 60),
    *("a\u202eb", "a\u00adb", "a\x00b", "a\u2028b", "ａ．ｂ", "a。b", "\ud800", "a\u0301\u202d"),
    *("1.2.3", "1.2.3.4.5", "256.1.1.1", "01.2.3.4", "0x7f.1", "999"),
    *("[", "]", "[]", "[::1", "::1", "[::1]x", "[::g]", "[1.2.3.4]", "[fe80::1%25eth0]"),
    *("u@h", "u:p@h", "@h", "h@"),
]
BAD_PORTS = ["0", "00", "99999", "65536", "-1", "+1", "1_0", "x", "1x", "٣", "1:2", "123456", " 1"]


@pytest.mark.parametrize("host", BAD_HOSTS)
def test_a_host_that_is_none_is_refused_at_once(host: str) -> None:
    with pytest.raises(LinkError, match=NO_LINK):
        SessionLink.parse(f"peerline://{host}/abc")
    with pytest.raises(LinkError):
        parse_address(host)


@pytest.mark.parametrize("port", BAD_PORTS)
def test_a_port_that_is_none_is_refused_at_once(port: str) -> None:
    with pytest.raises(LinkError, match=NO_LINK):
        SessionLink.parse(f"peerline://h:{port}/abc")
    with pytest.raises(LinkError):
        parse_address(f"h:{port}")


NO_LINKS: Final = [
    *("http://h/abc", "https://h/s/", "https://u@h/s/abc#invite=c", "https://a..b/s/abc"),
    *("https://h/s/abc/more#invite=c", "ws://h/s/abc", "peerline://h/%2e%2e/abc"),
    *("", " ", "x", "peerline:", "peerline://", "peerline://h"),
    *("peerline://h/", "peerline://h/a/../b", "peerline:/h/abc"),
    *(f"peerline://h/{'a' * 65}", "peerline://h/?invite=x", "peerline://h/é"),
    *(
        "peerline://h/abc?invite=%20",
        "peerline://h/abc?invite=a%C3%A9",
        "peerline://h/abc?invite=.",
    ),
    f"peerline://h/abc?invite={'a' * 129}",
    *("peerline://h/a\u202eb", "peerline://h/a\u00adb?invite=c", "peerline://h/a\x00b"),
    "vscode://peerline.peerline/join?link=https%3A%2F%2Fx",
]


@pytest.mark.parametrize("text", NO_LINKS)
def test_another_text_is_refused(text: str) -> None:
    with pytest.raises(LinkError, match=NO_LINK):
        SessionLink.parse(text)


def test_the_refusal_never_repeats_the_invite() -> None:
    with pytest.raises(LinkError) as refused:
        SessionLink.parse("peerline://a..b/abc?invite=SECRET")
    assert "SECRET" not in str(refused.value)
    assert "host name" in str(refused.value)


@pytest.mark.parametrize("length", [64, 128])
def test_both_ends_of_the_lengths(length: int) -> None:
    code = "a" * length
    assert SessionLink.parse(f"peerline://h/{'b' * 64}?invite={code}").invite == code


def test_the_client_for_javascript_is_held_to_the_same_cases() -> None:
    cases: list[dict[str, Any]] = json.loads(CLIENT_CASES.read_text())
    assert {case["text"] for case in cases} >= {
        *(f"peerline://{host}/abc" for host in BAD_HOSTS),
        *(f"peerline://h:{port}/abc" for port in BAD_PORTS),
        *(text for text, _ in WEB_CASES),
        *NO_LINKS,
    }


@pytest.mark.parametrize(
    ("address", "is_local"),
    [
        ("127.0.0.1:8377", True),
        ("127.1.2.3:80", True),
        ("localhost:8377", True),
        ("page.localhost:80", True),
        ("[::1]:8377", True),
        ("127.example.org:80", False),
        ("localhost.example.org:80", False),
        ("mylocalhost:80", False),
        ("192.168.1.7:8377", False),
        ("[2001:db8::1]:8377", False),
    ],
)
def test_a_place_that_this_computer_alone_reaches(address: str, is_local: bool) -> None:
    assert ServerPlace(address).is_loopback is is_local
