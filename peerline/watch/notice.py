"""The line above the composer: what it says, and until when. Pure: time is handed in."""

from typing import Final

NOTICE_SECONDS: Final = 6.0


class Notice:
    """A text that is shown for a while, or until another takes its place."""

    def __init__(self) -> None:
        self._text = ""
        self._until = 0.0

    def tell(self, text: str, now: float, *, lasting: bool = False) -> None:
        """Show a text for NOTICE_SECONDS; a lasting one stays."""
        self._text = text
        self._until = float("inf") if lasting else now + NOTICE_SECONDS

    def clear(self) -> None:
        """Show nothing."""
        self._text = ""

    def at(self, now: float) -> str:
        """Return the text that is shown at a time; it may be empty."""
        return self._text if now < self._until else ""
