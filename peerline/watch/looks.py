"""The looks of the terminal view: a theme for each kind, with the participants' colours in it."""

from collections.abc import Mapping
from dataclasses import replace
from enum import StrEnum
from typing import Final

from textual.theme import BUILTIN_THEMES, Theme

from peerline.protocol.palette import BACKGROUNDS, PALETTE


class Look(StrEnum):
    """The kinds of themes, as people name them."""

    DARK = "dark"
    LIGHT = "light"
    HIGH_CONTRAST = "high-contrast"
    HIGH_CONTRAST_LIGHT = "high-contrast-light"

    @property
    def theme(self) -> str:
        """The name of its theme."""
        return f"peerline-{self}"


WIDTHS: Final = [(0, "-narrow"), (70, "-medium"), (110, "-wide")]
"""The classes of a screen by its columns."""
HEIGHTS: Final = [(0, "-tiny"), (18, "-low"), (32, "-high")]
"""The classes of a screen by its lines."""
LIGHT_BACKGROUNDS: Final = frozenset({7, *range(9, 16)})
"""The colours of a terminal that are light, as Vim has them."""


def look_of(wanted: str | None, environ: Mapping[str, str]) -> Look:
    """The look that the user wants; else the one of the terminal, as far as it says so."""
    if wanted is not None:
        return Look(wanted)
    background = environ.get("COLORFGBG", "").rpartition(";")[2]
    is_light = background.isdecimal() and int(background) in LIGHT_BACKGROUNDS
    return Look.LIGHT if is_light else Look.DARK


def variables(kind: str, dim: str) -> dict[str, str]:
    """The variables of this view: the participants' colours, and the one of secondary text."""
    return {
        **{f"user-{index}": getattr(hue, kind) for index, hue in enumerate(PALETTE)},
        "dim": dim,
    }


def _high_contrast(look: Look, kind: str, *, dark: bool) -> Theme:
    background, text = BACKGROUNDS[kind], "#ffffff" if dark else "#000000"
    accent = "#ffff00" if dark else "#0000c0"
    return Theme(
        name=look.theme,
        dark=dark,
        primary=accent,
        secondary=accent,
        accent=accent,
        warning="#ffd000" if dark else "#7a4a00",
        error="#ff7070" if dark else "#b00000",
        success="#50ff50" if dark else "#005000",
        foreground=text,
        background=background,
        surface=background,
        panel=background,
        variables=variables(kind, "#c8c8c8" if dark else "#404040"),
    )


DARK_VARIABLES: Final = variables("dark", "#949494")
THEMES: Final = (
    replace(BUILTIN_THEMES["textual-dark"], name=Look.DARK.theme, variables=DARK_VARIABLES),
    replace(
        BUILTIN_THEMES["textual-light"],
        name=Look.LIGHT.theme,
        background=BACKGROUNDS["light"],
        surface=BACKGROUNDS["light"],
        panel="#f0f0f0",
        success="#1a7f37",
        warning="#8a5a00",
        error="#b3261e",
        variables=variables("light", "#636363"),
    ),
    _high_contrast(Look.HIGH_CONTRAST, "high_contrast", dark=True),
    _high_contrast(Look.HIGH_CONTRAST_LIGHT, "high_contrast_light", dark=False),
)
