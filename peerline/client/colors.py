"""A colour for each participant, the same in every editor. Pure."""

from collections.abc import Iterable
from zlib import crc32

from peerline.protocol.palette import COLOR_COUNT


def assign_colors(user_ids: Iterable[str]) -> dict[str, int]:
    """The colour index of each user, from their ids in the order of joining.

    Two users share a colour only when there are more users than colours.
    """
    colors: dict[str, int] = {}
    taken: set[int] = set()
    for user_id in user_ids:
        color = color_of(user_id)
        if len(taken) < COLOR_COUNT:
            while color in taken:
                color = (color + 1) % COLOR_COUNT
        taken.add(color)
        colors[user_id] = color
    return colors


def color_of(user_id: str) -> int:
    """The colour that a user has if nobody else has it, for those who are not here."""
    return crc32(user_id.encode()) % COLOR_COUNT
