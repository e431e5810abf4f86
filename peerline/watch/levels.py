"""Shares and scores with a style that says how bad they are. Pure."""

from typing import Final

from peerline.watch.spans import Span

SHARE_HIGH: Final = 0.8
SHARE_FULL: Final = 0.95
HEALTH_LOW: Final = 75.0
HEALTH_BAD: Final = 50.0


def share_style(share: float) -> str:
    """The style of a used part of a limit."""
    return "error" if share >= SHARE_FULL else "warning" if share >= SHARE_HIGH else ""


def health(score: float) -> Span:
    """A health score of at most 100."""
    style = "error" if score < HEALTH_BAD else "warning" if score < HEALTH_LOW else "good"
    return Span(f"health {score:g}", style)
