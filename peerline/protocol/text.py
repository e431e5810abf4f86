"""Making text from others safe to show: names are cleaned, messages get visible controls."""

import json
import re
import unicodedata
from typing import Final

_ZERO_WIDTH_JOINER: Final = "\u200d"
_VARIATION_SELECTORS: Final = frozenset("\ufe0e\ufe0f")
_REGIONS: Final = ("gbeng", "gbsct", "gbwls")
_TAGS: Final = ("".join(chr(0xE0000 + ord(char)) for char in region) for region in _REGIONS)
_FLAGS: Final = re.compile(f"\U0001f3f4(?:{'|'.join(_TAGS)})\U000e007f")
"""The flags of England, Scotland and Wales: a black flag and tags, all of one picture (UTS 51)."""
_BREAK: Final = re.compile(r"\r\n?|[\u2028\u2029\x85\v\f]")
_INVISIBLE_CATEGORIES: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


def clean_name(name: str) -> str:
    """A display name without control, bidi, zero-width and tag characters, spaces collapsed.

    The joiner inside an emoji sequence stays. The result is empty if nothing visible is left.
    """
    normal = unicodedata.normalize("NFC", name)
    tags = _tags_of_flags(normal)
    kept = [
        char
        for index, char in enumerate(normal)
        if not _is_invisible(char)
        or index in tags
        or _joins_emoji(normal, index)
        or char in "\t\n\r"
    ]
    cleaned = re.sub(r"\s+", " ", "".join(kept)).strip()
    return cleaned if any(not _is_combining(char) for char in cleaned) else ""


def reveal_controls(text: str, *, keep: str = "\n\t") -> str:
    """The text with every control, bidi and other invisible character written as <U+XXXX>."""
    if text.isprintable():
        return text  # nearly all lines are, and this is fast
    tags = _tags_of_flags(text)
    return "".join(
        f"<U+{ord(char):04X}>"
        if _is_invisible(char)
        and char not in keep
        and index not in tags
        and not _joins_emoji(text, index)
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


def _tags_of_flags(text: str) -> frozenset[int]:
    """The places of the tags that make flags."""
    flags = _FLAGS.finditer(text)
    return frozenset(place for flag in flags for place in range(flag.start() + 1, flag.end()))


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
