"""Tests of client.full_links: hosts are told once about each link that brings no more guests."""

from datetime import UTC, datetime

from peerline.client.full_links import FullLinks
from peerline.protocol.moderation import Invite, Moderation
from peerline.protocol.roles import Role

NOW = datetime(2026, 1, 1, tzinfo=UTC)


def moderation(*full: bool) -> Moderation:
    invites = [
        Invite(id=f"i{number}", role=Role.EDITOR, created_at=NOW, guests=7, is_full=is_full)
        for number, is_full in enumerate(full)
    ]
    return Moderation(session_id="s", invites=invites, bans=[], pending=[])


def test_each_full_link_is_told_once() -> None:
    links = FullLinks()
    assert links.news(None) == []
    assert links.news(moderation(False, False)) == []
    (line,) = links.news(moderation(True, False))
    assert line.startswith("A link for editors has brought 7 guests and takes no more.")
    assert links.news(moderation(True, False)) == []
    assert links.news(None) == []  # the connection was away
    assert len(links.news(moderation(True, True))) == 1
