"""Runs handlers so that a failure of one stops no other: it is logged, and the user is told."""

import logging
from collections.abc import Callable
from typing import Final, ParamSpec, TypeVar

from peerline.logs import describe

_log = logging.getLogger("peerline.bridge")
_P = ParamSpec("_P")
_T = TypeVar("_T")

FAILURE: Final = (
    "Something could not be shown and was skipped; the log has the details. Join again to show all."
)


class Guard:
    """One editor's handlers.

    Args:
        tell: shows one line to the user. It is called for the first failure, and again only for one
            after `forget`: what fails once may fail at every key.
    """

    def __init__(self, tell: Callable[[str], None] | None = None) -> None:
        self._tell = tell
        self._has_told = False

    def forget(self) -> None:
        """Tell the user of the next failure again, as in a new session."""
        self._has_told = False

    def run(
        self, name: str, action: Callable[_P, _T], *arguments: _P.args, **options: _P.kwargs
    ) -> _T | None:
        """Call `action`; None if it failed. `name` says in the log which one."""
        try:
            return action(*arguments, **options)
        except Exception as error:  # noqa: BLE001 - whatever it is, the next one counts
            self.failed(name, error)
            return None

    def wrap(self, name: str, action: Callable[_P, _T]) -> Callable[_P, None]:
        """`action` as a callback of the event loop."""

        def guarded(*arguments: _P.args, **options: _P.kwargs) -> None:
            self.run(name, action, *arguments, **options)

        return guarded

    def failed(self, name: str, error: BaseException) -> None:
        """Something failed that nobody waits for."""
        _log.error("%s failed: %s", name, describe(error))
        if self._tell is None or self._has_told:
            return
        self._has_told = True
        try:
            self._tell(FAILURE)
        except Exception as second:  # noqa: BLE001 - the failure itself is in the log
            _log.error("the failure of %s could not be shown: %s", name, describe(second))
