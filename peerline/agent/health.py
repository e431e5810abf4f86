"""The health of an agent, 0 to 100: each penalty has a reason that can be shown. Pure."""

from dataclasses import dataclass
from typing import Final

CALLS_WATCHED: Final = 20
_CONTEXT_FROM: Final = 0.70
_CONTEXT_TO: Final = 0.95
_CONTEXT_PENALTY: Final = 50.0
_FAILED_PENALTY: Final = 2.0
_REPEATS: Final = 3
_REPEAT_PENALTY: Final = 15.0
_WAIT_SECONDS: Final = 300.0
_WAIT_PENALTY: Final = 10.0
_ERROR_PENALTY: Final = 25.0


@dataclass(frozen=True, slots=True)
class Signs:
    """The signs of health."""

    context_used: int | None = None
    context_limit: int | None = None
    failed_calls: int = 0
    """Of the last `CALLS_WATCHED`."""
    repeats: int = 0
    """How many times in a row the last call was made."""
    waiting_seconds: float = 0.0
    """How long it has waited for a person."""
    has_error: bool = False
    """Whether the model's service failed in this turn."""


@dataclass(frozen=True, slots=True)
class Penalty:
    """Points that are taken off, and why."""

    points: float
    reason: str


def penalties(signs: Signs) -> list[Penalty]:
    """The penalties, in the order in which they are shown."""
    found: list[Penalty] = []
    used, limit = signs.context_used, signs.context_limit
    if used is not None and limit:
        share = used / limit
        over = min(1.0, max(0.0, (share - _CONTEXT_FROM) / (_CONTEXT_TO - _CONTEXT_FROM)))
        if over > 0:
            found.append(Penalty(over * _CONTEXT_PENALTY, f"context {share:.0%} full"))
    failed = min(signs.failed_calls, CALLS_WATCHED)
    if failed > 0:
        found.append(
            Penalty(failed * _FAILED_PENALTY, f"{failed} of the last {CALLS_WATCHED} calls failed")
        )
    if signs.repeats >= _REPEATS:
        found.append(Penalty(_REPEAT_PENALTY, f"the same call {signs.repeats} times in a row"))
    if signs.waiting_seconds > _WAIT_SECONDS:
        found.append(Penalty(_WAIT_PENALTY, "waiting for a person for over 5 minutes"))
    if signs.has_error:
        found.append(Penalty(_ERROR_PENALTY, "the model's service failed in this turn"))
    return found


def health(signs: Signs) -> float:
    """The score, with one decimal."""
    return round(max(0.0, 100.0 - sum(penalty.points for penalty in penalties(signs))), 1)
