"""Two bridges in one session on a real server, spoken to as an editor does."""

from pathlib import Path
from typing import Any

import pytest

from .bridge_process import BridgeProcess, RpcError
from .conftest import Bridges, ServerProcess

TEXT = "α🦊β = 1\r\nplain\u2028line 🦊 x\nsecond\nlast 🦊"
FILES = {"src/main.py": TEXT}
UNITS = {
    # In which units the fox of the first line ends, as each encoding counts.
    "utf-8": 6,
    "utf-16": 3,
    "utf-32": 2,
}


def pair(
    server: ServerProcess, bridges: Bridges, *, encodings: tuple[str, str] = ("utf-16", "utf-16")
) -> tuple[BridgeProcess, BridgeProcess]:
    """Alice and Bob, joined, with the file open."""
    both = tuple(
        bridges.start(name, FILES, encoding)
        for name, encoding in zip(("alice", "bob"), encodings, strict=True)
    )
    for bridge in both:
        bridge.command("join", link=server.invite("editor"))
        bridge.open("src/main.py")
    return both[0], both[1]


@pytest.mark.parametrize("sender", UNITS)
@pytest.mark.parametrize("receiver", UNITS)
def test_a_cursor_arrives_at_the_same_character_in_every_encoding(
    server: ServerProcess, bridges: Bridges, sender: str, receiver: str
) -> None:
    alice, bob = pair(server, bridges, encodings=(sender, receiver))
    end = {"line": 0, "character": UNITS[sender]}
    alice.cursor(
        "src/main.py",
        0,
        UNITS[sender],
        selection={"start": {"line": 0, "character": 0}, "end": end},
        viewport={"start": 0, "end": 2},
    )
    params = bob.wait_notification(
        "peerline/presence",
        lambda params: any(
            "viewport" in update and "cursor" in update for update in params.get("updates", [])
        ),
    )
    (update,) = (item for item in params["updates"] if "viewport" in item)
    assert update["username"] == "alice"
    assert update["uri"] == bob.uri("src/main.py")
    place = {"line": 0, "character": UNITS[receiver]}
    assert update["cursor"] == place
    assert update["selection"] == {"start": {"line": 0, "character": 0}, "end": place}
    assert update["viewport"] == {"start": 0, "end": 2}


def test_chat_comment_reply_and_resolve(server: ServerProcess, bridges: Bridges) -> None:
    alice, bob = pair(server, bridges)
    alice.command("sendChat", content="hello @bob")
    chat = bob.wait_notification(
        "peerline/chat",
        lambda params: (
            params["messages"][-1:][0]["kind"] == "chat" if params["messages"] else False
        ),
    )
    assert chat["messages"][-1]["content"] == "hello @bob"
    assert chat["messages"][-1]["mentions_me"] is True

    alice.command("addComment", uri=alice.uri("src/main.py"), line=2, content="why?")
    comments = bob.wait_notification("peerline/comments", lambda params: bool(params["threads"]))
    (thread,) = comments["threads"]
    assert (thread["line"], thread["content"], thread["outdated"]) == (2, "why?", False)
    bob.command("reply", comment_id=thread["id"], content="because")
    answered = alice.wait_notification(
        "peerline/comments",
        lambda params: any(thread["replies"] for thread in params["threads"]),
    )
    assert answered["threads"][0]["replies"][0]["content"] == "because"
    alice.command("resolve", comment_id=thread["id"])
    bob.wait_notification("peerline/comments", lambda params: params["threads"] == [])


def test_a_comment_follows_its_line_in_each_version(
    server: ServerProcess, bridges: Bridges
) -> None:
    alice, bob = pair(server, bridges)
    start = {"line": 0, "character": 0}
    bob.notify(
        "textDocument/didChange",
        {
            "textDocument": {"uri": bob.uri("src/main.py"), "version": 2},
            "contentChanges": [{"range": {"start": start, "end": start}, "text": "new\nlines\n"}],
        },
    )
    alice.command("addComment", uri=alice.uri("src/main.py"), line=2, content="here")
    comments = bob.wait_notification("peerline/comments", lambda params: bool(params["threads"]))
    assert comments["threads"][0]["line"] == 4
    bob.notify(
        "textDocument/didChange",
        {
            "textDocument": {"uri": bob.uri("src/main.py"), "version": 3},
            "contentChanges": [{"text": "nothing\nof it\n"}],
        },
    )
    comments = bob.wait_notification("peerline/comments", lambda params: bool(params["threads"]))
    assert comments["threads"][0]["outdated"] is True


def test_a_viewers_chat_is_refused_and_says_why(server: ServerProcess, bridges: Bridges) -> None:
    viewer = bridges.start("viewer", FILES)
    viewer.command("join", link=server.invite("viewer"))
    with pytest.raises(RpcError, match="viewer cannot write in the chat") as refused:
        viewer.command("sendChat", content="hello")
    assert refused.value.code == -32803
    assert refused.value.data == {"error_code": "PERMISSION_DENIED"}


def test_a_participant_is_listed_followed_and_gone_to(
    server: ServerProcess, bridges: Bridges
) -> None:
    alice, bob = pair(server, bridges)
    alice.cursor("src/main.py", 2, 3)
    listed = bob.wait_notification(
        "peerline/participants",
        lambda params: any("line" in person for person in params["participants"]),
    )
    (person,) = (item for item in listed["participants"] if item["username"] == "alice")
    assert (person["file"], person["line"], person["is_me"]) == ("src/main.py", 3, False)
    place = bob.command("gotoParticipant", user_id=person["user_id"])
    assert place == {"uri": bob.uri("src/main.py"), "position": {"line": 2, "character": 3}}
    bob.command("follow", user_id=person["user_id"])
    alice.cursor("src/main.py", 1, 0)
    bob.wait_notification(
        "peerline/follow", lambda params: params.get("position") == {"line": 1, "character": 0}
    )
    (alice.workspace / "only_alice.py").write_text("x = 1\n")
    alice.open("only_alice.py")
    alice.cursor("only_alice.py", 0, 0)
    reason = bob.wait_notification("peerline/follow", lambda params: "uri" not in params)["reason"]
    assert reason == "alice is in only_alice.py, which is not in the folders that are open here"
    with pytest.raises(RpcError, match=reason):
        bob.command("gotoParticipant", user_id=person["user_id"])
    bob.plain_command("unfollow")
    assert bob.wait_notification("peerline/follow", lambda params: "user_id" not in params) == {}


def test_leaving_removes_the_marks_of_the_other(server: ServerProcess, bridges: Bridges) -> None:
    alice, bob = pair(server, bridges)
    alice.cursor("src/main.py", 1, 1)
    shown = bob.wait_notification(
        "peerline/presence",
        lambda params: any("cursor" in update for update in params.get("updates", [])),
    )
    alice.plain_command("leave")
    gone = bob.wait_notification("peerline/presence", lambda params: bool(params.get("removed")))
    assert gone["removed"] == [shown["updates"][0]["user_id"]]


def test_a_killed_server_is_resumed_and_nothing_is_lost_or_doubled(
    server: ServerProcess, bridges: Bridges
) -> None:
    alice, bob = pair(server, bridges)
    alice.command("sendChat", content="before")
    server.kill()
    alice.wait_state(state="reconnecting")
    server.start()
    alice.wait_state(state="joined")
    alice.command("sendChat", content="after")
    bob.wait_notification(
        "peerline/chat",
        lambda params: any(message["content"] == "after" for message in params["messages"]),
    )
    late = bridges.start("late", FILES)
    late.command("join", link=server.invite("viewer"))
    snapshot = late.wait_notification("peerline/chat", lambda params: params["reset"])
    assert [message["content"] for message in snapshot["messages"]] == ["before", "after"]


@pytest.mark.parametrize(
    ("link", "code"),
    [
        ("https://127.0.0.1/x", "INVALID_LINK"),
        ("peerline://127.0.0.1:1/abc?invite=x", "UNREACHABLE"),
    ],
)
def test_a_join_that_cannot_be_says_why(bridges: Bridges, link: str, code: str) -> None:
    bridge = bridges.start("alice", FILES)
    with pytest.raises(RpcError) as refused:
        bridge.command("join", link=link)
    assert refused.value.data == {"error_code": code}


def test_an_invite_that_is_not_valid_says_so(server: ServerProcess, bridges: Bridges) -> None:
    bridge = bridges.start("alice", FILES)
    link = f"peerline://{server.address}/{server.session}?invite=wrong"
    with pytest.raises(RpcError, match="not valid") as refused:
        bridge.command("join", link=link)
    assert refused.value.data == {"error_code": "INVITE_INVALID"}


def test_idle_and_away_set_themselves_and_end_with_input(
    server: ServerProcess, bridges: Bridges
) -> None:
    alice = bridges.start("alice", FILES, idle_seconds=1, away_seconds=2)
    alice.command("join", link=server.invite("editor"))
    bob = bridges.start("bob", FILES)
    bob.open("src/main.py")
    bob.command("join", link=server.invite("editor"))
    alice.cursor("src/main.py", 0, 0)
    for status in ("idle", "away"):
        bob.wait_notification(
            "peerline/presence",
            lambda params, status=status: any(
                update["status"] == status for update in params.get("updates", [])
            ),
        )
    alice.cursor("src/main.py", 1, 0)
    bob.wait_notification(
        "peerline/presence",
        lambda params: any(update["status"] == "active" for update in params.get("updates", [])),
    )


def test_an_option_that_is_not_valid_is_said_and_leaves_the_others(
    server: ServerProcess, bridges: Bridges
) -> None:
    alice = bridges.start("alice", FILES, idle_seconds=-5)
    notice = alice.wait_notification("peerline/notice")
    assert (notice["level"], notice["code"]) == ("warning", "OPTION_NOT_VALID")
    assert "idle_seconds should be greater than or equal to 1" in notice["message"]
    alice.command("join", link=server.invite("editor"))
    alice.wait_notification(
        "peerline/participants",
        lambda params: [person["username"] for person in params["participants"]] == ["alice"],
    )


def test_a_host_changes_a_role_and_removes_somebody(
    server: ServerProcess, bridges: Bridges
) -> None:
    host = bridges.start("host", FILES)
    token = server.token("host", "Host")
    host.command("join", link=server.invite("viewer"), auth_token=token)
    bob = bridges.start("bob", FILES)
    bob.command("join", link=server.invite("editor"))
    people = host.wait_notification(
        "peerline/participants", lambda params: len(params["participants"]) == 2
    )["participants"]
    user_id = next(person["user_id"] for person in people if not person["is_me"])
    with pytest.raises(RpcError, match="only a host"):
        bob.command("changeRole", user_id=user_id, role="host")
    host.command("changeRole", user_id=user_id, role="viewer")
    bob.wait_state(role="viewer")
    with pytest.raises(RpcError, match="a viewer cannot"):
        bob.command("sendChat", content="may I?")
    host.command("removeParticipant", user_id=user_id)
    told = bob.wait_state(state="offline")
    assert "removed" in told["reason"]
    assert told["is_over"] is True
    host.wait_notification(
        "peerline/chat",
        lambda params: any(message["content"] == "was removed" for message in params["messages"]),
    )


def last_chat(bridge: BridgeProcess, **expected: object) -> dict[str, object]:
    """Waits for a message of the chat with these fields."""

    def matches(message: dict[str, object]) -> bool:
        return all(message.get(key) == value for key, value in expected.items())

    params = bridge.wait_notification(
        "peerline/chat", lambda params: any(map(matches, params["messages"]))
    )
    return next(message for message in params["messages"] if matches(message))


def test_a_message_is_edited_reacted_to_and_deleted(
    server: ServerProcess, bridges: Bridges
) -> None:
    alice, bob = pair(server, bridges)
    alice.command("sendChat", content="helo")
    message = last_chat(bob, content="helo")
    alice.command("editMessage", message_id=message["id"], content="hello @bob")
    edited = last_chat(bob, id=message["id"], is_edited=True)
    assert (edited["content"], edited["mentions_me"]) == ("hello @bob", True)
    bob.command("react", message_id=message["id"], emoji="🎉")
    mine = [{"emoji": "🎉", "names": ["bob"], "is_mine": True}]
    assert last_chat(bob, id=message["id"], reactions=mine)
    assert last_chat(alice, id=message["id"], reactions=[{**mine[0], "is_mine": False}])
    with pytest.raises(RpcError, match="only its author"):
        bob.command("deleteMessage", message_id=message["id"])
    alice.command("deleteMessage", message_id=message["id"])
    assert last_chat(bob, id=message["id"], is_deleted=True)["content"] == ""
    assert bob.command("loadHistory") == {"has_more": False}


def test_writing_in_the_chat_shows_as_typing(server: ServerProcess, bridges: Bridges) -> None:
    alice, bob = pair(server, bridges)
    alice.command("typing")
    bob.wait_notification(
        "peerline/participants",
        lambda params: any(
            (person["username"], person["status"]) == ("alice", "typing")
            for person in params["participants"]
        ),
    )


def test_only_a_host_ends_the_session(server: ServerProcess, bridges: Bridges) -> None:
    alice, _ = pair(server, bridges)
    with pytest.raises(RpcError, match="only a host"):
        alice.command("endSession")


def test_only_writing_in_the_chat_shows_as_writing(server: ServerProcess, bridges: Bridges) -> None:
    alice, bob = pair(server, bridges)

    def wait_for(status: str, *, is_writing: bool) -> None:
        bob.wait_notification(
            "peerline/participants",
            lambda params: any(
                (person["username"], person["status"], person["is_writing"])
                == ("alice", status, is_writing)
                for person in params["participants"]
            ),
        )

    alice.notify(
        "textDocument/didChange",
        {
            "textDocument": {"uri": alice.uri("src/main.py"), "version": 2},
            "contentChanges": [{"text": "code\n"}],
        },
    )
    wait_for("typing", is_writing=False)
    alice.command("typing")
    wait_for("typing", is_writing=True)
    alice.command("sendChat", content="said")
    wait_for("active", is_writing=False)


def test_a_place_that_a_text_names_is_found_in_the_workspace_only(bridges: Bridges) -> None:
    bridge = bridges.start("alice", FILES)
    place = bridge.command("locate", file="src/main.py", line=2, column=3)
    assert place == {
        "uri": bridge.uri("src/main.py"),
        "position": {"line": 1, "character": 2},
    }
    far = bridge.command("locate", file="src/main.py", line=4_000)
    assert far["position"]["line"] == 3
    (bridge.workspace / "link").symlink_to("/etc")
    for file in ("src/none.py", "link/passwd"):
        with pytest.raises(RpcError, match="there is no file") as refused:
            bridge.command("locate", file=file)
        assert refused.value.data == {"error_code": "NO_PLACE"}
    for file in ("../alice/src/main.py", "/etc/passwd", "src\\main.py"):
        with pytest.raises(RpcError, match="file") as refused:
            bridge.command("locate", file=file)
        assert refused.value.data == {"error_code": "INVALID_FIELD"}


def test_a_name_changes_for_everybody_and_for_the_next_join(
    server: ServerProcess, bridges: Bridges
) -> None:
    alice, bob = pair(server, bridges)
    bob.cursor("src/main.py", 0, 0)
    alice.wait_notification("peerline/presence", lambda params: bool(params.get("updates")))
    assert bob.command("changeName", username=" ALICE ") == {"username": "ALICE (2)"}
    assert bob.command("changeName", username="Robert") == {"username": "Robert"}
    alice.wait_notification(
        "peerline/participants",
        lambda params: [one["username"] for one in params["participants"]] == ["alice", "Robert"],
    )
    alice.wait_notification(
        "peerline/presence",
        lambda params: any(one["username"] == "Robert" for one in params.get("updates", [])),
    )
    lines = alice.wait_notification(
        "peerline/chat",
        lambda params: any("now called Robert" in one["content"] for one in params["messages"]),
    )
    assert [(one["username"], one["kind"]) for one in lines["messages"]] == [
        ("ALICE (2)", "system")
    ]
    bob.wait_notification("peerline/state", lambda params: params.get("username") == "Robert")
    with pytest.raises(RpcError, match="visible character") as refused:
        bob.command("changeName", username="\u200b")
    assert refused.value.data == {"error_code": "INVALID_FIELD"}

    # The same guest comes back, under the name that was taken.
    before = bob.wait_notification("peerline/state", lambda params: "user_id" in params)["user_id"]
    bob.command("leave")
    bob.received.clear()
    bob.command("join", link=server.invite("editor"))
    state = bob.wait_notification("peerline/state", lambda params: params["state"] == "joined")
    assert (state["user_id"], state["username"]) == (before, "Robert")

    # Also by the link without an invite that is kept of recent sessions.
    bob.command("changeName", username="Rob")
    bob.command("leave")
    bob.received.clear()
    (recent,) = bob.command("recentSessions")
    bob.command("join", link=recent["link"])
    state = bob.wait_notification("peerline/state", lambda params: params["state"] == "joined")
    assert (state["user_id"], state["username"]) == (before, "Rob")


def test_a_name_that_is_changed_outside_a_session_is_that_of_the_next_one(
    server: ServerProcess, bridges: Bridges
) -> None:
    alice = bridges.start("alice", FILES)
    assert alice.command("changeName", username="Alicia") == {"username": "Alicia"}
    alice.command("join", link=server.invite("editor"))
    state = alice.wait_notification("peerline/state", lambda params: params["state"] == "joined")
    assert state["username"] == "Alicia"


def test_a_cursor_that_left_the_workspace_is_taken_away(
    server: ServerProcess, bridges: Bridges, tmp_path: Path
) -> None:
    alice, bob = pair(server, bridges)
    outside = tmp_path / "outside.py"
    outside.write_text("secret\n")

    def place_of_bob(*, is_there: bool) -> None:
        alice.wait_notification(
            "peerline/participants",
            lambda params: any(
                one["username"] == "bob" and ("file" in one) is is_there
                for one in params["participants"]
            ),
        )

    def leave_for(params: dict[str, Any]) -> None:
        bob.cursor("src/main.py", 2, 1)
        place_of_bob(is_there=True)
        alice.received.clear()
        bob.notify("peerline/cursor", params)
        place_of_bob(is_there=False)
        gone = alice.wait_notification("peerline/presence")
        assert [("uri" in one) for one in gone["updates"]] == [False]
        alice.received.clear()

    place = {"line": 0, "character": 0}
    leave_for({})
    leave_for({"textDocument": {"uri": outside.as_uri()}, "position": place})
    leave_for({"textDocument": {"uri": "untitled:Untitled-1"}, "position": place})
    bob.cursor("src/main.py", 2, 1)
    place_of_bob(is_there=True)
    bob.notify("textDocument/didClose", {"textDocument": {"uri": bob.uri("src/main.py")}})
    place_of_bob(is_there=False)
    people = alice.plain_command("listParticipants")["participants"]
    (bob_id,) = (one["user_id"] for one in people if not one["is_me"])
    with pytest.raises(RpcError, match="in no file of the session") as refused:
        alice.command("gotoParticipant", user_id=bob_id)
    assert refused.value.data == {"error_code": "NO_PLACE"}


def test_a_message_for_the_chat_is_not_typed_at_the_cursor(
    server: ServerProcess, bridges: Bridges
) -> None:
    alice, bob = pair(server, bridges)
    bob.cursor("src/main.py", 2, 1)
    alice.wait_notification("peerline/presence", lambda params: bool(params.get("updates")))
    alice.received.clear()
    bob.command("typing")
    mark = alice.wait_notification("peerline/presence", lambda params: bool(params.get("updates")))
    assert [one["status"] for one in mark["updates"]] == ["active"]
    alice.wait_notification(
        "peerline/participants",
        lambda params: any(
            (one["username"], one["status"], one["is_writing"]) == ("bob", "typing", True)
            for one in params["participants"]
        ),
    )


def test_resolved_threads_from_before_are_shown_when_they_are_asked_for(
    server: ServerProcess, bridges: Bridges
) -> None:
    alice, bob = pair(server, bridges)
    for content in ("done", "open"):
        alice.command("addComment", uri=alice.uri("src/main.py"), line=2, content=content)
    threads = bob.wait_notification(
        "peerline/comments", lambda params: len(params["threads"]) == 2
    )["threads"]
    done = next(thread["id"] for thread in threads if thread["content"] == "done")
    alice.command("resolve", comment_id=done)

    late = bridges.start("late", FILES, all_comments=True)
    late.command("join", link=server.invite("viewer"))
    late.open("src/main.py")
    known = late.wait_notification("peerline/comments", lambda params: params["threads"] != [])
    assert [thread["content"] for thread in known["threads"]] == ["open"]
    assert late.plain_command("loadResolved") == {"count": 1, "has_more": False}
    known = late.wait_notification(
        "peerline/comments", lambda params: any(one["id"] == done for one in params["threads"])
    )
    shown = {thread["content"]: thread["resolved"] for thread in known["threads"]}
    assert shown == {"done": True, "open": False}
    assert late.plain_command("loadResolved") == {"count": 1, "has_more": False}
