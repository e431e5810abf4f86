"""A text whose changes are made when somebody asks for it: a key copies no large text."""

from typing import Final

from peerline.documents.delta import Delta, apply, compose

MOST_OPERATIONS: Final = 100
"""Changes of more operations are made at once: to put them together would cost more."""


class LateText:
    """A text and the changes that are still to be made to it."""

    __slots__ = ("_change", "_text")

    def __init__(self, text: str) -> None:
        """Begin with a text."""
        self._text = text
        self._change: Delta = ()

    @property
    def text(self) -> str:
        """The text with all its changes."""
        if self._change:
            self._text = apply(self._text, self._change)
            self._change = ()
        return self._text

    def change(self, delta: Delta) -> None:
        """Make a change."""
        self._change = compose(self._change, delta)
        if len(self._change) > MOST_OPERATIONS:
            self._text = self.text
