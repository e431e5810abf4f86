"""The session that a command is for: that of a link, one of the recent ones, or the latest."""

import os

from peerline.cli.errors import CommandError
from peerline.cli.watch import given_link
from peerline.protocol.links import SessionLink
from peerline.recent_sessions import RecentSessions


def chosen_session(given: str | None) -> SessionLink:
    """The link of the session that is meant.

    Raises:
        LinkError, CommandError: if there is none.
    """
    recent = RecentSessions().listed()
    if given and "://" not in given and given != "-":
        known = next((one for one in recent if one.session_id == given), None)
        if known is None:
            raise CommandError(
                f"you joined no session {given} recently; give its link, or see "
                "peerline session list"
            )
        return SessionLink.parse(known.link)
    if not given and not os.environ.get("PEERLINE_LINK") and recent:
        return SessionLink.parse(recent[0].link)
    return given_link(given)
