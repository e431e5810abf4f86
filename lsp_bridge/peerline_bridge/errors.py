"""How a command of the editor is refused."""


class CommandRefused(Exception):  # noqa: N818 - it is an answer, not a fault
    """A command cannot be carried out; the text is for the user."""

    def __init__(self, code: str, text: str) -> None:
        super().__init__(text)
        self.code = code
        self.text = text
