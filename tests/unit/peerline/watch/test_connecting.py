"""Tests of peerline.watch.connecting and of how the view ends when it never joined."""

import socket
from contextlib import closing
from threading import Thread

import pytest

from peerline.protocol.errors import ErrorCode
from peerline.protocol.links import SessionLink
from peerline.watch.connecting import client_maker, still_trying, why_not
from peerline.watch.plain import run_plain

REDIRECT = b"HTTP/1.1 302 Found\r\nLocation: https://login.example/\r\nContent-Length: 0\r\n\r\n"


@pytest.mark.parametrize("reason", ["it is over", "It is over."])
def test_a_reason_ends_with_what_to_do(reason: str) -> None:
    text = reason.removesuffix(".")
    assert why_not(reason, None) == text
    assert why_not(reason, ErrorCode.TOKEN_INVALID) == f"{text}; check --token or PEERLINE_TOKEN"
    assert still_trying(reason) == f"{text}; trying again"


@pytest.mark.parametrize(
    "code", [code for code in ErrorCode if code.startswith("INVITE_")], ids=str
)
def test_the_advice_about_an_invite_is_the_servers_alone(code: ErrorCode) -> None:
    assert why_not("this invite does not hold. Get another.", code) == (
        "this invite does not hold. Get another"
    )


async def test_a_view_that_meets_no_server_ends_with_the_reason(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as listener:

        def answer() -> None:
            connection, _ = listener.accept()
            with connection:
                connection.recv(65_536)
                connection.sendall(REDIRECT)

        thread = Thread(target=answer, daemon=True)
        thread.start()
        link = SessionLink(f"127.0.0.1:{listener.getsockname()[1]}", "abc", "code")
        code = await run_plain(client_maker(link, name="zoe", token=None))
        thread.join()
    assert code == 1
    assert "a redirect to https://login.example/" in capsys.readouterr().err
