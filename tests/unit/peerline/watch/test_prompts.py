"""Tests of peerline.watch.prompts."""

from typing import Any

import pytest

from peerline.watch import prompts
from tests.unit.peerline.watch.conftest import STAMP, Room


def prompt(identifier: str, state: str = "waiting", by: str = "eve") -> dict[str, Any]:
    return {
        "id": identifier,
        "agent_id": "robo",
        "user_id": by,
        "username": by.title(),
        "text": f"Do {identifier}",
        "state": state,
        "asked_at": STAMP,
    }


def room_of(
    me: str = "ann", policy: str | None = "editors", waiting: list[dict[str, Any]] | None = None
) -> Room:
    """Ann owns the agent robo; Bob is a host, Eve an editor, Vic a viewer."""
    room = Room(me)
    for name, role in (("Ann", "editor"), ("Bob", "host"), ("Eve", "editor"), ("Vic", "viewer")):
        room.person(name, role)
    room.person("robo")
    agent = {"owner_id": "ann", "product": "other", "prompt_policy": policy}
    room.people[-1] |= {"kind": "agent", "agent": agent}
    room.connect(prompts=waiting or [])
    return room


@pytest.mark.parametrize(
    ("policy", "may"),
    [
        (None, set[str]()),
        ("owner", {"ann"}),
        ("hosts", {"ann", "bob"}),
        ("editors", {"ann", "bob", "eve"}),
    ],
)
def test_the_owner_decides_who_prompts(policy: str | None, may: set[str]) -> None:
    found: set[str] = set()
    for me in ("ann", "bob", "eve", "vic"):
        replica = room_of(me, policy).replica
        if prompts.may_prompt(replica, replica.participants["robo"]):
            found.add(me)
    assert found == may


@pytest.mark.parametrize(
    ("state", "stop", "cancel"),
    [
        ("waiting", set[str](), {"ann", "bob", "eve"}),
        ("running", {"ann", "bob", "eve"}, {"ann", "bob", "eve"}),
        ("stopping", set[str](), set[str]()),
    ],
)
def test_who_stops_a_turn_and_who_cancels_a_prompt(
    state: str, stop: set[str], cancel: set[str]
) -> None:
    may_stop: set[str] = set()
    may_cancel: set[str] = set()
    for me in ("ann", "bob", "eve", "vic"):
        replica = room_of(me, waiting=[prompt("one", state)]).replica
        if prompts.may_stop(replica, replica.participants["robo"]):
            may_stop.add(me)
        if prompts.may_cancel(replica, replica.agents.prompts["one"]):
            may_cancel.add(me)
    assert (may_stop, may_cancel) == (stop, cancel)


def test_an_agent_is_found_by_its_name_or_id() -> None:
    room = room_of()
    for name in ("robo", "@Robo", "ROBO"):
        assert prompts.agent_named(room.replica, name).id == "robo"
    with pytest.raises(prompts.NoAgentError, match="no agent here is called ann; here: robo"):
        prompts.agent_named(room.replica, "ann")
    other = {**room.people[-1], "id": "robo2", "username": "Robo"}
    room.people.append(other)
    room.connect()
    with pytest.raises(prompts.NoAgentError, match="say which id: robo, robo2"):
        prompts.agent_named(room.replica, "robo")
    assert prompts.agent_named(room.replica, "robo2").id == "robo2"


def test_without_an_agent_that_is_said() -> None:
    room = Room()
    room.person("Ann")
    room.connect()
    with pytest.raises(prompts.NoAgentError, match="no agent is here"):
        prompts.agent_named(room.replica, "robo")


def test_the_place_in_the_queue_is_told() -> None:
    waiting = [prompt("one", "running"), prompt("two"), prompt("three")]
    replica = room_of(waiting=waiting).replica
    one, two, three = prompts.queue(replica, "robo")
    assert prompts.place(replica, "robo", one) == "robo begins with this prompt"
    assert prompts.place(replica, "robo", two) == "robo has 1 prompt before this one"
    assert prompts.place(replica, "robo", three) == "robo has 2 prompts before this one"


def test_a_prompt_that_came_in_a_snapshot_was_given() -> None:
    replica = room_of(waiting=[prompt("one")]).replica
    assert prompts.place(replica, "robo", None) == "robo has been given this prompt"
