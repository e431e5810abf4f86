"""Starts the view that fits where it is shown: on a terminal's screen, or as plain lines."""

import asyncio
import os
import sys
from typing import Final

from peerline.logs import set_up_logging
from peerline.protocol.links import SessionLink
from peerline.watch.connecting import Return, client_maker
from peerline.watch.plain import run_plain

NEEDS_TEXTUAL: Final = (
    "watching on a terminal's screen needs Textual: install the extra `watch`, or add --plain"
)


class WatchError(Exception):
    """The session cannot be watched; the text is for the user."""


def main(  # noqa: PLR0913 - the options of a command
    link: SessionLink,
    *,
    name: str | None,
    token: str | None,
    is_plain: bool,
    back: Return | None = None,
    theme: str | None = None,
) -> int:
    """Watch until the user or the session ends it; the process' exit code.

    Raises:
        WatchError: if there is nothing to sign in with, or Textual is missing.
    """
    known = token or (back and back.guest_token)
    if link.invite is None and not known:
        raise WatchError("the link has no invite: take one that has, or set PEERLINE_TOKEN")
    make_client = client_maker(link, name=name, token=token, back=back)
    # Textual writes to stderr.
    if is_plain or not all(s.isatty() for s in (sys.stdin, sys.stdout, sys.stderr)):
        set_up_logging("WARNING")
        return asyncio.run(run_plain(make_client))
    try:
        from peerline.watch.app import WatchApp  # noqa: PLC0415 - an optional dependency
        from peerline.watch.looks import look_of  # noqa: PLC0415 - the same
    except ModuleNotFoundError as error:
        if error.name is None or not error.name.startswith(("textual", "rich")):
            raise
        raise WatchError(NEEDS_TEXTUAL) from None
    app = WatchApp(make_client, look_of(theme, os.environ))
    app.run()
    if app.failure is not None:
        raise WatchError(app.failure)
    return app.return_code or 0
