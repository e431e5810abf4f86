"""The table of placing: what is decided on a session whose owner was read, and then called."""

import pytest

from peerline_server.cluster.places import Elsewhere, Found, Mine, Unreachable
from peerline_server.cluster.placing import (
    CLAIM,
    DRAINING_SECONDS,
    UNREACHABLE_SECONDS,
    Again,
    Claimer,
    Ownership,
    place,
    place_after_call,
)

LEASE = 6.0
ME = Claimer("me", "10.0.0.1:80", LEASE, is_steady=True)
NEW = Claimer("me", "10.0.0.1:80", LEASE, is_steady=False)
OTHER = "10.0.0.2:80"
WAIT = Unreachable(UNREACHABLE_SECONDS)


def owned(
    *,
    owner: str | None = "other",
    address: str | None = OTHER,
    leased: bool = True,
    ago: float | None = 100.0,
) -> Ownership:
    return Ownership(owner, 3, address, leased, ago)


@pytest.mark.parametrize(
    ("found", "decided"),
    [
        (owned(owner=None, address=None, leased=False, ago=None), CLAIM),
        (owned(owner="me", address=ME.address), Mine(3)),
        (owned(owner="me", address=None, leased=False), Mine(3)),  # swept while it was cut off
        (owned(address=None, leased=False), CLAIM),  # it has stopped, or was forgotten
        (owned(address=""), CLAIM),  # a command
        (owned(address=ME.address), CLAIM),  # an earlier start at this very address
        (owned(), Elsewhere(OTHER, "other")),
        (owned(leased=False), Elsewhere(OTHER, "other")),  # it is called all the same
    ],
)
def test_before_the_call(found: Ownership, decided: object) -> None:
    assert place(found, ME) == decided
    assert place(found, NEW) == decided


@pytest.mark.parametrize(
    ("found", "ownership", "decided", "decided_by_new"),
    [
        (Found.THERE, owned(), Elsewhere(OTHER, "other"), Elsewhere(OTHER, "other")),
        (Found.GONE, owned(), CLAIM, CLAIM),
        (Found.GONE, owned(leased=False), CLAIM, CLAIM),
        (Found.GONE, owned(ago=LEASE), CLAIM, CLAIM),
        (Found.GONE, owned(ago=LEASE - 0.1), WAIT, WAIT),
        (Found.SILENT, owned(), WAIT, WAIT),
        (Found.SILENT, owned(leased=False), CLAIM, WAIT),
        (Found.SILENT, owned(leased=False, ago=0.0), CLAIM, WAIT),
        (Found.CUT_OFF, owned(), WAIT, WAIT),
        (Found.CUT_OFF, owned(leased=False), CLAIM, WAIT),
        (Found.DRAINING, owned(), Again(DRAINING_SECONDS), Again(DRAINING_SECONDS)),
        (Found.NOT_OWNER, owned(), Again(0.0), Again(0.0)),
    ],
)
def test_after_the_call(
    found: Found, ownership: Ownership, decided: object, decided_by_new: object
) -> None:
    assert place_after_call(ownership, ME, found) == decided
    assert place_after_call(ownership, NEW, found) == decided_by_new


def test_the_table_has_every_answer() -> None:
    for found in Found:
        for leased in (True, False):
            assert place_after_call(owned(leased=leased), ME, found) is not None
