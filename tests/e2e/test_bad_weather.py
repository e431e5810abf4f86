"""The server is away: at the start, in mid-session, while the editor is closed and opened again."""

import json
import signal
import stat
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from .bridge_process import BridgeProcess, RpcError
from .conftest import Bridges, ServerProcess, peerline

FILES = {"src/main.py": "def first():\n    return 1\n\n\ndef second():\n    return 2\n"}
FILE = "src/main.py"


def joined(server: ServerProcess, bridges: Bridges, name: str, role: str) -> BridgeProcess:
    bridge = bridges.start(name, FILES)
    bridge.open(FILE)
    bridge.command("join", link=server.invite(role))
    return bridge


def contents(params: dict[str, Any]) -> list[str]:
    return [message["content"] for message in params["messages"] if message["kind"] == "chat"]


def chat_of(server: ServerProcess, bridges: Bridges, name: str) -> list[str]:
    """The chat, as somebody sees it who comes now."""
    late = joined(server, bridges, name, "viewer")
    return contents(late.wait_notification("peerline/chat", lambda params: params["reset"]))


def pending_of(bridge: BridgeProcess) -> list[tuple[str, str, str | None]]:
    items = bridge.plain_command("listPending")["items"]
    return [(item["kind"], item["content"], item.get("refusal")) for item in items]


def kept(state_home: Path) -> Iterable[Path]:
    return (state_home / "peerline" / "sessions").glob("*.json")


def test_a_server_that_is_away_at_the_start_costs_nothing_that_is_typed(
    server: ServerProcess, bridges: Bridges
) -> None:
    link = server.invite("editor")
    server.kill()
    alice = bridges.start("alice", FILES)
    alice.open(FILE)
    with pytest.raises(RpcError, match="still trying"):
        alice.command("join", link=link)
    for number in range(5):
        assert alice.command("sendChat", content=f"m{number}") == {"is_pending": True}
    shown = alice.wait_notification(
        "peerline/chat",
        lambda params: [message.get("is_pending") for message in params["messages"]] == [True],
    )
    assert contents(shown) == ["m0"]
    alice.command("addComment", uri=alice.uri(FILE), line=4, content="why?")
    comments = alice.wait_notification("peerline/comments", lambda params: params["threads"] != [])
    assert [(thread["line"], thread["is_pending"]) for thread in comments["threads"]] == [(4, True)]
    assert alice.wait_state(pending=6)["state"] in {"connecting", "reconnecting"}

    server.start()
    assert alice.wait_state(state="joined", pending=0)["refused"] == 0
    assert pending_of(alice) == []
    removed: list[str] = []
    while len(removed) < 5:
        removed += alice.wait_notification("peerline/chat", lambda params: params["removed"] != [])[
            "removed"
        ]
    assert len(set(removed)) == 5
    alice.wait_notification(
        "peerline/comments",
        lambda params: [thread["is_pending"] for thread in params["threads"]] == [False],
    )
    assert chat_of(server, bridges, "late") == [f"m{number}" for number in range(5)]
    assert not [m for m in alice.received if m.get("method") == "peerline/notice"]
    assert not [m for m in alice.received if str(m.get("method")).startswith("window/")]


def test_everything_done_offline_survives_the_editor_and_is_sent_once_in_order(
    server: ServerProcess, bridges: Bridges, state_home: Path
) -> None:
    link = server.invite("editor")
    alice = bridges.start("alice", FILES)
    alice.open(FILE)
    alice.command("join", link=link)
    me = alice.wait_state(state="joined")["user_id"]
    alice.command("sendChat", content="helo")
    said = alice.wait_notification("peerline/chat", lambda params: contents(params) == ["helo"])
    message_id = said["messages"][-1]["id"]
    alice.command("addComment", uri=alice.uri(FILE), line=0, content="one")
    shown = alice.wait_notification("peerline/comments", lambda params: params["threads"] != [])
    thread_id = shown["threads"][0]["id"]

    server.kill()
    alice.wait_state(state="reconnecting")
    alice.command("editMessage", message_id=message_id, content="hello")
    alice.command("react", message_id=message_id, emoji="🎉")
    alice.command("reply", comment_id=thread_id, content="and two")
    alice.command("resolve", comment_id=thread_id)
    alice.command("sendChat", content="last words")
    kinds = ["edit", "reaction", "reply", "resolve", "chat"]
    assert [kind for kind, _, _ in pending_of(alice)] == kinds
    if sys.platform != "win32":
        for path in kept(state_home):
            assert stat.S_IMODE(path.stat().st_mode) == 0o600
            assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    alice.process.kill()  # without a word, as a crash would be
    alice.process.wait(10)

    server.start()
    again = bridges.start("alice", FILES)
    again.open(FILE)
    again.command("join", link=link)
    assert again.wait_state(state="joined", pending=0)["user_id"] == me
    assert pending_of(again) == []
    late = joined(server, bridges, "late", "viewer")
    chat = late.wait_notification("peerline/chat", lambda params: params["reset"])
    assert contents(chat) == ["hello", "last words"]
    first = next(message for message in chat["messages"] if message["id"] == message_id)
    assert (first["is_edited"], [r["emoji"] for r in first["reactions"]]) == (True, ["🎉"])
    (resolved,) = late.wait_notification("peerline/comments")["threads"] or [None]
    assert resolved is None, "the thread was resolved after the reply"
    assert [json.loads(path.read_text())["waiting"] for path in kept(state_home)] != []
    assert all(json.loads(path.read_text())["waiting"] == [] for path in kept(state_home))


def test_what_is_refused_says_why_and_can_be_taken_back(
    server: ServerProcess, bridges: Bridges
) -> None:
    viewer = joined(server, bridges, "viewer", "viewer")
    server.kill()
    viewer.wait_state(state="reconnecting")
    viewer.command("sendChat", content="may I?")
    viewer.command("sendChat", content="or this?")
    server.start()
    notice = viewer.wait_notification("peerline/notice")
    assert notice["code"] == "PERMISSION_DENIED"
    assert "a viewer cannot write in the chat" in notice["message"]
    viewer.wait_state(pending=0, refused=2)
    first, second = viewer.plain_command("listPending")["items"]
    assert (first["content"], second["content"]) == ("may I?", "or this?")
    assert "a viewer cannot" in first["refusal"]
    shown = viewer.wait_notification(
        "peerline/chat",
        lambda params: any(message.get("refusal") for message in params["messages"]),
    )
    assert contents(shown) == ["may I?"]
    viewer.command("discardPending", id=second["id"])
    viewer.command("editMessage", message_id=first["id"], content="may I now?")
    viewer.wait_state(pending=0, refused=1)
    assert [content for _, content, _ in pending_of(viewer)] == ["may I now?"]
    (again,) = viewer.plain_command("listPending")["items"]
    viewer.command("deleteMessage", message_id=again["id"])
    viewer.wait_state(pending=0, refused=0)
    with pytest.raises(RpcError, match="no such message"):
        viewer.command("resendPending", id=again["id"])


def test_who_comes_back_has_the_role_that_a_host_gave_meanwhile(
    server: ServerProcess, bridges: Bridges
) -> None:
    bob = joined(server, bridges, "bob", "editor")
    alice = bridges.start("alice", {"a": ""})
    token = server.token("host", "alice")
    alice.command("join", link=server.invite("viewer"), auth_token=token)
    server.kill()
    for bridge in (bob, alice):
        bridge.wait_state(state="reconnecting")
    bob.command("sendChat", content="may I?")
    bob.process.send_signal(signal.SIGSTOP)
    try:
        server.start()
        alice.wait_state(state="joined")
        people = alice.plain_command("listParticipants")["participants"]
        (user_id,) = [one["user_id"] for one in people if one["username"] == "bob"]
        alice.command("changeRole", user_id=user_id, role="viewer")
    finally:
        bob.process.send_signal(signal.SIGCONT)
    bob.wait_state(state="joined", role="viewer", refused=1)
    assert "a viewer cannot" in bob.plain_command("listPending")["items"][0]["refusal"]


def test_what_waits_can_be_edited_and_discarded_but_not_answered(
    server: ServerProcess, bridges: Bridges
) -> None:
    alice = joined(server, bridges, "alice", "editor")
    server.kill()
    alice.wait_state(state="reconnecting")
    for content in ("one", "two", "three"):
        alice.command("sendChat", content=content)
    one, two, three = (item["id"] for item in alice.plain_command("listPending")["items"])
    alice.command("discardPending", id=two)
    alice.command("editMessage", message_id=three, content="drei")
    for name, arguments in (
        ("reply", {"comment_id": one, "content": "x"}),
        ("resolve", {"comment_id": one}),
        ("react", {"message_id": one, "emoji": "+1"}),
    ):
        with pytest.raises(RpcError, match="not been sent yet"):
            alice.command(name, **arguments)
    server.start()
    alice.wait_state(state="joined", pending=0)
    assert chat_of(server, bridges, "late") == ["one", "drei"]


def test_leaving_keeps_what_waits_for_the_next_join(
    server: ServerProcess, bridges: Bridges
) -> None:
    link = server.invite("editor")
    alice = bridges.start("alice", FILES)
    alice.command("join", link=link)
    server.kill()
    alice.wait_state(state="reconnecting")
    alice.command("sendChat", content="later")
    alice.plain_command("leave")
    assert "not sent yet: 1" in alice.wait_notification("peerline/notice")["message"]
    server.start()
    alice.command("join", link=link)
    alice.wait_state(state="joined", pending=0)
    assert chat_of(server, bridges, "late") == ["later"]


def test_a_removed_participant_is_told_once_and_does_not_come_back(
    server: ServerProcess, bridges: Bridges
) -> None:
    host = bridges.start("host", FILES)
    host.command("join", link=server.invite("viewer"), auth_token=server.token("host", "Host"))
    bob = joined(server, bridges, "bob", "editor")
    people = host.wait_notification(
        "peerline/participants", lambda params: len(params["participants"]) == 2
    )["participants"]
    user_id = next(person["user_id"] for person in people if not person["is_me"])
    host.command("removeParticipant", user_id=user_id, ban=True)
    assert "removed" in bob.wait_state(state="offline")["reason"]
    assert "removed" in bob.wait_notification("peerline/notice")["message"]
    with pytest.raises(RpcError, match="join a session first"):
        bob.command("sendChat", content="hello?")
    bob.received.clear()
    server.stop()
    server.start()
    late = joined(server, bridges, "late", "viewer")
    people = late.wait_notification("peerline/participants")["participants"]
    assert "bob" not in [person["username"] for person in people]
    messages = [message for message in bob.received if message.get("method") == "peerline/state"]
    assert all(message["params"]["state"] == "offline" for message in messages)
    # The same person on the same machine is still the same one.
    with pytest.raises(RpcError) as refused:
        bob.command("join", link=server.invite("editor"))
    assert refused.value.data == {"error_code": "BANNED"}


def test_a_token_that_is_no_longer_good_is_asked_for_once(
    server: ServerProcess, bridges: Bridges
) -> None:
    alice = bridges.start("alice", FILES)
    token = server.token("alice", "Alice")
    alice.command("join", link=server.invite("editor"), auth_token=token)
    server.kill()
    alice.wait_state(state="reconnecting")
    alice.command("sendChat", content="before the new token")
    (secret,) = server.data_dir.glob("*secret*")
    secret.unlink()
    server.start()
    assert alice.wait_notification("peerline/notice")["code"] == "TOKEN_INVALID"
    state = alice.wait_state(state="offline")
    assert state["reason"] == "Your token is not a token that this server accepts."
    assert state["is_over"] is False
    assert alice.command("sendChat", content="and meanwhile") == {"is_pending": True}
    alice.command("renewToken", auth_token=server.token("alice", "Alice"))
    alice.wait_state(state="joined", pending=0)
    assert chat_of(server, bridges, "late") == ["before the new token", "and meanwhile"]
    assert not [m for m in alice.received if m.get("method") == "peerline/notice"]


def test_a_new_token_that_is_kept_signs_in_when_the_user_says_so(
    server: ServerProcess, bridges: Bridges, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = tmp_path / "tokens.toml"
    monkeypatch.setenv("PEERLINE_TOKEN_FILE", str(kept))
    alice = bridges.start("alice", FILES)
    alice.command("join", link=server.invite("editor"), auth_token=server.token("alice", "Alice"))
    alice.wait_state(state="joined")
    with pytest.raises(RpcError, match="keep a new token for 127"):
        alice.plain_command("signIn")
    server.kill()
    (secret,) = server.data_dir.glob("*secret*")
    secret.unlink()
    server.start()
    assert alice.wait_notification("peerline/notice")["code"] == "TOKEN_INVALID"
    kept.touch(0o600)
    kept.write_text(f'"{server.address}" = "{server.token("alice", "Alice")}"\n')
    alice.plain_command("signIn")
    assert alice.wait_state(state="joined")["username"] == "Alice"


def test_a_token_that_expires_is_replaced_by_a_newer_one_that_is_kept(
    tmp_path: Path, bridges: Bridges, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = tmp_path / "tokens.toml"
    monkeypatch.setenv("PEERLINE_TOKEN_FILE", str(kept))
    # Every token of an hour is one that expires soon.
    server = ServerProcess(tmp_path / "data", {"PEERLINE_TOKEN_WARNING_SECONDS": "7200"})
    server.start()
    try:
        server.create_session()
        link = server.invite("editor")
        data = ("--data-dir", str(server.data_dir))
        old = peerline("token", "--user", "a", "--name", "A", "--expires", "3600", *data)
        alice = bridges.start("alice", FILES)
        alice.command("join", link=link, auth_token=old)
        assert alice.wait_notification("peerline/notice")["code"] == "TOKEN_EXPIRED"
        alice.plain_command("leave")

        kept.touch(0o600)
        newer = peerline("token", "--user", "a", "--name", "A", "--expires", "90000", *data)
        kept.write_text(f'"{server.address}" = "{newer}"\n')
        alice.command("join", link=link, auth_token=old)
        for _ in range(5):  # what the server said before has been heard when it answers
            alice.command("sendChat", content="still here")
        assert not [m for m in alice.received if m.get("method") == "peerline/notice"]
        with pytest.raises(RpcError, match="keep a new token"):
            alice.plain_command("signIn")
    finally:
        server.close()


def test_two_editors_of_one_guest_name_are_two_guests_at_a_time(
    server: ServerProcess, bridges: Bridges
) -> None:
    link = server.invite("editor")
    first, second = (bridges.start("alice", FILES) for _ in range(2))
    ids: list[str] = []
    for bridge in (first, second):
        bridge.command("join", link=link)
        ids.append(bridge.wait_state(state="joined")["user_id"])
    assert len(set(ids)) == 2
    second.plain_command("leave")
    second.command("join", link=link)
    assert second.wait_state(state="joined")["user_id"] == ids[1]
