"""The one way for a text of a report to leave the machine: without secrets, then cut. Pure."""

from collections.abc import Sequence
from typing import Protocol

from peerline.agent.limits import MAX_TEXT_CHARS
from peerline.protocol.limits import MAX_ANSWER_CHARS


class Cleaner(Protocol):
    """Takes secrets out of what leaves the machine."""

    def text(self, text: str) -> str:
        """The text without secrets; paths of the workspace are relative to it."""
        ...

    def path(self, path: str) -> str | None:
        """The path in the workspace as the wire has it; None for one outside of it."""
        ...

    def is_private(self, text: str) -> bool:
        """Whether a path, or a command, names a file whose content must not be shown."""
        ...


class Texts:
    """Texts as they may leave; no half of a secret is left, since they are cut last."""

    def __init__(self, cleaner: Cleaner) -> None:
        self._cleaner = cleaner
        self.path = cleaner.path
        self.is_private = cleaner.is_private

    def cut(self, text: str, most: int) -> str:
        """The text without secrets, in at most `most` characters."""
        return shorten(self._cleaner.text(storable(text[:MAX_TEXT_CHARS])), most)

    def written(self, pieces: Sequence[str]) -> str:
        """The end of a text that is being written, without secrets.

        Only whole lines, since the beginning of a secret is none yet.
        """
        whole, is_line, _ = "".join(pieces)[:MAX_TEXT_CHARS].rpartition("\n")
        return self._cleaner.text(storable(whole))[-MAX_ANSWER_CHARS:] if is_line else ""


def storable(text: str) -> str:
    """The text without what no message may have: U+0000 and lone surrogates."""
    if text.isascii():
        return text.replace("\0", "")
    return text.replace("\0", "").encode("utf-8", "replace").decode("utf-8")


def shorten(text: str, most: int) -> str:
    """The text in at most `most` characters, with an ellipsis where it was cut."""
    return text if len(text) <= most else text[: most - 1] + "…"
