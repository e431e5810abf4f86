"""Tests of peerline.protocol.links."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from peerline.protocol.links import LinkError, SessionLink

ID = st.text("abcXYZ019_-", min_size=1, max_size=64)


@given(ID, st.none() | ID, st.booleans(), st.integers(1, 65535))
def test_a_link_is_read_as_it_was_written(
    session_id: str, invite: str | None, tls: bool, port: int
) -> None:
    link = SessionLink(f"host.example:{port}", session_id, invite, tls)
    assert SessionLink.parse(str(link)) == link


def test_the_invite_stays_out_of_the_address_of_the_socket() -> None:
    link = SessionLink.parse("peerlines://[::1]:99/abc?invite=code")
    assert link.websocket_url == "wss://[::1]:99/ws/session/abc"


@pytest.mark.parametrize(
    "text",
    [
        *("", "x", "http://h/abc", "peerline://", "peerline://h", "peerline://h/"),
        *("peerline://h/a/b", "peerline://h:port/abc", "peerline://u:p@h/abc"),
        "peerline://h:99999/abc",
    ],
)
def test_another_text_is_refused(text: str) -> None:
    with pytest.raises(LinkError):
        SessionLink.parse(text)
