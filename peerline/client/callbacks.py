"""The calls from the client into the code of its user."""

import logging
from collections.abc import Callable

from peerline.logs import describe

_log = logging.getLogger("peerline.client")


def ignore(*_: object) -> None:
    """Do nothing: the callback of a user who wants none."""


def show(what: str, callback: Callable[[], None]) -> None:
    """Call the user's code; what it raises must not end the connection."""
    try:
        callback()
    except Exception as error:  # noqa: BLE001 - the session goes on
        _log.error("%s could not be shown: %s", what, describe(error))
