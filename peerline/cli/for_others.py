"""The address of a server for the links that others get, whatever way was opened to it."""

import os
from pathlib import Path

from peerline.cli.addresses import reachable
from peerline.reach.notes import read_kept
from peerline.recent_sessions import RecentSessions
from peerline.runfile import read_address


def address_for_others(data_dir: Path, session_id: str) -> str:
    """Return how others reach a session of a data directory.

    That is the address that was named when the session was started, or the one of the way that a
    process keeps open now, or where the server listens.
    """
    folder = os.path.realpath(data_dir)
    for known in RecentSessions().listed():
        own = known.own if known.session_id == session_id else None
        if own is not None and own.data_dir == folder and own.is_named:
            return own.shown
    kept = read_kept(data_dir)
    if kept is not None and kept.address:
        return kept.address
    return reachable(read_address(data_dir))
