"""Checks of what a person writes in a setting or an option: each gives the value, or says why not.

The texts of the errors go behind the name of the setting or the option.
"""

import math
import re
from dataclasses import dataclass
from typing import Final

_MAX_SHOWN: Final = 40


def shown(text: str) -> str:
    """The value in an error: short, and in visible characters."""
    short = text if len(text) <= _MAX_SHOWN else text[:_MAX_SHOWN] + "…"
    return ascii(short)


@dataclass(frozen=True, slots=True)
class WholeNumber:
    """A whole number in a range, both ends included."""

    low: int
    high: int

    def __call__(self, text: str) -> int:
        """The number.

        Raises:
            ValueError: if it is none, or out of the range.
        """
        if re.fullmatch(r"[+-]?[0-9]{1,30}", text.strip()):
            number = int(text)
            if self.low <= number <= self.high:
                return number
        least = "more than 0" if self.low == 1 else f"at least {self.low}"
        raise ValueError(
            f"must be {least} and at most {self.high}, a whole number; it is {shown(text)}"
        )


@dataclass(frozen=True, slots=True)
class Number:
    """A number in a range, both ends included; neither a NaN nor infinite."""

    low: float
    high: float
    unit: str = ""

    def __call__(self, text: str) -> float:
        """The number.

        Raises:
            ValueError: if it is none, or out of the range.
        """
        try:
            number = float(text)
        except ValueError:
            number = math.nan
        if self.low <= number <= self.high:  # also false for a NaN
            return number
        high = f"{self.high:.15g} {self.unit}".strip()
        raise ValueError(
            f"must be at least {self.low:.15g} and at most {high}; it is {shown(text)}"
        )


@dataclass(frozen=True, slots=True)
class Choice:
    """One of some words; capitals or not are the same."""

    words: tuple[str, ...]

    def __call__(self, text: str) -> str:
        """The word as it is written in `words`.

        Raises:
            ValueError: if it is none of them.
        """
        for word in self.words:
            if word.casefold() == text.strip().casefold():
                return word
        *some, last = self.words
        raise ValueError(f"must be {', '.join(some)} or {last}; it is {shown(text)}")


@dataclass(frozen=True, slots=True)
class Flag:
    """True or false."""

    def __call__(self, text: str) -> bool:
        """Return the word.

        Raises:
            ValueError: if it is neither.
        """
        known = {"1": True, "true": True, "0": False, "false": False}
        found = known.get(text.strip().casefold())
        if found is None:
            raise ValueError(f"must be true or false (or 1 or 0); it is {shown(text)}")
        return found


@dataclass(frozen=True, slots=True)
class Text:
    """Text in a range of lengths without control characters."""

    low: int
    high: int

    def __call__(self, text: str) -> str:
        """The text, without white space around it.

        Raises:
            ValueError: if it is shorter or longer, or has characters that cannot be seen.
        """
        stripped = text.strip()
        if not self.low <= len(stripped) <= self.high or not stripped.isprintable():
            raise ValueError(f"must be {self.low} to {self.high} printable characters")
        return stripped


@dataclass(frozen=True, slots=True)
class NotEmpty:
    """Text that is more than white space, as it is."""

    def __call__(self, text: str) -> str:
        """The text.

        Raises:
            ValueError: if there is none, or bytes of it are no text.
        """
        if not text.strip():
            raise ValueError("must not be empty")
        if any("\ud800" <= char <= "\udfff" for char in text):
            raise ValueError("must be text in the encoding of the terminal")
        return text


@dataclass(frozen=True, slots=True)
class Pattern:
    """Text of certain characters only, as `described`."""

    pattern: str
    described: str

    def __call__(self, text: str) -> str:
        """The text.

        Raises:
            ValueError: if it has other characters, or is too short or too long.
        """
        if not re.fullmatch(self.pattern, text):
            raise ValueError(f"must be {self.described}")
        return text


LOG_LEVELS: Final = Choice(("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"))
PORT: Final = WholeNumber(0, 65_535)
HOST: Final = Pattern(r"[^\s/@\x00-\x20\x7f]{1,253}", "a host name or an address to listen on")
YEARS_10: Final = 10 * 365 * 24 * 3600
"""In seconds: the longest time that can be set."""
