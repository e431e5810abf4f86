"""Tests of peerline.watch.looks: which look is taken, and that everything can be read in each."""

import pytest
from rich.color import Color
from textual.widget import Widget

from peerline.protocol.palette import BACKGROUNDS, PALETTE, luminance
from peerline.watch.looks import Look, look_of
from tests.unit.peerline.watch.test_app import View, watching
from tests.unit.server.conftest import SESSION, Door, door, open_door

__all__ = ["door", "open_door"]
LEAST_CONTRAST = {Look.DARK: 3, Look.LIGHT: 3, Look.HIGH_CONTRAST: 7, Look.HIGH_CONTRAST_LIGHT: 7}
HUES = {"high_contrast": 4.5, "high_contrast_light": 4.5}
"""The contrast that the palette has."""


@pytest.mark.parametrize(
    ("wanted", "background", "look"),
    [
        (None, None, Look.DARK),
        ("light", None, Look.LIGHT),
        ("high-contrast", "0;15", Look.HIGH_CONTRAST),
        ("high-contrast-light", None, Look.HIGH_CONTRAST_LIGHT),
        (None, "0;15", Look.LIGHT),
        (None, "0;default;7", Look.LIGHT),
        (None, "12;8", Look.DARK),
        (None, "15;0", Look.DARK),
        (None, "15;6", Look.DARK),
        (None, "0;16", Look.DARK),
        (None, "0;default", Look.DARK),
        (None, "²", Look.DARK),
        (None, "", Look.DARK),
        ("dark", "0;15", Look.DARK),
    ],
)
def test_the_look_is_the_users_or_the_terminals(
    wanted: str | None, background: str | None, look: Look
) -> None:
    environ = {} if background is None else {"COLORFGBG": background}
    assert look_of(wanted, environ) is look


def contrast(one: str, other: str) -> float:
    """As WCAG 2.2 has it."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def hex_of(color: Color | None) -> str:
    assert color is not None
    assert color.triplet is not None
    return color.triplet.hex


def drawn(widget: Widget) -> list[tuple[str, str, str]]:
    """The texts of a part as they are on the screen, each with its color and its background."""
    found: list[tuple[str, str, str]] = []
    for row in range(widget.size.height):
        for segment in widget.render_line(row):
            if segment.text.strip() and segment.style is not None:
                style = segment.style
                found.append((segment.text, hex_of(style.color), hex_of(style.bgcolor)))
    return found


@pytest.mark.parametrize("look", Look)
async def test_everything_can_be_read_in_each_look(door: Door, look: Look) -> None:
    host = await door.join("host")
    async with watching(door, look=look) as view:
        await host.send(type="chat_message", session_id=SESSION, content="`x` for @Ann and @Host")
        data = {"file": "src/a.py", "line": 3, "content": "why?", "code_snippet": "x = 1"}
        await host.send(type="add_comment", session_id=SESSION, data=data)
        await view.shows("commented src/a.py:3")
        await view.pilot.pause()
        texts = [text for part in parts(view) for text in drawn(part)]
    kind = look.replace("-", "_")
    background = BACKGROUNDS[kind]
    hues = {getattr(hue, kind) for hue in PALETTE}
    assert len({color for _, color, _ in texts} & hues) == 2, "Ann's and the host's"
    for text, color, on in texts:
        least = HUES.get(kind, 3) if color in hues else LEAST_CONTRAST[look]
        assert contrast(color, on) >= least, (text, color, on)
    if "contrast" in look:
        assert {on for _, _, on in texts} >= {background}


def parts(view: View) -> list[Widget]:
    names = ("#title", "#connection", "#facts", "#feed", "#people-list", "#threads", "#note")
    return [view.app.query_one(name) for name in names]
