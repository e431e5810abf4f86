"""The screen of one question of an AI agent: it is allowed only with its end in sight."""

from collections.abc import Callable
from functools import lru_cache
from time import monotonic
from typing import ClassVar, Final

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from peerline.client import Replica
from peerline.protocol.approvals import Approval, Choice
from peerline.watch import questions
from peerline.watch.keys import KeyLine
from peerline.watch.widgets import content

CALM_SECONDS: Final = 0.5
"""After it was painted a question takes no answer: the key was meant for what was there before."""
_MARGIN_SECONDS: Final = 0.05
"""Before the keys are named they count for sure."""
_KEYS: Final = "y allows it once, n denies it."
_READ_FIRST: Final = "Read it to its end first: Page Down shows more."
_ONLY_DENY: Final = "It can only be denied."


class QuestionScreen(ModalScreen[Choice | None]):
    """Shows a question whole; its result is the answer, None to answer later."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y", "allow", "Allow once"),
        Binding("n", "deny", "Deny"),
        Binding("escape,q", "later", "Later"),
        Binding("pagedown", "more", "More", show=False),
    ]

    def __init__(
        self, approval: Approval, replica: Replica, now: Callable[[], float] = monotonic
    ) -> None:
        super().__init__(id="question-screen")
        self.approval = approval
        self._replica = replica
        self._lines = questions.whole(approval, replica.names)
        self._rows = 0
        """The rows that the text has as it is painted; 0 until it is."""
        self._now = now
        self._painted_at: float | None = None

    def compose(self) -> ComposeResult:
        """The text, a line for what is wrong, and the keys."""
        with VerticalScroll(id="question"):
            yield Static(id="question-text", markup=False)
        yield Static(id="question-note", markup=False)
        yield KeyLine()

    def on_mount(self) -> None:
        """Begin at the top."""
        # A plain string would be read as markup.
        name = questions.safe(self.approval.username)
        self._scroll.border_title = Content(f"Question of {name}")
        self._scroll.focus()
        self.call_after_refresh(self._fit)

    def on_resize(self) -> None:
        """Another width breaks lines elsewhere."""
        self._rows = 0
        self.call_after_refresh(self._fit)

    def action_allow(self) -> None:
        """Allow it once, if all of it was shown."""
        if not self.is_calm or not self._may_answer():
            return
        if not self._can_allow:
            self._note(_ONLY_DENY)
        elif not self.is_end_in_sight:
            self._note(_READ_FIRST)
        else:
            self.dismiss(Choice.ALLOW_ONCE)

    def action_deny(self) -> None:
        """Deny it."""
        if self.is_calm and self._may_answer():
            self.dismiss(Choice.DENY)

    def action_later(self) -> None:
        """Leave it open."""
        self.dismiss(None)

    def action_more(self) -> None:
        """One page down, at once: where one is must be true when a key is pressed."""
        self._scroll.scroll_page_down(animate=False)

    @property
    def is_end_in_sight(self) -> bool:
        """Whether the last row of the text is on the screen."""
        height = self._scroll.scrollable_content_region.height
        return 0 < self._rows <= int(self._scroll.scroll_y) + height

    @property
    def is_painted(self) -> bool:
        """Whether the text is on the screen."""
        return self._rows > 0

    @property
    def is_calm(self) -> bool:
        """Whether the question has been painted for long enough to be answered."""
        return self._painted_at is not None and self._now() - self._painted_at >= CALM_SECONDS

    def _fit(self) -> None:
        width = self._scroll.scrollable_content_region.width
        lines = questions.fitted(self._lines, width, _columns)
        self._rows = 0
        self.query_one("#question-text", Static).update(content(lines))
        if width >= questions.MIN_WIDTH:
            self.call_after_refresh(self._painted, len(lines))

    def _painted(self, rows: int) -> None:
        """Count the rows that there are: Textual may have broken a line once more."""
        self._rows = max(rows, self._scroll.virtual_size.height)
        if self._painted_at is None:
            self._painted_at = self._now()
            self.set_timer(CALM_SECONDS + _MARGIN_SECONDS, self._name_keys)

    def _name_keys(self) -> None:
        """Say that the question can be answered now, and how."""
        is_noted = bool(str(self.query_one("#question-note", Static).content))
        if self.is_calm and not is_noted and questions.may_answer(self._replica, self.approval):
            self._note(_KEYS if self._can_allow else _ONLY_DENY)

    @property
    def _can_allow(self) -> bool:
        return questions.can_be_allowed(self.approval)

    def _may_answer(self) -> bool:
        may = questions.may_answer(self._replica, self.approval)
        if not may:
            text = questions.answerers(self._replica, self.approval)
            self._note(f"{text[0].upper()}{text[1:]}.")
        return may

    def _note(self, text: str) -> None:
        self.query_one("#question-note", Static).update(text)

    @property
    def _scroll(self) -> VerticalScroll:
        return self.query_one("#question", VerticalScroll)


@lru_cache(maxsize=4096)
def _columns(char: str) -> int:
    """The columns of a character as Textual paints it, or one more."""
    return 1 if char == questions.WIDE_VARIANT else Content(char).cell_length
