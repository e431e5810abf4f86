"""An app whose failures are told in a sentence, without the content that Textual would print."""

import logging
import sys
from collections.abc import Callable
from typing import Final

from textual.app import App
from textual.widgets import Static

from peerline.logs import describe
from peerline.tasks import Tasks

FAILED: Final = "the view failed and was closed; nothing in the session has changed"
NOT_SHOWN: Final = "Something here cannot be shown now. Ctrl-C closes this view."
NOT_DONE: Final = "Something went wrong here; try again."
_log = logging.getLogger("peerline.watch")


class SupervisedApp(App[int]):
    """An app that goes on after the failure of a task or a part, and else ends with a sentence."""

    def __init__(self) -> None:
        super().__init__()
        self.failure: str | None = None
        """The reason why it ended, for the caller."""
        self.tasks = Tasks(lambda _: self.tell(NOT_DONE))

    def tell(self, text: str) -> None:
        """Show a line to the user."""
        raise NotImplementedError

    def paint_guarded(self, paint: Callable[[], None]) -> None:
        """Paint; a failure ends nothing, and is told past the painter."""
        try:
            paint()
        except Exception as error:  # noqa: BLE001 - it is logged and told, whatever it is
            _log.error("painting failed: %s", describe(error))
            for note in self.query("#note").results(Static):
                note.update(NOT_SHOWN)

    def _fatal_error(self) -> None:
        """End; Textual would print the exception with the values of variables."""
        _log.error("the view failed: %s", describe(sys.exc_info()[1]))
        self.failure = FAILED
        self._close_messages_no_wait()
