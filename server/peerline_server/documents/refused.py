"""The refusal of an update."""

from peerline.protocol.errors import ErrorCode


class UpdateRefused(Exception):  # noqa: N818 - a decision, not a fault of this program
    """The update is not used, and why."""

    def __init__(self, code: ErrorCode, text: str) -> None:
        super().__init__(text)
        self.code = code
        self.text = text
