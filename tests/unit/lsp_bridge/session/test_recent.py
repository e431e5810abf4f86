"""Tests of session.recent: the address in the links for others."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from peerline.protocol.links import SessionLink
from peerline.reach.notes import KeeperLock, Kept, write_kept
from peerline.recent_sessions import OwnServer, RecentSession, RecentSessions
from peerline_bridge.session.recent import Recents

LINK = SessionLink.parse("peerline://127.0.0.1:8377/s")
OLD = "wss://old-fox.example.org:443"
NEW = "wss://new-fox.example.org:443"


def recents(tmp_path: Path, **own: object) -> Recents:
    store = RecentSessions({"XDG_STATE_HOME": str(tmp_path / "state")})
    server = OwnServer.model_validate(
        {"data_dir": str(tmp_path), "listen": "127.0.0.1:8377", "shown": OLD, **own}
    )
    store.note(
        RecentSession(
            session_id="s",
            title="",
            link=str(LINK),
            username="Ann",
            last_joined=datetime.now(UTC),
            own=server,
        )
    )
    return Recents(store)


@pytest.mark.parametrize(
    ("address", "host"), [(NEW, "new-fox.example.org:443"), ("", "old-fox.example.org:443")]
)
def test_links_have_the_address_that_the_way_has_now(
    tmp_path: Path, address: str, host: str
) -> None:
    known = recents(tmp_path, is_kept=True)
    lock = KeeperLock(tmp_path)
    assert lock.take()
    for before in (OLD, address):
        write_kept(tmp_path, Kept("keeper", "way", before))
    place = known.place_for_others(LINK)
    assert (place.address, place.is_loopback) == (host, False)
    lock.release()


def test_links_of_a_way_that_nobody_keeps_open_work_on_this_computer_only(tmp_path: Path) -> None:
    known = recents(tmp_path, is_kept=True)
    write_kept(tmp_path, Kept("killed", "way", NEW))
    assert known.place_for_others(LINK) == LINK.server
    assert known.place_for_others(LINK).is_loopback


def test_an_address_that_the_user_chose_stays(tmp_path: Path) -> None:
    known = recents(tmp_path)
    lock = KeeperLock(tmp_path)
    assert lock.take()
    write_kept(tmp_path, Kept("keeper", "way", NEW))
    assert known.place_for_others(LINK).address == "old-fox.example.org:443"
    lock.release()
