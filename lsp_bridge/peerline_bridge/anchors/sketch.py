"""The sketch of a text: each line as a short hash, so that whole surroundings travel. Pure.

A code is a line, normalised, in 12 bits: the same on every machine, and too short to say what the
line was. Lines without a letter or a digit have codes of their own, so that a reader of a sketch
knows which of its lines say something. In memory a sketch is a string with one character for each
line, which makes it cheap to cut and to compare; on the wire a line takes two characters.
"""

from collections.abc import Iterable
from functools import lru_cache
from string import ascii_letters, digits
from typing import Final
from zlib import crc32

from peerline.protocol.limits import LOOKALIKE_LINES

_DIGITS: Final = ascii_letters + digits + "-_"
_WORDLESS: Final = 63
"""How many codes there are for lines without words."""
_CODES: Final = 64 * 64
_WITH_WORDS: Final = _CODES - _WORDLESS - 1
_FIRST_CHAR: Final = 0x4E00
"""From here on there are 4,096 characters, none of them a surrogate."""
EDGE: Final = chr(_FIRST_CHAR + _WORDLESS)
"""Stands for what is before the first line and after the last."""
_NOT_WORDS: Final = bytes(code for code in range(0x21, 0x7F) if not chr(code).isalnum()) + b" \t"
_PAIRS: Final = [high + low for high in _DIGITS for low in _DIGITS]
_CODE_OF_PAIR: Final = {pair: chr(_FIRST_CHAR + code) for code, pair in enumerate(_PAIRS)}
_NO_WORDS: Final = dict.fromkeys(range(_FIRST_CHAR, _FIRST_CHAR + _WORDLESS + 1))


@lru_cache(maxsize=65_536)
def loose(line: str) -> bytes:
    """The letters and digits of a line: what a formatter leaves alone."""
    return line.encode("utf-8", "ignore").translate(None, _NOT_WORDS)


def codes_of(lines: Iterable[str]) -> str:
    """The codes of normalised lines."""
    return "".join(map(_code_of, lines))


@lru_cache(maxsize=65_536)
def _code_of(line: str) -> str:
    text = line.encode("utf-8", "ignore")
    if text.translate(None, _NOT_WORDS):
        return chr(_FIRST_CHAR + _WORDLESS + 1 + crc32(text) % _WITH_WORDS)
    return chr(_FIRST_CHAR + crc32(text) % _WORDLESS)


def distinctive_codes(codes: str) -> str:
    """The codes without those of lines without words."""
    return codes.translate(_NO_WORDS)


def around(above: str, below: str) -> str:
    """The codes next to a place, those above it and below it, with edges where the text ends."""
    return above.rjust(LOOKALIKE_LINES, EDGE) + below.ljust(LOOKALIKE_LINES, EDGE)


def to_wire(codes: str) -> str:
    """Two characters for each code."""
    return "".join([_PAIRS[ord(code) - _FIRST_CHAR] for code in codes])


def from_wire(text: str) -> str:
    """The codes of a sketch that came; what is none is taken for an edge."""
    return "".join(
        [_CODE_OF_PAIR.get(text[at : at + 2], EDGE) for at in range(0, len(text) - 1, 2)]
    )
