"""Knows which edits undo or redo one of the user's own, so that the cursor goes there."""


class OwnSteps:
    """The steps in one document: an edit for one may be refused, and is requested again."""

    def __init__(self) -> None:
        self._is_due = False
        self._is_requested = False

    def taken(self) -> None:
        """The user has undone or redone something: the next edit shows it."""
        self._is_due = True

    def requested(self) -> bool:
        """An edit is requested; whether it shows a step."""
        self._is_requested, self._is_due = self._is_due, False
        return self._is_requested

    def answered(self, *, is_made: bool) -> None:
        """The edit that was requested was made, or refused."""
        self._is_due |= self._is_requested and not is_made
        self._is_requested = False
