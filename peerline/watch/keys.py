"""The line of keys at the bottom: in a narrow terminal it has those that matter most."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from rich.cells import cell_len
from textual import events
from textual.app import ComposeResult
from textual.widgets import Footer
from textual.widgets._footer import FooterKey, FooterLabel

MORE: Final = "…"
"""Stands for the keys that are left out: `/help` has them."""
_LEFT_OUT_FIRST: Final = (
    "app.agents",
    "app.react",
    "app.older",
    "new_line",
    "app.delete",
    "up",
    "complete",
    "app.edit",
    "app.resolve",
)
"""The actions in the order in which a narrow terminal goes without their keys."""


@dataclass(frozen=True, slots=True)
class Key:
    """A key as the line shows it."""

    display: str
    description: str
    action: str

    def width(self, *, is_compact: bool) -> int:
        """The columns that it takes."""
        return cell_len(self.display) + cell_len(self.description) + (2 if is_compact else 3)


def fitting(keys: Sequence[Key], width: int) -> tuple[bool, list[Key]]:
    """Whether the keys are drawn close together, and those for which there is room."""
    if sum(key.width(is_compact=False) for key in keys) <= width:
        return False, list(keys)
    kept, room = list(keys), width
    for action in (None, *_LEFT_OUT_FIRST):
        if any(key.action == action for key in kept):
            kept = [key for key in kept if key.action != action]
            room = width - cell_len(MORE)
        if sum(key.width(is_compact=True) for key in kept) <= room:
            break
    return True, kept


class KeyLine(Footer):
    """Textual's line of keys, without those for which a narrow terminal has no room."""

    def __init__(self) -> None:
        super().__init__(show_command_palette=False)

    def compose(self) -> ComposeResult:
        """The keys that can be pressed now, as far as they fit."""
        shown = [widget for widget in super().compose() if isinstance(widget, FooterKey)]
        keys = [Key(each.key_display, each.description, each.action) for each in shown]
        self.compact, kept = fitting(keys, self.screen.size.width)
        yield from (each for each, key in zip(shown, keys, strict=True) if key in kept)
        if len(kept) < len(keys):
            yield FooterLabel(MORE)

    def on_resize(self, _: events.Resize) -> None:
        """Another width has room for others."""
        self.call_after_refresh(self.recompose)
