"""Tests of presentation.queue_views: the prompts of a shared agent, and rights to them."""

from datetime import UTC, datetime

import pytest

from peerline.protocol.agents import AgentInfo, Answerers, UserKind
from peerline.protocol.editor.prompts import EditorPrompt, EditorQueue
from peerline.protocol.limits import SHOWN_PROMPT_CHARS
from peerline.protocol.participants import Participant, User
from peerline.protocol.prompts import Prompt, PromptState
from peerline.protocol.roles import Role
from peerline_bridge.presentation.queue_views import queue_view

NOW = datetime(2026, 1, 1, 9, tzinfo=UTC)


def agent(policy: Answerers | None) -> Participant:
    return Participant(
        id="robo",
        username="robo",
        role=Role.EDITOR,
        joined_at=NOW,
        kind=UserKind.AGENT,
        agent=AgentInfo(owner_id="ann", product="claude-code", prompt_policy=policy),
    )


def prompt(name: str, state: PromptState = PromptState.WAITING, of: str = "robo") -> Prompt:
    text = f"{name}\n\u202ego"
    return Prompt(
        id=name,
        agent_id=of,
        user_id="bob",
        username="Bob\n",
        text=text,
        state=state,
        asked_at=NOW,
    )


def user(name: str, role: Role = Role.EDITOR, kind: UserKind | None = None) -> User:
    return User(id=name, username=name, role=role, kind=kind)


def test_one_that_the_session_may_not_prompt_has_no_queue() -> None:
    assert queue_view(agent(None), user("ann"), []) is None
    person = agent(Answerers.EDITORS).model_copy(update={"kind": None, "agent": None})
    assert queue_view(person, user("ann"), []) is None


def test_the_prompts_are_in_their_order_one_line_each_with_nothing_hidden() -> None:
    prompts = [prompt("a", PromptState.RUNNING), prompt("x", of="other"), prompt("b")]
    assert queue_view(agent(Answerers.EDITORS), user("bob"), prompts) == EditorQueue(
        may_prompt=True,
        may_stop=True,
        prompts=[
            EditorPrompt(
                id=name,
                user_id="bob",
                username="Bob ",
                text=f"{name} <U+202E>go",
                state=state,
                may_cancel=True,
            )
            for name, state in (("a", PromptState.RUNNING), ("b", PromptState.WAITING))
        ],
    )
    long = prompt("a").model_copy(update={"text": "x" * 8_000})
    shown = queue_view(agent(Answerers.EDITORS), user("bob"), [long])
    assert shown is not None
    assert len(shown.prompts[0].text) == SHOWN_PROMPT_CHARS


@pytest.mark.parametrize(
    ("me", "may"),
    [
        (user("ann", Role.EDITOR), (True, True, True)),
        (user("bob", Role.EDITOR), (False, True, True)),
        (user("eve", Role.EDITOR), (False, True, False)),
        (user("eve", Role.HOST), (True, True, True)),
        (user("eve", Role.VIEWER), (False, False, False)),
        (user("other", Role.EDITOR, UserKind.AGENT), (False, False, False)),
        (None, (False, False, False)),
    ],
)
def test_what_one_may_do_follows_the_role_and_the_policy(
    me: User | None, may: tuple[bool, bool, bool]
) -> None:
    queue = queue_view(agent(Answerers.HOSTS), me, [prompt("a", PromptState.RUNNING)])
    assert queue is not None
    assert (queue.may_prompt, queue.may_stop, queue.prompts[0].may_cancel) == may


def test_a_turn_that_is_being_stopped_is_not_stopped_again() -> None:
    queue = queue_view(
        agent(Answerers.EDITORS), user("bob"), [prompt("a", PromptState.STOPPING), prompt("b")]
    )
    assert queue is not None
    assert not queue.may_stop
    assert [each.may_cancel for each in queue.prompts] == [False, True]
