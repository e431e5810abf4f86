"""Tests of peerline.watch.host_view."""

from datetime import UTC, timedelta
from typing import Any

import pytest

from peerline.watch import panels
from peerline.watch.host_view import MAX_REMOVED, HostView
from peerline.watch.spans import plain
from tests.unit.peerline.watch.conftest import NOW, STAMP, Room

LATER = NOW + timedelta(days=1)


@pytest.fixture
def room() -> Room:
    room = Room(me="host")
    for name, role in (("Host", "host"), ("Alice", "editor"), ("Bob", "viewer")):
        room.person(name, role)
    room.connect()
    return room


def invite(number: int, role: str = "editor") -> dict[str, Any]:
    return {"id": f"i{number}", "role": role, "created_at": STAMP}


def told(room: Room, *, invites: list[dict[str, Any]], came_by: dict[str, str]) -> HostView:
    view = HostView(room.replica)
    tell(room, invites=invites, came_by=came_by)
    return view


def tell(room: Room, *, invites: list[dict[str, Any]], came_by: dict[str, str]) -> None:
    arrivals = [{"user_id": user, "invite_id": invite} for user, invite in came_by.items()]
    room.hear(type="moderation", invites=invites, bans=[], pending=[], arrivals=arrivals)


def test_the_link_that_somebody_came_by_is_known_as_long_as_it_works(room: Room) -> None:
    view = told(room, invites=[invite(1)], came_by={"alice": "i1", "bob": "i2"})
    came_by = view.came_by("alice")
    assert came_by is not None
    assert (came_by.username, came_by.invite.id) == ("Alice", "i1")
    assert view.came_by("bob") is None
    assert view.came_by("host") is None
    assert [link.user_id for link in view.links()] == ["alice"]
    tell(room, invites=[], came_by={"alice": "i1"})
    assert view.came_by("alice") is None


def test_the_link_of_a_removed_user_is_described_and_can_still_be_named(room: Room) -> None:
    view = told(room, invites=[invite(1)], came_by={"alice": "i1"})
    came_by = view.came_by("alice")
    assert came_by is not None
    room.happen(type="participant_removed", user_id="alice", username="Alice", removed_by="host")
    tell(room, invites=[invite(1)], came_by={})
    assert view.links() == []
    line = view.removed(came_by, NOW, UTC)
    assert line == "The editor link of 09:45 still works: /revoke Alice"
    assert view.links() == [came_by]
    tell(room, invites=[], came_by={})
    assert view.links() == []


def test_a_link_of_another_day_is_named_by_its_date(room: Room) -> None:
    view = told(room, invites=[invite(1, "viewer")], came_by={"alice": "i1"})
    came_by = view.came_by("alice")
    assert came_by is not None
    assert view.removed(came_by, LATER, UTC).startswith("The viewer link of 2026-01-01 still")


def test_of_two_with_one_name_and_other_links_the_id_is_named(room: Room) -> None:
    room.person("Alice", "editor")
    room.people[-1]["id"] = "alice2"
    room.connect()
    view = told(room, invites=[invite(1), invite(2)], came_by={"alice": "i1", "alice2": "i2"})
    came_by = view.came_by("alice2")
    assert came_by is not None
    assert view.removed(came_by, NOW, UTC).endswith("/revoke alice2")


@pytest.mark.parametrize("count", [MAX_REMOVED, MAX_REMOVED + 1])
def test_the_last_of_many_removed_users_are_remembered(count: int) -> None:
    room = Room(me="host")
    room.person("Host", "host")
    for number in range(count):
        room.person(f"G{number}")
    room.connect()
    came_by = {f"g{number}": "i1" for number in range(count)}
    view = told(room, invites=[invite(1)], came_by=came_by)
    links = view.links()
    assert len(links) == count
    for link in links:
        view.removed(link, NOW, UTC)
    tell(room, invites=[invite(1)], came_by={})
    assert view.links() == links[count - MAX_REMOVED :]


def test_everybody_who_begins_to_wait_is_told_once(room: Room) -> None:
    view = HostView(room.replica)
    gus = {"user_id": "g", "username": "Gus", "role": "editor", "asked_at": STAMP}
    line = "Gus asks to join as editor: /allow or /deny"
    for pending, lines in (([gus], [line]), ([gus], []), ([], []), ([gus], [line])):
        room.hear(type="moderation", invites=[], bans=[], pending=pending, arrivals=[])
        assert [join.user_id for join in view.pending] == [one["user_id"] for one in pending]
        assert view.new_questions() == lines


def test_a_full_link_is_told_once(room: Room) -> None:
    view = told(room, invites=[invite(1)], came_by={})
    assert view.full_links() == []
    tell(room, invites=[{**invite(1), "guests": 9, "is_full": True}], came_by={})
    (line,) = view.full_links()
    assert line.startswith("A link for editors has brought 9 guests")
    assert view.full_links() == []


def test_the_list_of_people_names_the_link_where_there_is_room(room: Room) -> None:
    view = told(room, invites=[invite(1)], came_by={"alice": "i1"})
    links = view.short_links(NOW, UTC)
    look = panels.Look.at(room.replica)
    wide = "● Alice editor · by link of 09:45"
    for width, shown in ((len(wide), wide), (len(wide) - 1, "● Alice editor")):
        lines = [plain(line) for line in panels.people(room.replica, look, width, links)]
        assert lines == ["● Host (you) host", shown, "● Bob viewer"]
