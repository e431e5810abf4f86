"""Changes that an editor told while an edit was under way, until they are told apart from it."""

from dataclasses import dataclass
from typing import Final

from peerline.documents.delta import Delta, composed

MAX_HELD: Final = 1_000
"""Changes that are not told apart yet; beyond that, the later half of them is one change."""


@dataclass(frozen=True, slots=True)
class Held:
    """A change, and the version of the editor's document that it leads to."""

    version: int
    change: Delta


def hold(held: list[Held], version: int, change: Delta) -> None:
    """Add a change; an editor that never answers does not let them grow without end."""
    if len(held) >= MAX_HELD:
        later = held[MAX_HELD // 2 :]
        as_one = Held(later[-1].version, composed(item.change for item in later))
        held[MAX_HELD // 2 :] = [as_one]
    held.append(Held(version, change))
