"""Tests of peerline.cli.local_times."""

import sys
from datetime import UTC, datetime

import pytest

from peerline.cli.local_times import local_time
from tests.zones import in_zone

MOMENT = datetime(2026, 1, 31, 20, 3, tzinfo=UTC)


@pytest.mark.skipif(sys.platform == "win32", reason="the zone of the system holds there")
@pytest.mark.parametrize(
    ("zone", "shown"),
    [
        ("Asia/Kolkata", "2026-02-01 01:33 +05:30"),
        ("America/New_York", "2026-01-31 15:03 -05:00"),
        ("UTC", "2026-01-31 20:03 +00:00"),
    ],
)
def test_a_time_is_that_of_the_machine_and_says_its_zone(zone: str, shown: str) -> None:
    with in_zone(zone):
        assert local_time(MOMENT) == shown
