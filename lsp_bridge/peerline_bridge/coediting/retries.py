"""The time at which an edit that an editor refused is requested again."""

MAX_QUICK = 5
"""Refusals in a row after which an edit waits for quiet."""
QUIET_SECONDS = 0.05
"""Time without typing that counts as quiet."""
MAX_WAIT_SECONDS = 1.0
"""The longest wait for quiet."""
MAX_LEFT = 20
"""Answers in a row without a change of the text after which an editor counts as refusing."""
REFUSING_SECONDS = 30.0
"""The time between two requests to such an editor."""


class Retries:
    """Counts refusals in a row, and says until when the next request waits."""

    __slots__ = ("_latest", "_refused", "due", "left_in_a_row")

    def __init__(self) -> None:
        """Begin without a refusal."""
        self._refused = 0
        self._latest = 0.0
        self.left_in_a_row = 0
        """How often the editor has answered without a change of its text since the last one."""
        self.due: float | None = None
        """The time from which on the next request may go; None if at once."""

    def refused(self, now: float) -> None:
        """Count a refusal."""
        self._refused += 1
        self.left_in_a_row = 0
        self.due = None
        if self._refused >= MAX_QUICK:
            self._latest = now + MAX_WAIT_SECONDS
            self.due = now + QUIET_SECONDS

    def left(self, now: float) -> None:
        """Count an answer of an editor whose text is as it was: asking at once is of no use."""
        self.left_in_a_row += 1
        wait = min(QUIET_SECONDS * 2 ** min(self.left_in_a_row - 1, 10), MAX_WAIT_SECONDS)
        self.due = now + (wait if self.left_in_a_row < MAX_LEFT else REFUSING_SECONDS)

    def typed(self, now: float) -> None:
        """Put the request off while the user types."""
        if self.due is not None:
            self.due = min(now + QUIET_SECONDS, self._latest)

    def applied(self) -> None:
        """Forget the refusals."""
        self._refused = self.left_in_a_row = 0
        self.due = None

    def may_go(self, now: float) -> bool:
        """Whether a request may go now."""
        if self.due is not None and now < self.due:
            return False
        self.due = None
        return True
