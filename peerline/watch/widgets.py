"""The parts of the terminal view: lists of entries and threads, and the composer."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import ClassVar, Final

from textual import events
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.widgets import OptionList, TextArea
from textual.widgets.option_list import Option

from peerline.protocol.palette import COLOR_COUNT
from peerline.watch.mentions import Completion, completion
from peerline.watch.spans import Line

_STYLES: Final = {
    **{f"user-{index}": f"bold $user-{index}" for index in range(COLOR_COUNT)},
    "dim": "$dim",
    "strong": "bold",
    "good": "$success",
    "warning": "$warning",
    "error": "bold $error",
    "place": "$text-primary",
    "code": "italic $foreground 70%",
    "mention": "bold $text-primary",
    "mention-me": "bold $background on $warning",
}


def content(lines: Iterable[Line]) -> Content:
    """Lines of styled text for Textual; nothing in them is markup."""
    return Content("\n").join(map(_content, lines))


def wrapped(lines: Iterable[Line], width: int, gutter: int) -> Content:
    """Lines wrapped to `width` columns, what does not fit beginning below the `gutter`."""
    rows: list[Content] = []
    for line in lines:
        first, *more = _content(line).wrap(width) or [Content("")]
        rows.append(first)
        if more:
            rest = _content(line)[len(first.plain) :]
            rows += [
                part.pad_left(gutter)
                for part in _without_first_space(rest).wrap(max(width - gutter, 1))
            ]
    return Content("\n").join(rows)


def _without_first_space(rest: Content) -> Content:
    """The space at which a line was wrapped is not shown."""
    return rest[1:] if rest.plain.startswith(" ") else rest


def _content(line: Line) -> Content:
    return Content.assemble(*((span.text, _STYLES.get(span.style, "")) for span in line))


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a list; what cannot be selected has no key."""

    lines: Sequence[Line]
    key: str | None = None
    gutter: int = 0


class Rows(OptionList):
    """A list that can be walked through; nothing is selected while it has no focus."""

    def __init__(self, *, id: str) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id, markup=False, compact=True)
        self.shown: list[Row] = []
        self._width = 0

    @property
    def selected(self) -> str | None:
        """The key of the row that is selected."""
        option = self.highlighted_option
        return None if option is None or option.disabled else option.id

    def show(self, rows: Sequence[Row]) -> None:
        """Show other rows; what was selected stays so."""
        selected, at = self.selected, self.scroll_y
        self.shown = list(rows)
        self.clear_options()
        self.add_options([self.option(row) for row in rows])
        if selected is not None and any(row.key == selected for row in rows):
            self.highlighted = self.get_option_index(selected)
        else:
            self.scroll_to(y=at, animate=False, immediate=True)

    def option(self, row: Row) -> Option:
        """A row as Textual wants it."""
        return Option(self.fitted(row), id=row.key, disabled=row.key is None)

    def fitted(self, row: Row) -> Content:
        """A row's text in the width that there is."""
        return wrapped(row.lines, max(self._width, 2 * row.gutter, 1), row.gutter)

    def on_resize(self) -> None:
        """Another width wraps lines elsewhere."""
        width = self.scrollable_content_region.width
        if width != self._width:
            self._width = width
            self.show(self.shown)

    def on_focus(self) -> None:
        """Begin at the first row."""
        if self.selected is None:
            self.action_first()

    def on_blur(self) -> None:
        """Nothing is selected any more."""
        self.highlighted = None


class FeedRows(Rows):
    """The feed: it follows its end until somebody scrolls away from it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter,r", "app.reply", "Reply"),
        Binding("e", "app.edit", "Edit"),
        Binding("d", "app.delete", "Delete"),
        Binding("plus", "app.react", "👍"),
        Binding("o", "app.older", "Older"),
        Binding("a", "app.agents", "Agents"),
        Binding("escape", "app.compose", "Back"),
    ]

    def __init__(self, *, id: str) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self.is_following = True
        self._unseen = 0

    def append(self, row: Row) -> None:
        """Add a row at the end."""
        self.shown.append(row)
        self.add_option(self.option(row))
        if not self.is_following:
            self._unseen += 1
            self.border_subtitle = f"↓ {self._unseen} new"
        self.keep_at_end()

    def replace(self, index: int, row: Row) -> None:
        """Show another row in the place of one."""
        if row.key != self.shown[index].key:
            self.shown[index] = row
            self.show(self.shown)
        else:
            self.shown[index] = row
            self.replace_option_prompt_at_index(index, self.fitted(row))
        self.keep_at_end()

    def drop_first(self, count: int) -> None:
        """Remove the oldest rows."""
        del self.shown[:count]
        for _ in range(count):
            self.remove_option_at_index(0)

    def keep_at_end(self) -> None:
        """Scroll down if that is where one is."""
        if self.is_following:
            self.scroll_end(animate=False, immediate=True, x_axis=False)

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Whether the end is in sight decides whether to follow it."""
        super().watch_scroll_y(old_value, new_value)
        self.is_following = new_value >= self.max_scroll_y
        if self.is_following:
            self._unseen = 0
            self.border_subtitle = ""

    def on_resize(self) -> None:
        """Another width wraps lines elsewhere, another height moves the end."""
        super().on_resize()
        self.call_after_refresh(self.keep_at_end)

    def on_focus(self) -> None:
        """Begin at the latest message."""
        if self.selected is None:
            self.action_last()

    def on_blur(self) -> None:
        """Back to the end."""
        super().on_blur()
        self.scroll_end(animate=False, x_axis=False)


class ThreadRows(Rows):
    """The open comment threads."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter,r", "app.reply_thread", "Reply"),
        Binding("x", "app.resolve", "Resolve"),
        Binding("a", "app.agents", "Agents"),
        Binding("escape", "app.compose", "Back"),
    ]


class Composer(TextArea):
    """The composer: Enter sends, Ctrl-J makes a new line, Tab completes a name."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "send", "Send"),
        Binding("ctrl+j,shift+enter,alt+enter", "new_line", "New line", key_display="^j"),
        Binding("tab", "complete", "@name / next"),
        Binding("up", "up", "Chat", key_display="↑"),
        Binding("escape", "app.cancel", "Cancel", show=False),
    ]

    @dataclass
    class Sent(Message):
        """Enter was pressed."""

        text: str

    def __init__(self, *, id: str) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id, compact=True, highlight_cursor_line=False)
        self.names: list[str] = []
        """The names that can be mentioned."""
        self._completion: Completion | None = None
        self._turn = 0
        self._completed: tuple[str, tuple[int, int]] | None = None
        """The text and the cursor as the last completion left them."""

    def action_send(self) -> None:
        """Send what is there."""
        if self.text.strip() and not self.read_only:
            self.post_message(self.Sent(self.text))

    def action_new_line(self) -> None:
        """Begin a new line."""
        if not self.read_only:
            self.insert("\n")

    def action_up(self) -> None:
        """Into the chat from the first line, else one line up."""
        if self.cursor_location[0] == 0:
            self.screen.query_one(FeedRows).focus()
        else:
            self.action_cursor_up()

    def action_complete(self) -> None:
        """Complete the name before the cursor, the next one at each further Tab."""
        if self._completion is not None and self._completed == (self.text, self.cursor_location):
            self._turn += 1
        else:
            self._completion = completion(self._before_cursor(), self.names)
            self._turn = 0
        found = self._completion
        if found is None or (self._turn > 0 and len(found.candidates) == 1):
            self._completion = None
            self.screen.focus_next()
            return
        row, column = self.cursor_location
        line_start = len(self._before_cursor()) - column
        name = found.candidates[self._turn % len(found.candidates)]
        self.replace(name, (row, found.start - line_start), (row, column))
        self._completed = (self.text, self.cursor_location)

    async def _on_key(self, event: events.Key) -> None:
        """Keys in the order in which they were typed: their bindings would overtake letters."""
        match event.key:
            case "enter":
                event.prevent_default().stop()
                self.action_send()
            case "ctrl+j" | "shift+enter" | "alt+enter":
                event.prevent_default().stop()
                self.action_new_line()
            case "tab":
                event.prevent_default().stop()
                self.action_complete()
            case _:
                await super()._on_key(event)

    def _before_cursor(self) -> str:
        return self.get_text_range((0, 0), self.cursor_location)
