from itertools import combinations
from math import atan2, cbrt, degrees, dist

import pytest

from peerline.protocol.palette import BACKGROUNDS, PALETTE, linear, luminance, text_on

Vector = tuple[float, float, float]
Matrix = tuple[Vector, Vector, Vector]

# Machado, Oliveira, Fernandes 2009: colors as seen without one kind of cone.
VISIONS: dict[str, Matrix] = {
    "all cones": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "protanopia": (
        (0.152286, 1.052583, -0.204868),
        (0.114503, 0.786281, 0.099216),
        (-0.003882, -0.048116, 1.051998),
    ),
    "deuteranopia": (
        (0.367322, 0.860646, -0.227968),
        (0.280085, 0.672501, 0.047413),
        (-0.01182, 0.04294, 0.968881),
    ),
    "tritanopia": (
        (1.255528, -0.076749, -0.178779),
        (-0.078411, 0.930809, 0.147602),
        (0.004733, 0.691367, 0.3039),
    ),
}
LEAST_CONTRAST = {"dark": 3, "light": 3, "high_contrast": 4.5, "high_contrast_light": 4.5}
LEAST_DISTANCE = 0.05
MOST_HUE_DRIFT = 25
THEMES = tuple(BACKGROUNDS)


def times(matrix: Matrix, vector: Vector) -> Vector:
    first, second, third = (sum(a * b for a, b in zip(row, vector, strict=True)) for row in matrix)
    return first, second, third


def oklab(color: Vector) -> Vector:
    """Equal distances in Oklab look about equally far."""
    cones = times(
        (
            (0.4122214708, 0.5363325363, 0.0514459929),
            (0.2119034982, 0.6806995451, 0.1073969566),
            (0.0883024619, 0.2817188376, 0.6299787005),
        ),
        color,
    )
    roots = (cbrt(max(0, cones[0])), cbrt(max(0, cones[1])), cbrt(max(0, cones[2])))
    return times(
        (
            (0.2104542553, 0.793617785, -0.0040720468),
            (1.9779984951, -2.428592205, 0.4505937099),
            (0.0259040371, 0.7827717662, -0.808675766),
        ),
        roots,
    )


def seen(color: str, vision: Matrix) -> Vector:
    red, green, blue = (min(1, max(0, value)) for value in times(vision, linear(color)))
    return oklab((red, green, blue))


def contrast(one: str, other: str) -> float:
    """WCAG 2.2, "contrast ratio"."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def hue_angle(color: str) -> float:
    _, a, b = oklab(linear(color))
    return degrees(atan2(b, a))


def test_there_are_twelve_hues() -> None:
    assert len(PALETTE) == 12


@pytest.mark.parametrize("theme", THEMES)
def test_each_color_is_visible_on_the_background_and_its_text_legible(theme: str) -> None:
    for hue in PALETTE:
        color: str = getattr(hue, theme)
        assert contrast(color, BACKGROUNDS[theme]) >= LEAST_CONTRAST[theme], (theme, color)
        assert contrast(color, text_on(color)) >= 4.5, (theme, color)


@pytest.mark.parametrize("vision", VISIONS)
@pytest.mark.parametrize("theme", THEMES)
def test_no_two_colors_look_alike(theme: str, vision: str) -> None:
    for one, other in combinations(PALETTE, 2):
        colors: tuple[str, str] = getattr(one, theme), getattr(other, theme)
        distance = dist(*(seen(color, VISIONS[vision]) for color in colors))
        assert distance > LEAST_DISTANCE, (theme, vision, colors)


def test_a_person_keeps_the_hue_in_every_theme() -> None:
    for hue in PALETTE:
        angles = [hue_angle(color) for color in hue]
        for angle in angles[1:]:
            drift = abs((angle - angles[0] + 180) % 360 - 180)
            assert drift <= MOST_HUE_DRIFT, hue


@pytest.mark.parametrize(
    ("color", "text"),
    [
        ("#000000", "#ffffff"),
        ("#ffffff", "#000000"),
        ("#757575", "#ffffff"),
        ("#777777", "#000000"),
    ],
)
def test_text_on_a_color_is_black_or_white_by_contrast(color: str, text: str) -> None:
    assert text_on(color) == text
    assert contrast(color, text) >= contrast(color, "#ffffff" if text == "#000000" else "#000000")
