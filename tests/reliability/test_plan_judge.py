"""The judge of the plans finds what is wrong: each check against a log with one planted fault."""

from collections.abc import Iterator
from itertools import count
from typing import Any

import pytest

from peerline.protocol.roles import SERVER_USER_ID, Role
from tests.plans import judge

INVITED = {"alice": Role.HOST, "bob": Role.EDITOR, "vera": Role.VIEWER}


def log(*events: dict[str, Any]) -> list[dict[str, Any]]:
    """Rows as they are on the disk, in order."""
    seqs: Iterator[int] = count(1)
    return [{"seq": next(seqs), "user": "u", "request": None, "data": event} for event in events]


def joined(user: str, role: str = "editor", name: str | None = None) -> dict[str, Any]:
    return {
        "type": "user_joined",
        "user": {"id": user, "username": name or user, "role": role},
    }


def given(user: str, role: str, by: str = "alice") -> dict[str, Any]:
    return {"type": "role_changed", "user_id": user, "role": role, "changed_by": by}


def removed(user: str, *, ban: bool = False) -> dict[str, Any]:
    return {"type": "participant_removed", "user_id": user, "is_banned": ban}


def renamed(user: str, name: str) -> dict[str, Any]:
    return {"type": "name_changed", "user_id": user, "name": name}


HONEST = [joined("alice", "host"), joined("bob"), joined("vera", "viewer")]
ROLES: list[tuple[list[dict[str, Any]], list[str]]] = [
    ([], []),
    ([given("vera", "editor"), joined("vera")], []),
    ([given("bob", "viewer"), joined("bob", "viewer")], []),
    ([given("bob", "viewer"), joined("bob")], ["bob joins as editor at 5, not viewer"]),
    ([joined("vera")], ["vera joins as editor at 4, not viewer"]),
    ([joined("bob", "host")], ["bob joins as host at 4, not editor"]),
    ([given("bob", "host", SERVER_USER_ID), joined("bob", "host")], []),
    (
        [given("bob", "host", SERVER_USER_ID), given("bob", "editor", SERVER_USER_ID)],
        [],
    ),
    (
        [
            given("bob", "host", SERVER_USER_ID),
            given("bob", "editor", SERVER_USER_ID),
            joined("bob", "host"),
        ],
        ["bob joins as host at 6, not editor"],
    ),
    (
        [given("bob", "viewer"), given("bob", "host", SERVER_USER_ID)],
        ["bob becomes acting host at 5"],
    ),
    ([removed("bob")], []),
    ([removed("bob"), joined("bob", "viewer")], ["bob is back at 5 after a removal"]),
    ([given("vera", "host"), removed("vera", ban=True), joined("vera", "viewer")], []),
    (
        [given("vera", "host"), removed("vera", ban=True), joined("vera", "editor")],
        ["vera joins as editor at 6, not viewer"],
    ),
]


@pytest.mark.parametrize(("events", "expected"), ROLES)
def test_a_role_that_nobody_gave_is_found_in_the_log(
    events: list[dict[str, Any]], expected: list[str]
) -> None:
    assert judge.wrong_roles(log(*HONEST, *events), INVITED) == expected


NAMES: list[tuple[list[dict[str, Any]], list[str]]] = [
    ([], []),
    ([renamed("bob", "Max"), renamed("vera", "Max (2)")], []),
    ([renamed("bob", "Max"), renamed("vera", "Max")], ["vera and bob are both Max at 5"]),
    ([renamed("bob", "Max"), joined("gus", name="MAX")], ["gus and bob are both MAX at 5"]),
    ([renamed("bob", "Max"), renamed("bob", "bob"), joined("gus", name="Max")], []),
    ([removed("bob"), joined("gus", name="bob")], []),
    ([removed("bob"), renamed("bob", "vera")], []),
    ([joined("gus", name="bob")], ["gus and bob are both bob at 4"]),
]


@pytest.mark.parametrize(("events", "expected"), NAMES)
def test_two_who_look_alike_are_found_in_the_log(
    events: list[dict[str, Any]], expected: list[str]
) -> None:
    assert judge.wrong_names(log(*HONEST, *events)) == expected
