"""Making text from others safe to show: names are cleaned, messages get visible controls."""

import json
import re
import unicodedata
from typing import Final

_ZERO_WIDTH_JOINER: Final = "\u200d"
_VARIATION_SELECTORS: Final = frozenset("\ufe0e\ufe0f")
_BREAK: Final = re.compile(r"\r\n?|[\u2028\u2029\x85\v\f]")
_INVISIBLE_CATEGORIES: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


def clean_name(name: str) -> str:
    """A display name without control, bidi, zero-width and tag characters, spaces collapsed.

    The joiner inside an emoji sequence stays. The result is empty if nothing visible is left.
    """
    normal = unicodedata.normalize("NFC", name)
    kept = [
        char
        for index, char in enumerate(normal)
        if not _is_invisible(char) or _joins_emoji(normal, index) or char in "\t\n\r"
    ]
    cleaned = re.sub(r"\s+", " ", "".join(kept)).strip()
    return cleaned if any(not _is_combining(char) for char in cleaned) else ""


def reveal_controls(text: str, *, keep: str = "\n\t") -> str:
    """The text with every control, bidi and other invisible character written as <U+XXXX>."""
    if text.isprintable():
        return text  # nearly all lines are, and this is fast
    return "".join(
        f"<U+{ord(char):04X}>"
        if _is_invisible(char) and char not in keep and not _joins_emoji(text, index)
        else char
        for index, char in enumerate(text)
    )


def show_block(text: str) -> str:
    r"""Text of others in several lines, for any surface: only \n and tabs act."""
    lines = _BREAK.sub("\n", text).split("\n")
    return "\n".join(reveal_controls(line) for line in lines)


def show_line(text: str) -> str:
    """Text of others in one line, for any surface; breaks and tabs become spaces."""
    return reveal_controls(re.sub(r"\s+", " ", _BREAK.sub("\n", text)), keep="")


def escape_json(text: str) -> str:
    r"""JSON that holds the same, with every invisible character of its strings as \uXXXX."""
    return "".join(
        char if char.isprintable() or char == "\n" else json.dumps(char)[1:-1] for char in text
    )


def _is_invisible(char: str) -> bool:
    return unicodedata.category(char) in _INVISIBLE_CATEGORIES


def _is_combining(char: str) -> bool:
    return unicodedata.category(char).startswith("M")


def _joins_emoji(text: str, index: int) -> bool:
    if text[index] != _ZERO_WIDTH_JOINER or not 0 < index < len(text) - 1:
        return False
    before = text[index - 1]
    if before in _VARIATION_SELECTORS and index > 1:
        before = text[index - 2]
    return _is_symbol(before) and _is_symbol(text[index + 1])


def _is_symbol(char: str) -> bool:
    return unicodedata.category(char) in {"So", "Sk", "Sm"}
