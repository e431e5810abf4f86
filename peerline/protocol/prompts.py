"""Prompts on the wire: people give a shared agent work, which waits in one visible queue."""

# The models are frozen, so a narrower `type` is safe. pyright does not see that.
# pyright: reportIncompatibleVariableOverride=false

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from peerline.protocol.base import ClientMessageBase, DurableMessageBase
from peerline.protocol.limits import MAX_REASON_CHARS, MAX_TURN_CHARS
from peerline.protocol.roles import Role
from peerline.protocol.types import ItemId, ServerModel, Text, Timestamp, UserId

PromptText = Annotated[
    Text, StringConstraints(strip_whitespace=True, min_length=1, max_length=MAX_TURN_CHARS)
]
Reason = Annotated[Text, Field(min_length=1, max_length=MAX_REASON_CHARS)]


class PromptState(StrEnum):
    """The state of a prompt; with the last two it is over."""

    WAITING = "waiting"
    RUNNING = "running"
    STOPPING = "stopping"
    DONE = "done"
    CANCELLED = "cancelled"


class Prompt(ServerModel):
    """A prompt that waits for its turn, or whose turn it is.

    `message_id` is the chat message that it was written in, if it was.
    """

    id: ItemId
    agent_id: UserId
    user_id: UserId
    username: Text
    text: Text
    message_id: ItemId | None = None
    state: PromptState = PromptState.WAITING
    asked_at: Timestamp


class PromptAgent(ClientMessageBase):
    """Give a shared agent a prompt; its policy says who may."""

    type: Literal["prompt_agent"] = "prompt_agent"
    agent_id: UserId
    text: PromptText


class CancelPrompt(ClientMessageBase):
    """Take a prompt that waits out of the queue: one of mine, of my agent, or as a host."""

    type: Literal["cancel_prompt"] = "cancel_prompt"
    prompt_id: ItemId


class StopAgent(ClientMessageBase):
    """Stop the turn of a shared agent: the one of this prompt, or else any."""

    type: Literal["stop_agent"] = "stop_agent"
    agent_id: UserId
    prompt_id: ItemId | None = None


class TellPrompt(ClientMessageBase):
    """For agents: I begin with this prompt, the first one that waits, or I am done with it."""

    type: Literal["prompt_update"] = "prompt_update"
    prompt_id: ItemId
    state: Literal[PromptState.RUNNING, PromptState.DONE]
    reason: Reason | None = None


class AgentPrompted(DurableMessageBase):
    """A prompt waits for an agent, behind those that do already."""

    type: Literal["agent_prompted"] = "agent_prompted"
    prompt: Prompt
    timestamp: Timestamp


class PromptChanged(DurableMessageBase):
    """A prompt's turn has begun, is being stopped or is over, or it was cancelled before.

    `by` is who did that: the agent, a person, or the server.
    """

    type: Literal["prompt_changed"] = "prompt_changed"
    prompt_id: ItemId
    agent_id: UserId
    state: PromptState
    by: UserId
    reason: Reason | None = None
    timestamp: Timestamp


PromptMessage = PromptAgent | CancelPrompt | StopAgent | TellPrompt
PromptEvent = AgentPrompted | PromptChanged
OVER = frozenset({PromptState.DONE, PromptState.CANCELLED})


def may_stop(role: Role) -> bool:
    """Whether a person of this role may stop the turn of an agent. An agent never may."""
    return role is not Role.VIEWER


def may_cancel(user_id: str, role: Role, owner_id: str | None, prompt: Prompt) -> bool:
    """Whether a person may cancel a prompt for an agent of this owner. An agent never may."""
    return user_id in {prompt.user_id, owner_id} or role is Role.HOST


def changed_prompts(prompts: dict[str, Prompt], event: PromptEvent) -> dict[str, Prompt]:
    """The open prompts after an event, by their ids, oldest first."""
    match event:
        case AgentPrompted(prompt=prompt):
            return {**prompts, prompt.id: prompt}
        case PromptChanged(prompt_id=prompt_id, state=state) if state in OVER:
            return {key: prompt for key, prompt in prompts.items() if key != prompt_id}
        case PromptChanged(prompt_id=prompt_id, state=state):
            known = prompts.get(prompt_id)
            if known is None:
                return prompts
            return {**prompts, prompt_id: known.model_copy(update={"state": state})}
