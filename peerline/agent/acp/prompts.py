"""The texts of a turn: the prompt as one text, and the answer out of its pieces. Pure."""

from typing import Final
from urllib.parse import unquote, urlsplit

from peerline.agent.acp.values import Object, an_object, objects, text

MAX_ANSWER_CHARS: Final = 65_536


def prompt_text(blocks: object) -> str:
    """The text that somebody wrote; what is attached is named, and its content is not shown."""
    return "".join(map(_block_text, objects(blocks)))


def _block_text(block: Object) -> str:
    match block.get("type"):
        case "text":
            return text(block.get("text")) or ""
        case "resource_link":
            return _attached(text(block.get("name")) or text(block.get("uri")))
        case "resource":
            return _attached(text(an_object(block.get("resource")).get("uri")))
        case "image" | "audio" as kind:
            return f"[{kind}]"
        case _:
            return ""


def _attached(name: str | None) -> str:
    """`@` and the name of a file, or the end of its address."""
    if name is None:
        return ""
    try:
        path = unquote(urlsplit(name).path)
    except ValueError:
        path = name
    return f"@{path.rstrip('/').rsplit('/', 1)[-1] or name}"


class Answer:
    """The agent's answer in a turn; of the remarks between its tool calls the last one counts."""

    def __init__(self) -> None:
        self._before = ""
        self._pieces: list[str] = []
        self._size = 0

    def add(self, piece: str) -> None:
        """The next piece."""
        if self._size < MAX_ANSWER_CHARS:
            self._pieces.append(piece)
            self._size += len(piece)

    def interrupted(self) -> None:
        """A tool call follows: the text until now was a remark."""
        self._before = self.text()
        self._pieces.clear()
        self._size = 0

    def text(self) -> str:
        """The answer."""
        return "".join(self._pieces)[:MAX_ANSWER_CHARS] or self._before
