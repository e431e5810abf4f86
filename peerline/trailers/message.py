"""Puts trailers into the message of a commit, as `git interpret-trailers` does.

That program is not asked: what a repository sets for trailers can run other programs.
"""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Final

_TRAILER: Final = re.compile(r"[A-Za-z0-9-]+[ \t]*:|\(cherry picked from commit |[ \t]")
"""The start of a line of the last paragraph, if that holds trailers; also a folded one."""
_SCISSORS: Final = re.compile(r"# -+ >8 -+")
"""The line behind which `git commit --verbose` shows the differences."""


def add_to_message(file: Path, lines: Sequence[str]) -> None:
    """Add trailers to the message in a file.

    Raises:
        OSError: if it cannot be read or written.
    """
    text = file.read_bytes().decode(errors="surrogateescape")
    file.write_bytes(with_trailers(text, lines).encode(errors="surrogateescape"))


def with_trailers(message: str, lines: Sequence[str]) -> str:
    """A message with trailers that it does not have yet, before the comments at its end.

    A message without words stays: who leaves it empty wants no commit.
    """
    of_message = message.splitlines()
    cut = next((at for at, line in enumerate(of_message) if _SCISSORS.match(line)), len(of_message))
    words = [at for at, line in enumerate(of_message[:cut]) if _is_word(line)]
    if not words:
        return message
    end = words[-1] + 1
    body, rest = of_message[:end], of_message[end:]
    has = {" ".join(line.split()).casefold() for line in body}
    new = [line for line in lines if line.casefold() not in has]
    if not new:
        return message
    gap = [] if _ends_in_trailers(body) else [""]
    rest = ["", *rest] if rest and rest[0].strip() else rest
    return "\n".join([*body, *gap, *new, *rest]) + "\n"


def _is_word(line: str) -> bool:
    return bool(line.strip()) and not line.startswith("#")


def _ends_in_trailers(body: Sequence[str]) -> bool:
    last = len(body)
    while last and body[last - 1].strip():
        last -= 1
    paragraph = [line for line in body[last:] if _is_word(line)]
    # The first paragraph is the subject, even one such as "docs: say it plainly".
    is_first = not any(_is_word(line) for line in body[:last])
    return not is_first and all(_TRAILER.match(line) for line in paragraph)
