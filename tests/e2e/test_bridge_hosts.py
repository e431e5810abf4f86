"""Hosts' commands of the bridge, and their effects on others."""

from typing import Any

import pytest

from .bridge_process import BridgeProcess, RpcError
from .conftest import Bridges, ServerProcess

FILES = {"src/main.py": "one\ntwo\n"}


def host_bridge(server: ServerProcess, bridges: Bridges) -> BridgeProcess:
    bridge = bridges.start("host", FILES)
    link = server.invite("editor").partition("?")[0]
    bridge.command("join", link=link, auth_token=server.token("host", "Hanna"))
    return bridge


def pending(host: BridgeProcess, count: int) -> list[dict[str, Any]]:
    return host.wait_notification(
        "peerline/moderation", lambda params: len(params["pending"]) == count
    )["pending"]


def test_a_link_made_in_the_editor_works_until_it_is_revoked(
    server: ServerProcess, bridges: Bridges
) -> None:
    host = host_bridge(server, bridges)
    made = host.command("createInvite", role="viewer", max_uses=3)
    bob = bridges.start("bob", FILES)
    bob.command("join", link=made["link"])
    assert bob.wait_state(state="joined")["role"] == "viewer"
    listed = host.plain_command("listModeration")
    assert made["invite"]["id"] in {invite["id"] for invite in listed["invites"]}
    host.command("revokeInvite", invite_id=made["invite"]["id"])
    carol = bridges.start("carol", FILES)
    with pytest.raises(RpcError, match="not valid"):
        carol.command("join", link=made["link"])
    with pytest.raises(RpcError, match="only a host"):
        bob.command("createInvite")


def test_a_removal_can_end_the_link_they_came_by(server: ServerProcess, bridges: Bridges) -> None:
    host = host_bridge(server, bridges)
    made = host.command("createInvite", role="editor")
    bob = bridges.start("bob", FILES)
    bob.command("join", link=made["link"])
    user_id = bob.wait_state(state="joined")["user_id"]
    arrivals = host.wait_notification(
        "peerline/moderation",
        lambda params: any(one["user_id"] == user_id for one in params["arrivals"]),
    )["arrivals"]
    assert {"user_id": user_id, "invite_id": made["invite"]["id"]} in arrivals
    host.command("removeParticipant", user_id=user_id, revoke_invite=True)
    bob.wait_state(state="offline")
    carol = bridges.start("carol", FILES)
    with pytest.raises(RpcError, match="not valid"):
        carol.command("join", link=made["link"])


def test_a_host_lets_in_who_waits(server: ServerProcess, bridges: Bridges) -> None:
    host = host_bridge(server, bridges)
    host.command("updateSession", changes={"join_approval": True})
    link = server.invite("editor")
    for name, allow, expected in (("bob", True, "joined"), ("eve", False, "offline")):
        guest = bridges.start(name, FILES)
        guest.command("join", link=link)
        assert guest.wait_state(state="waiting")["reason"] == "waiting for a host to admit you"
        (join,) = pending(host, 1)
        assert join["username"] == name
        host.command("answerJoin", user_id=join["user_id"], allow=allow)
        assert guest.wait_state(state=expected)
        pending(host, 0)


def test_whoever_becomes_host_sees_what_hosts_see_and_no_longer_afterwards(
    server: ServerProcess, bridges: Bridges
) -> None:
    host = host_bridge(server, bridges)
    bob = bridges.start("bob", FILES)
    bob.command("join", link=server.invite("editor"))
    bob_id = bob.wait_state(state="joined")["user_id"]
    host.command("changeRole", user_id=bob_id, role="host")
    bob.wait_notification("peerline/moderation", lambda params: len(params["invites"]) > 0)
    host.command("changeRole", user_id=bob_id, role="editor")
    bob.wait_notification("peerline/moderation", lambda params: params["invites"] == [])


def test_search_and_session_updates(server: ServerProcess, bridges: Bridges) -> None:
    host = host_bridge(server, bridges)
    host.open("src/main.py")
    host.command("addComment", uri=host.uri("src/main.py"), line=1, content="Why two?")
    (found,) = host.command("search", query="two")["results"]
    assert (found["kind"], found["file"], found["line"]) == ("comment", "src/main.py", 2)
    host.command("updateSession", changes={"token_count": 1200, "health_score": 80.0})
    host.command("fileEvent", data={"file": "src/new.py", "change": "created", "lines_added": 3})
    uri = host.uri("src/main.py")
    host.command("fileEvent", data={"file": "wrong.py", "change": "modified"}, uri=uri)
    host.wait_notification(
        "peerline/files",
        lambda params: [change["file"] for change in params["changes"]][-1:] == ["src/main.py"],
    )
    with pytest.raises(RpcError, match="not a file that the others can know"):
        host.command(
            "fileEvent",
            data={"file": "passwd", "change": "modified"},
            uri="file:///etc/passwd",
        )
    with pytest.raises(RpcError, match="health score"):
        host.command("updateSession", changes={"health_score": 101.0})


def test_who_joins_and_leaves_is_told_and_who_was_there_is_not(
    server: ServerProcess, bridges: Bridges
) -> None:
    def news(bridge: BridgeProcess, kind: str) -> list[tuple[str, bool]]:
        params = bridge.wait_notification(
            "peerline/participants", lambda params: bool(params.get(kind))
        )
        return [(person["username"], person["was_removed"]) for person in params[kind]]

    alice, bob = (bridges.start(name, FILES) for name in ("alice", "bob"))
    for bridge in (alice, bob):
        bridge.command("join", link=server.invite("editor"))
    assert news(alice, "joined") == [("bob", False)]
    first = bob.wait_notification(
        "peerline/participants", lambda params: len(params["participants"]) == 2
    )
    assert (first["joined"], first["left"]) == ([], [])
    bob.command("leave")
    assert news(alice, "left") == [("bob", False)]
    host = host_bridge(server, bridges)
    assert news(alice, "joined") == [("Hanna", False)]
    bob.command("join", link=server.invite("editor"))
    (removed,) = (
        person["user_id"]
        for person in host.wait_notification(
            "peerline/participants", lambda params: len(params["participants"]) == 3
        )["participants"]
        if person["username"] == "bob"
    )
    host.command("removeParticipant", user_id=removed)
    assert news(alice, "left") == [("bob", True)]


def test_a_decision_is_told_to_the_host_and_to_the_person(
    server: ServerProcess, bridges: Bridges
) -> None:
    def told(bridge: BridgeProcess, text: str) -> None:
        bridge.wait_notification("peerline/notice", lambda params: text in params["message"])

    host, bob = host_bridge(server, bridges), bridges.start("bob", FILES)
    link = server.invite("editor")
    bob.command("join", link=link)
    user_id = bob.wait_state(state="joined")["user_id"]
    host.wait_notification("peerline/participants", lambda params: len(params["participants"]) == 2)
    host.command("changeRole", user_id=user_id, role="viewer")
    told(host, "bob is a viewer now.")
    told(bob, "You are a viewer now:")
    host.command("removeParticipant", user_id=user_id)
    told(bob, "removed")
    # The same guest is told when they come back by the link of before.
    with pytest.raises(RpcError, match="Ask a host for a new invite") as refused:
        bob.command("join", link=link)
    assert refused.value.data == {"error_code": "NOT_A_PARTICIPANT"}
