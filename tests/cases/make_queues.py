"""The rights of users over the prompts of a shared agent: cases from the rules of the bridge."""

from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import product
from typing import Any, Final

from peerline.protocol.agents import AgentInfo, Answerers, UserKind
from peerline.protocol.participants import Participant, User
from peerline.protocol.prompts import Prompt, PromptState
from peerline.protocol.roles import Role
from peerline_bridge.presentation.queue_views import queue_view

_AT: Final = datetime(2026, 1, 2, 10, tzinfo=UTC)
_OPEN: Final = (PromptState.WAITING, PromptState.RUNNING, PromptState.STOPPING)


def queues() -> list[Any]:
    """Each policy, for users of each role and relation, with prompts in each state."""
    return [_case(*given) for given in _given()]


def _given() -> Iterator[tuple[Answerers | None, str, Role, UserKind, tuple[PromptState, ...]]]:
    for policy, name, role in product([None, *Answerers], ["owner", "bob", "carol"], Role):
        for states in ((), *((state,) for state in _OPEN)):
            yield policy, name, role, UserKind.HUMAN, states
    for policy in (None, *Answerers):
        yield policy, "other", Role.EDITOR, UserKind.AGENT, (PromptState.RUNNING,)
    yield Answerers.EDITORS, "bob", Role.EDITOR, UserKind.HUMAN, _OPEN


def _case(
    policy: Answerers | None,
    name: str,
    role: Role,
    kind: UserKind,
    states: tuple[PromptState, ...],
) -> dict[str, Any]:
    agent = Participant(
        id="agent",
        username="agent",
        role=Role.EDITOR,
        joined_at=_AT,
        kind=UserKind.AGENT,
        agent=AgentInfo(owner_id="owner", product="x", prompt_policy=policy),
    )
    me = User(id=name, username=name, role=role, kind=kind)
    prompts = [
        Prompt(
            id=f"p{number}",
            agent_id="agent",
            user_id="bob",
            username="bob",
            text="go",
            state=state,
            asked_at=_AT,
        )
        for number, state in enumerate(states)
    ]
    found = queue_view(agent, me, prompts)
    return {
        "policy": policy,
        "me": {"id": name, "role": role, "kind": kind},
        "states": list(states),
        "queue": None if found is None else found.model_dump(mode="json"),
    }
