"""The participants' colours: one hue per person, the same in every editor.

`make generate` writes them into the Neovim plugin, the VS Code extension and the chat panel's
styles; the terminal view reads them here. `tests/unit/peerline/protocol/test_palette.py` holds that
each is legible on its backgrounds and that no two look alike, also to colour-blind people.
"""

from typing import Final, NamedTuple

BACKGROUNDS: Final = {
    "dark": "#1f1f1f",
    "light": "#ffffff",
    "high_contrast": "#000000",
    "high_contrast_light": "#ffffff",
}
"""The editor background that each kind of theme is checked against."""


class Hue(NamedTuple):
    """One participant's colour in each kind of theme, as `#rrggbb`."""

    dark: str
    light: str
    high_contrast: str
    high_contrast_light: str


PALETTE: Final = (
    Hue("#ac6677", "#970045", "#f9327f", "#d9216b"),  # rose
    Hue("#93ffcf", "#004f36", "#9efcd1", "#005d40"),  # mint
    Hue("#825ea3", "#8e18d2", "#c98dff", "#a340e7"),  # purple
    Hue("#cac345", "#726c00", "#dad000", "#605b00"),  # yellow
    Hue("#6f7bff", "#6d79db", "#909bd2", "#28009d"),  # indigo
    Hue("#d87b7a", "#a45756", "#ff7375", "#50000c"),  # red
    Hue("#5dc0b6", "#007e76", "#00e0d2", "#008279"),  # teal
    Hue("#a679aa", "#6c0076", "#b461bd", "#3f0845"),  # magenta
    Hue("#c5f584", "#283d00", "#c2e990", "#577629"),  # lime
    Hue("#af9dff", "#8045fa", "#936fff", "#2d0068"),  # violet
    Hue("#ca5800", "#c38567", "#c56b3b", "#653115"),  # orange
    Hue("#a6ccff", "#2d5b96", "#94c2ff", "#416697"),  # sky
)

"""In an order in which neighbors differ most: of two with the same hue, one takes the next."""

COLOR_COUNT: Final = len(PALETTE)
"""The number of colors; `color` fields of messages are indexes below it."""


def text_on(color: str) -> str:
    """Black or white, whichever has more contrast on `color` (WCAG 2.2, "contrast ratio")."""
    return "#000000" if luminance(color) > _MIDDLE else "#ffffff"


def luminance(color: str) -> float:
    """The relative luminance of `#rrggbb`, 0 for black to 1 for white (WCAG 2.2)."""
    red, green, blue = linear(color)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def linear(color: str) -> tuple[float, float, float]:
    """The linear-light channels of `#rrggbb`, each from 0 to 1 (IEC 61966-2-1)."""
    red, green, blue = (_linear(int(color[at : at + 2], 16) / 255) for at in (1, 3, 5))
    return red, green, blue


def _linear(value: float) -> float:
    return value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4  # noqa: PLR2004 - the curve's own


_MIDDLE: Final = 0.179
"""Above this luminance black text has more contrast than white."""
