"""Making text from others safe to show: names are cleaned, messages get visible controls."""

import json
import re
import unicodedata
from typing import Final

_PICTURES: Final = (
    "\u00a9\u00ae\u203c\u2049\u2122\u2139\u2194-\u2199\u21a9\u21aa\u231a\u231b\u2328\u23cf"
    "\u23e9-\u23f3\u23f8-\u23fa\u24c2\u25aa\u25ab\u25b6\u25c0\u25fb-\u25fe\u2600-\u2604\u260e"
    "\u2611\u2614\u2615\u2618\u261d\u2620\u2622\u2623\u2626\u262a\u262e\u262f\u2638-\u263a"
    "\u2640\u2642\u2648-\u2653\u265f\u2660\u2663\u2665\u2666\u2668\u267b\u267e\u267f"
    "\u2692-\u2697\u2699\u269b\u269c\u26a0\u26a1\u26a7\u26aa\u26ab\u26b0\u26b1\u26bd\u26be"
    "\u26c4\u26c5\u26c8\u26ce\u26cf\u26d1\u26d3\u26d4\u26e9\u26ea\u26f0-\u26f5\u26f7-\u26fa"
    "\u26fd\u2702\u2705\u2708-\u270d\u270f\u2712\u2714\u2716\u271d\u2721\u2728\u2733\u2734"
    "\u2744\u2747\u274c\u274e\u2753-\u2755\u2757\u2763\u2764\u2795-\u2797\u27a1\u27b0\u27bf"
    "\u2934\u2935\u2b05-\u2b07\u2b1b\u2b1c\u2b50\u2b55\u3030\u303d\u3297\u3299\U0001f004"
    "\U0001f0cf\U0001f170\U0001f171\U0001f17e\U0001f17f\U0001f18e\U0001f191-\U0001f19a"
    "\U0001f201\U0001f202\U0001f21a\U0001f22f\U0001f232-\U0001f23a\U0001f250\U0001f251"
    "\U0001f300-\U0001f321\U0001f324-\U0001f393\U0001f396\U0001f397\U0001f399-\U0001f39b"
    "\U0001f39e-\U0001f3f0\U0001f3f3-\U0001f3f5\U0001f3f7-\U0001f3fa\U0001f400-\U0001f4fd"
    "\U0001f4ff-\U0001f53d\U0001f549-\U0001f54e\U0001f550-\U0001f567\U0001f56f\U0001f570"
    "\U0001f573-\U0001f57a\U0001f587\U0001f58a-\U0001f58d\U0001f590\U0001f595\U0001f596"
    "\U0001f5a4\U0001f5a5\U0001f5a8\U0001f5b1\U0001f5b2\U0001f5bc\U0001f5c2-\U0001f5c4"
    "\U0001f5d1-\U0001f5d3\U0001f5dc-\U0001f5de\U0001f5e1\U0001f5e3\U0001f5e8\U0001f5ef"
    "\U0001f5f3\U0001f5fa-\U0001f64f\U0001f680-\U0001f6c5\U0001f6cb-\U0001f6d2"
    "\U0001f6d5-\U0001f6e5\U0001f6e9\U0001f6eb-\U0001f6f0\U0001f6f3-\U0001f6fc"
    "\U0001f7e0-\U0001f7f0\U0001f90c-\U0001f93a\U0001f93c-\U0001f945\U0001f947-\U0001f9ff"
    "\U0001fa70-\U0001faf8"
)
"""Extended_Pictographic, which Python's own data lacks; all of it is assigned in Unicode 17."""
_PICTURE: Final = f"[{_PICTURES}][\ufe0e\ufe0f\U0001f3fb-\U0001f3ff]?"
_SEQUENCES: Final = (
    # England, Scotland and Wales: a black flag and tags (UTS 51).
    (
        "\U0001f3f4\U000e0067\U000e0062(?:\U000e0065\U000e006e\U000e0067"
        "|\U000e0073\U000e0063\U000e0074|\U000e0077\U000e006c\U000e0073)\U000e007f"
    ),
    f"{_PICTURE}(?:\u200d{_PICTURE})*",
    "[#*0-9]\ufe0f\u20e3",
    # A variant of an ideograph.
    "[\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U0003fffd][\U000e0100-\U000e01ef]",
)
"""The pictures and letters of which an invisible character is a part."""
_PIECES: Final = re.compile(f"({'|'.join(_SEQUENCES)})|[^ -~]")
_BREAK: Final = re.compile(r"\r\n?|[\u2028\u2029\x85\v\f]")
_BLANKS: Final = re.compile(r"\s+")
_COMMON_BLANKS: Final = re.compile(r"[ \t\n]+")
_INVISIBLE_CATEGORIES: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_IGNORABLE: Final = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\ufe00-\ufe0f\uffa0\U0001d159"
    "\U000e0100-\U000e01ef]"
)
"""Letters, marks and symbols that nobody sees: Default_Ignorable_Code_Point and two blanks."""


def clean_name(name: str) -> str:
    """A display name without control, bidi, zero-width and tag characters, spaces collapsed.

    The joiner inside an emoji sequence stays. The result is empty if nothing visible is left.
    """
    kept = _PIECES.sub(_named_piece, unicodedata.normalize("NFC", name))
    cleaned = _BLANKS.sub(" ", kept).strip()
    return cleaned if any(not _is_combining(char) for char in cleaned) else ""


def reveal_controls(text: str, *, keep: str = "\n\t", all_spaces: bool = False) -> str:
    """The text with every control, bidi and other invisible character written as <U+XXXX>.

    Args:
        text: What others wrote.
        keep: The controls that stay.
        all_spaces: Also write out each space but U+0020, for text that somebody is asked to allow:
            a command with another space is another command.
    """
    if text.isprintable() and (text.isascii() or not _IGNORABLE.search(text)):
        return text  # nearly all lines are, and this is fast

    def shown(found: re.Match[str]) -> str:
        piece = found.group()
        if found.group(1) and not _is_invisible(piece[0]):
            return piece
        return "".join(
            f"<U+{ord(char):04X}>"
            if char not in keep and (_is_unseen(char) or (all_spaces and _is_odd_space(char)))
            else char
            for char in piece
        )

    return _PIECES.sub(shown, text)


def show_block(text: str, *, all_spaces: bool = False) -> str:
    r"""Text of others in several lines, for any surface: only \n and tabs act."""
    lines = _BREAK.sub("\n", text).split("\n")
    return "\n".join(reveal_controls(line, all_spaces=all_spaces) for line in lines)


def show_line(text: str, *, all_spaces: bool = False) -> str:
    """Text of others in one line, for any surface; breaks and tabs become spaces."""
    blanks = _COMMON_BLANKS if all_spaces else _BLANKS
    line = blanks.sub(" ", _BREAK.sub("\n", text))
    return reveal_controls(line, keep="", all_spaces=all_spaces)


def escape_json(text: str) -> str:
    r"""JSON that holds the same, with every invisible character of its strings as \uXXXX."""
    return "".join(
        char if char.isprintable() or char == "\n" else json.dumps(char)[1:-1] for char in text
    )


def _named_piece(found: re.Match[str]) -> str:
    """A piece of a name without what is invisible; what counts as a space stays."""
    piece = found.group()
    if found.group(1) and not _is_invisible(piece[0]):
        return piece
    return "".join(char for char in piece if not _is_invisible(char) or char in "\t\n\r")


def _is_invisible(char: str) -> bool:
    return unicodedata.category(char) in _INVISIBLE_CATEGORIES


def _is_unseen(char: str) -> bool:
    return _is_invisible(char) or _IGNORABLE.match(char) is not None


def _is_odd_space(char: str) -> bool:
    return char != " " and unicodedata.category(char) == "Zs"


def _is_combining(char: str) -> bool:
    return unicodedata.category(char).startswith("M")
