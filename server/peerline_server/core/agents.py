"""The current activity of a session's agents, and what of it was not sent yet. Pure."""

import math
from types import MappingProxyType
from typing import Final

from peerline.protocol.agents import AgentActivity, AgentState, AgentUsage
from peerline.protocol.limits import MAX_INTEGER
from peerline.protocol.session import SessionChanges, SessionInfo
from peerline.protocol.types import Status

STATUS: Final = MappingProxyType(
    {
        AgentState.THINKING: Status.ACTIVE,
        AgentState.WORKING: Status.ACTIVE,
        AgentState.IDLE: Status.IDLE,
        AgentState.WAITING_APPROVAL: Status.IDLE,
        AgentState.WAITING_INPUT: Status.IDLE,
        AgentState.ERROR: Status.IDLE,
        AgentState.DONE: Status.IDLE,
    }
)
"""The presence of an agent, for those who show no more than that."""
_MODEL_CHARS: Final = 128


class AgentBoard:
    """The latest activity of each agent. Ephemeral, like presence: the last write wins."""

    def __init__(self) -> None:
        self._activities: dict[str, AgentActivity] = {}
        self._dirty: dict[str, None] = {}

    def get(self, user_id: str) -> AgentActivity | None:
        """The activity that the agent told last."""
        return self._activities.get(user_id)

    def all(self) -> dict[str, AgentActivity]:
        """The activity of each agent that is here."""
        return dict(self._activities)

    def take(self, user_id: str, activity: AgentActivity) -> None:
        """The agent does this now."""
        if self._activities.get(user_id) != activity:
            self._activities[user_id] = activity
            self._dirty[user_id] = None

    def remove(self, user_id: str) -> None:
        """Forget an agent that has left."""
        self._activities.pop(user_id, None)
        self._dirty.pop(user_id, None)

    def take_dirty(self) -> list[tuple[str, AgentActivity]]:
        """The activities that changed since they were last taken, each once."""
        taken = [(user_id, self._activities[user_id]) for user_id in self._dirty]
        self._dirty.clear()
        return taken


def derived_changes(
    activities: dict[str, AgentActivity], models: dict[str, str], info: SessionInfo
) -> SessionChanges | None:
    """The changes of the session by its agents' usage; None if it is known there already.

    Tokens and cost are sums, the health is the lowest. `models` has the model of each agent, where
    it is known. Costs in several currencies have no sum.
    """
    usages = [each.usage for each in activities.values() if each.usage is not None]
    healths = [each.health for each in activities.values() if each.health is not None]
    names = dict.fromkeys(
        model
        for user_id, each in activities.items()
        if (model := each.model or models.get(user_id)) is not None
    )
    found = SessionChanges(
        token_count=_sum([usage.context_used for usage in usages]),
        token_limit=_sum([usage.context_limit for usage in usages]),
        cost=_cost(usages),
        health_score=min(healths, default=None),
        model=", ".join(names)[:_MODEL_CHARS] or None,
    )
    fields = found.model_dump(exclude_none=True)
    news = {name: value for name, value in fields.items() if getattr(info, name) != value}
    return SessionChanges(**news) if news else None


def _sum(counts: list[int | None]) -> int | None:
    known = [count for count in counts if count is not None]
    return min(sum(known), MAX_INTEGER) if known else None


def _cost(usages: list[AgentUsage]) -> float | None:
    """The sum; None in several currencies, and where it is too large to be a number."""
    costs = [usage for usage in usages if usage.cost is not None]
    total = sum(usage.cost or 0 for usage in costs)
    is_one_currency = len({usage.currency for usage in costs}) == 1
    return round(total, 6) if is_one_currency and math.isfinite(total) else None
