"""Joining another session with the real bridge: the one at hand stays until that has worked."""

import socket
from collections.abc import Generator
from contextlib import closing, contextmanager
from pathlib import Path
from threading import Thread

import pytest

from peerline.protocol.links import SessionLink
from tests.free_port import free_port

from .bridge_process import BridgeProcess, RpcError
from .conftest import Bridges, ServerProcess

FILES = {"a.py": "x = 1\n"}


def joined(server: ServerProcess, bridges: Bridges, name: str) -> BridgeProcess:
    bridge = bridges.start(name, FILES)
    bridge.command("join", link=server.invite("editor"))
    bridge.wait_state(state="joined")
    return bridge


@contextmanager
def answering(answer: bytes) -> Generator[str]:
    """A server that answers each connection with the same bytes; its address."""
    with closing(socket.create_server(("127.0.0.1", 0))) as listener:

        def run() -> None:
            while True:
                try:
                    connection, _ = listener.accept()
                except OSError:
                    return
                with connection:
                    connection.recv(65_536)
                    connection.sendall(answer)

        Thread(target=run, daemon=True).start()
        yield f"127.0.0.1:{listener.getsockname()[1]}"
        listener.shutdown(socket.SHUT_RDWR)


def is_still_in(server: ServerProcess, bridges: Bridges, bridge: BridgeProcess, name: str) -> None:
    """A message of the bridge arrives at others of the session, who never saw it go."""
    assert "seq" in bridge.command("sendChat", content="still here")
    other = bridges.start("witness", FILES)
    other.command("join", link=server.invite("viewer"))
    other.wait_state(state="joined")
    people = other.command("listParticipants")["participants"]
    assert name in [person["username"] for person in people]
    states = [
        message["params"]["state"]
        for message in bridge.received
        if message.get("method") == "peerline/state"
    ]
    assert "offline" not in states
    assert "reconnecting" not in states


REDIRECT = b"HTTP/1.1 301 Moved\r\nLocation: https://login.example/\r\nContent-Length: 0\r\n\r\n"


def test_a_join_to_a_dead_address_leaves_the_session_at_hand(
    server: ServerProcess, bridges: Bridges
) -> None:
    alice = joined(server, bridges, "alice")
    with pytest.raises(RpcError, match=r"nothing listens there\. You stay in your session\."):
        alice.command("join", link=f"peerline://127.0.0.1:{free_port()}/elsewhere?invite=x")
    is_still_in(server, bridges, alice, "alice")


@pytest.mark.parametrize(
    ("answer", "text"),
    [
        (REDIRECT, "a redirect to https://login.example/"),
        (b"SSH-2.0-x\r\n", "is not a Peerline server"),
    ],
)
def test_a_join_to_what_is_no_server_leaves_the_session_at_hand(
    server: ServerProcess, bridges: Bridges, answer: bytes, text: str
) -> None:
    alice = joined(server, bridges, "alice")
    with answering(answer) as address, pytest.raises(RpcError, match=text):
        alice.command("join", link=f"peerline://{address}/elsewhere?invite=x")
    is_still_in(server, bridges, alice, "alice")


def test_a_join_to_what_is_no_server_is_answered(bridges: Bridges) -> None:
    alice = bridges.start("alice", FILES)
    with answering(REDIRECT) as address, pytest.raises(RpcError, match="a proxy is in the way"):
        alice.command("join", link=f"peerline://{address}/elsewhere?invite=x")
    alice.wait_state(state="offline")


@pytest.mark.parametrize("invite", ["wrong", "CODE."])
def test_a_join_that_is_refused_leaves_the_session_at_hand(
    server: ServerProcess, bridges: Bridges, invite: str
) -> None:
    alice = joined(server, bridges, "alice")
    link = SessionLink(server.address, "nothing-here")
    with pytest.raises(RpcError, match="You stay in your session"):
        alice.command("join", link=f"{link}?invite={invite}")
    is_still_in(server, bridges, alice, "alice")


@pytest.mark.parametrize("link", ["peerline://a..b/x?invite=y", "hello", "peerline://h:0/x"])
def test_a_link_that_is_none_leaves_the_session_at_hand(
    server: ServerProcess, bridges: Bridges, link: str
) -> None:
    alice = joined(server, bridges, "alice")
    with pytest.raises(RpcError, match="This is not a Peerline session link"):
        alice.command("join", link=link)
    is_still_in(server, bridges, alice, "alice")


def test_a_session_that_answers_takes_the_place_of_the_one_at_hand(
    server: ServerProcess, bridges: Bridges, tmp_path: Path
) -> None:
    alice = joined(server, bridges, "alice")
    bob = joined(server, bridges, "bob")
    other = ServerProcess(tmp_path / "other")
    try:
        other.start()
        other.create_session()
        alice.command("join", link=f"<{other.invite('editor')}>.")
        state = alice.wait_state(state="joined", session_id=other.session)
        assert state["username"] == "alice"
        assert "seq" in alice.command("sendChat", content="over here")
        bob.wait(
            lambda message: (
                message.get("method") == "peerline/participants"
                and "alice" not in str(message["params"])
            )
        )
    finally:
        other.close()


def test_the_session_at_hand_can_be_joined_again(server: ServerProcess, bridges: Bridges) -> None:
    alice = joined(server, bridges, "alice")
    alice.command("join", link=server.invite("editor"))
    assert "seq" in alice.command("sendChat", content="the same")
    bob = joined(server, bridges, "bob")
    people = bob.command("listParticipants")["participants"]
    assert [person["username"] for person in people if person["username"] == "alice"] == ["alice"]


def test_a_start_on_a_server_that_does_not_answer_leaves_the_session_at_hand(
    server: ServerProcess, bridges: Bridges
) -> None:
    alice = joined(server, bridges, "alice")
    with pytest.raises(RpcError, match="You stay in your session"):
        alice.command("startSession", server=f"127.0.0.1:{free_port()}", auth_token="t")
    is_still_in(server, bridges, alice, "alice")
