"""Code between fences: cases from the rule of the bridge."""

from typing import Any, Final

from peerline.protocol.limits import MAX_QUOTED_CHARS
from peerline_bridge.texts.quotes import code_block

_CODE: Final = (
    "",
    "  \n\t\n",
    "a = 1",
    "    a = 1\n\n      b = 2\n",
    "\ta\n\t\tb",
    "\ta\n    b",
    "  a\n \n   b",
    "a:\n    b\n  c\n\n\n",
    "    first\nsecond",
    "a\r\n  b\rc",
    "\n  a",
    "```\nx\n````",
    "a `b` c",
    "``",
    "\u00a0a\n\u00a0b\u00a0",
    "\ufeffa\u2003",
    "x" * MAX_QUOTED_CHARS,
    "x" * (MAX_QUOTED_CHARS + 1),
    "\U0001f600" * (MAX_QUOTED_CHARS + 1),
    "x" * MAX_QUOTED_CHARS + "\n" * 5,
    "x" * (MAX_QUOTED_CHARS - 2) + "`````",
)


def quotes() -> list[Any]:
    """Each code, and its block."""
    return [
        {"code": code, "language": language, "block": code_block(code, language)}
        for number, code in enumerate(_CODE)
        for language in ("python" if number % 2 else "",)
    ]
