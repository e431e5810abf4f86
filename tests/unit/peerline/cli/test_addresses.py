"""The address of a server as this computer and as others reach it."""

import pytest

from peerline.cli.addresses import is_loopback, local, reachable


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("127.0.0.1:8377", True),
        ("127.9.9.9:1", True),
        ("localhost:80", True),
        ("[::1]:80", True),
        ("192.168.1.2:80", False),
        ("example.org:80", False),
        ("128.0.0.1:80", False),
    ],
)
def test_loopback_addresses_are_known(*, address: str, expected: bool) -> None:
    assert is_loopback(address) is expected


def test_a_server_that_listens_everywhere_is_reached_in_different_ways() -> None:
    assert local("0.0.0.0:8377") == "127.0.0.1:8377"
    assert local("[::]:8377") == "[::1]:8377"
    assert reachable("0.0.0.0:8377") not in {"0.0.0.0:8377", ":8377"}
    assert local("192.168.1.2:80") == reachable("192.168.1.2:80") == "192.168.1.2:80"
