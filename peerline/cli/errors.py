"""The error that ends a command with a text for the user."""


class CommandError(Exception):
    """A command cannot be carried out; the text is for the user, `code` for the process' exit."""

    def __init__(self, text: str, *, code: int = 2) -> None:
        super().__init__(text)
        self.code = code
