"""Texts of people as Markdown that shows them: code stays code, and nothing else acts. Pure."""

import re
from collections.abc import Iterator
from typing import Final

from peerline.protocol.fences import fenced_blocks
from peerline.protocol.text import show_block, show_line

_LANGUAGE: Final = re.compile(r"[A-Za-z0-9_+#.-]{1,40}")
_CODE: Final = re.compile(r"(?<!`)(?P<marks>`+)(?!`)(?P<code>.+?)(?<!`)(?P=marks)(?!`)")
_ADDRESS: Final = re.compile(
    r"(?i)(?:\b(?:[a-z][a-z0-9+.-]{1,20}://|mailto:|xmpp:|www\.)[^\s`<>]*[^\s`<>.,;:!?)\]'\"]"
    r"|[a-z0-9._+-]+@[a-z0-9-]+(?:\.[a-z0-9-]+)+)"
)
"""The addresses that renderers make links of without any markup."""
_RULE: Final = re.compile(r"[\s|:+=*_-]*[-=*_][\s|:+=*_-]*")
"""A line that draws a rule, underlines a heading or makes the lines around it a table."""
_ENTITY: Final = re.compile(r"&(?=#|[A-Za-z])")
_MARKUP: Final = re.compile(r"([\\`*<])|(?<![^\W_])(_)|(_)(?![^\W_])|(~)(?=~)|(\])(?=[(\[:])")
"""An underscore inside a word is none, and brackets are a link only with what follows them."""


def heading(text: str) -> str:
    """A title or a name in a line of ours."""
    return _inline(show_line(text))


def block(text: str) -> str:
    """A whole text: its lines stay lines, its fenced code and its code in a line stay code."""
    return "\n\n".join(_blocks(show_block(text).split("\n")))


def fenced(code: str, language: str = "") -> str:
    """Code as a block, whatever is in it."""
    marks = "`" * max([3, *(len(run) + 1 for run in re.findall("`+", code))])
    return f"{marks}{language}\n{code}\n{marks}"


def _blocks(lines: list[str]) -> Iterator[str]:
    at = 0
    for code in fenced_blocks(lines):
        yield from _paragraphs(lines[at : code.first])
        language = _LANGUAGE.match(code.info)
        yield fenced("\n".join(code.lines), language[0] if language else "")
        at = code.last + 1
    yield from _paragraphs(lines[at:])


def _paragraphs(lines: list[str]) -> Iterator[str]:
    """Paragraphs between empty lines; two spaces at its end keep a line a line."""
    found: list[str] = []
    for line in [*lines, ""]:
        if line.strip():
            found.append(_line(line))
        elif found:
            yield "  \n".join(found)
            found = []


def _line(line: str) -> str:
    text = line.replace("\t", "    ").rstrip()
    bare = text.lstrip()
    # Four spaces would make code of it.
    indent = " " * min(3, len(text) - len(bare))
    if _RULE.fullmatch(bare):
        return f"{indent}\\{bare}"
    escaped = _inline(bare)
    escaped = re.sub(r"^(#{1,6}(?:\s|$)|>|[-+](?:\s|$)|\|)", r"\\\1", escaped)
    return indent + re.sub(r"^(\d{1,9})([.)](?:\s|$))", r"\1\\\2", escaped)


def _inline(text: str) -> str:
    parts: list[str] = []
    at = 0
    for found in _CODE.finditer(text):
        parts += [_without_code(text[at : found.start()]), found[0]]
        at = found.end()
    return _apart([*parts, _without_code(text[at:])])


def _without_code(text: str) -> str:
    """Escape what acts; an address becomes code, which can be read and copied but is no link."""
    parts: list[str] = []
    at = 0
    for found in _ADDRESS.finditer(text):
        parts += [_escaped(text[at : found.start()]), f"`{found[0]}`"]
        at = found.end()
    return _apart([*parts, _escaped(text[at:])])


def _apart(parts: list[str]) -> str:
    """Join parts so that the backticks of two neighbours do not become one fence."""
    whole = ""
    for part in parts:
        whole += f"&#8203;{part}" if whole.endswith("`") and part.startswith("`") else part
    return whole


def _escaped(text: str) -> str:
    return _ENTITY.sub(r"\\&", _MARKUP.sub(lambda found: f"\\{found[0]}", text))
