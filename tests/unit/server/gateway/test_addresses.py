"""Tests of server.addresses."""

import pytest

from peerline_server.gateway.addresses import client_address, own_hosts, parse_networks

LOOPBACK = parse_networks(["127.0.0.1", "::1"])


@pytest.mark.parametrize(
    ("peer", "forwarded", "address"),
    [
        ("192.0.2.1", [], "192.0.2.1"),
        # A proxy that is not trusted may say what it likes.
        ("192.0.2.1", ["198.51.100.7"], "192.0.2.1"),
        ("192.0.2.1", ["127.0.0.1"], "192.0.2.1"),
        ("127.0.0.1", [], None),
        ("::1", [], None),
        ("127.0.0.1", ["198.51.100.7"], "198.51.100.7"),
        # Only what the trusted proxy itself wrote counts: the last entry.
        ("127.0.0.1", ["203.0.113.9, 198.51.100.7"], "198.51.100.7"),
        ("127.0.0.1", ["203.0.113.9", "198.51.100.7"], "198.51.100.7"),
        ("127.0.0.1", ["203.0.113.9, 127.0.0.1"], "203.0.113.9"),
        ("127.0.0.1", ["198.51.100.7, nonsense"], None),
        ("127.0.0.1", ["unknown"], None),
        ("127.0.0.1", [""], None),
        ("127.0.0.1", ["198.51.100.7:4711"], "198.51.100.7"),
        ("127.0.0.1", ["[2001:db8::7]:4711"], "2001:db8::/64"),
        ("127.0.0.1", ["2001:db8::7"], "2001:db8::/64"),
        ("::ffff:192.0.2.1", [], "192.0.2.1"),
        ("::ffff:127.0.0.1", ["198.51.100.7"], "198.51.100.7"),
        ("2001:db8:0:1:1::1", [], "2001:db8:0:1::/64"),
        ("2001:db8:0:1:ffff::1", [], "2001:db8:0:1::/64"),
        ("fe80::1%eth0", [], "fe80::/64"),
        ("", [], None),
    ],
)
def test_the_address_is_whom_the_last_trusted_proxy_names(
    peer: str, forwarded: list[str], address: str | None
) -> None:
    assert client_address(peer, forwarded, LOOPBACK) == address


def test_a_chain_of_trusted_proxies_is_followed() -> None:
    trusted = parse_networks(["127.0.0.1", "10.0.0.0/8"])
    assert client_address("127.0.0.1", ["192.0.2.1, 10.1.1.1, 10.2.2.2"], trusted) == "192.0.2.1"
    assert client_address("127.0.0.1", ["192.0.2.1, 11.1.1.1, 10.2.2.2"], trusted) == "11.1.1.1"


def test_endless_chains_are_looked_at_up_to_a_point() -> None:
    chain = ", ".join(["192.0.2.1", *["127.0.0.1"] * 10_000])
    assert client_address("127.0.0.1", [chain], LOOPBACK) is None


@pytest.mark.parametrize("text", ["somewhere", "10.0.0.0/33", "*", ""])
def test_a_network_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="network"):
        parse_networks([text])


@pytest.mark.parametrize(
    ("peer", "hosts", "forwarded", "own"),
    [
        ("192.0.2.1", ["Peerline.example"], [], ["peerline.example"]),
        ("192.0.2.1", ["[::1]:8377"], [], ["[::1]:8377"]),
        ("192.0.2.1", [], [], []),
        ("192.0.2.1", ["a", "b"], [], []),
        ("192.0.2.1", ["a/b"], [], []),
        ("192.0.2.1", ["inside:80"], ["outside"], ["inside:80"]),
        ("127.0.0.1", ["inside:80"], ["outside"], ["inside:80", "outside"]),
        ("127.0.0.1", ["inside:80"], ["evil, outside"], ["inside:80", "outside"]),
        ("", ["inside:80"], ["outside"], ["inside:80"]),
    ],
)
def test_the_servers_own_names_are_those_that_a_browser_sees(
    peer: str, hosts: list[str], forwarded: list[str], own: list[str]
) -> None:
    assert own_hosts(peer, hosts, forwarded, parse_networks(["127.0.0.1"])) == own
