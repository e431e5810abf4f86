"""The error that ends a command with a text for the user."""

from typing import Final

REFUSED: Final = 1
"""The exit code if a session refuses, or has nothing, or nobody, that a command is for."""


class CommandError(Exception):
    """A command cannot be carried out; the text is for the user, `code` for the process' exit."""

    def __init__(self, text: str, *, code: int = 2) -> None:
        super().__init__(text)
        self.code = code
