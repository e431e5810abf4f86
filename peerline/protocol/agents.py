"""AI agents on the wire: their owners, what they do now, and what of it is kept.

The current activity is ephemeral, like presence: the latest state wins. Prompts, ends of turns,
finished tool calls, plans and notes are durable events.
"""

# The models are frozen, so a narrower `type` is safe. pyright does not see that.
# pyright: reportIncompatibleVariableOverride=false

from enum import StrEnum
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from peerline.protocol.base import ClientMessageBase, DurableMessageBase, ServerMessageBase
from peerline.protocol.limits import (
    MAX_AGENT_UPDATE_BYTES,
    MAX_ANSWER_CHARS,
    MAX_CALL_FILES,
    MAX_CALL_TEXT_CHARS,
    MAX_CALL_TITLE_CHARS,
    MAX_DIFF_BYTES,
    MAX_DOING_CHARS,
    MAX_HEALTH_REASON_CHARS,
    MAX_HEALTH_REASONS,
    MAX_MODEL_CHARS,
    MAX_PLAN_ENTRIES,
    MAX_PLAN_ENTRY_CHARS,
    MAX_PRODUCT_CHARS,
    MAX_REASON_CHARS,
    MAX_TOOL_NAME_CHARS,
    MAX_TURN_CHARS,
)
from peerline.protocol.types import (
    ClientModel,
    Count,
    FilePath,
    ItemId,
    ServerModel,
    Text,
    Timestamp,
    UserId,
)

ProductName = Annotated[str, Field(pattern=rf"^[a-z0-9-]{{1,{MAX_PRODUCT_CHARS}}}$")]
"""The program of an agent, such as `claude-code`."""
HealthReason = Annotated[Text, Field(min_length=1, max_length=MAX_HEALTH_REASON_CHARS)]
ModelName = Annotated[Text, Field(min_length=1, max_length=MAX_MODEL_CHARS)]
CallTitle = Annotated[Text, Field(max_length=MAX_CALL_TITLE_CHARS)]
ToolName = Annotated[Text, Field(min_length=1, max_length=MAX_TOOL_NAME_CHARS)]
CallText = Annotated[Text, Field(max_length=MAX_CALL_TEXT_CHARS)]
TurnText = Annotated[Text, Field(max_length=MAX_TURN_CHARS)]


class UserKind(StrEnum):
    """Whether a user is a person or an AI agent."""

    HUMAN = "human"
    AGENT = "agent"


class Answerers(StrEnum):
    """The people who may answer or prompt an agent beside its owner; the owner decides."""

    OWNER = "owner"
    HOSTS = "hosts"
    EDITORS = "editors"


class AgentInfo(ServerModel):
    """The owner of an agent, and its product; set by the server alone.

    `agent_policy` says who may answer its questions beside the owner; without it nobody else.
    `prompt_policy` says who may prompt it beside the owner; without it the session cannot.
    """

    owner_id: UserId
    product: ProductName
    model: ModelName | None = None
    agent_policy: Answerers | None = None
    prompt_policy: Answerers | None = None


class AgentState(StrEnum):
    """The state of an agent."""

    IDLE = "idle"
    THINKING = "thinking"
    WORKING = "working"
    WAITING_APPROVAL = "waiting_approval"
    WAITING_INPUT = "waiting_input"
    ERROR = "error"
    DONE = "done"


class ToolKind(StrEnum):
    """The kind of a tool call, as in the Agent Client Protocol."""

    READ = "read"
    EDIT = "edit"
    DELETE = "delete"
    MOVE = "move"
    SEARCH = "search"
    EXECUTE = "execute"
    THINK = "think"
    FETCH = "fetch"
    SWITCH_MODE = "switch_mode"
    OTHER = "other"


class AgentTool(ClientModel):
    """The tool call that an agent is at, or was at last."""

    id: ItemId
    name: ToolName
    kind: ToolKind = ToolKind.OTHER
    status: Literal["pending", "running", "completed", "failed", "denied"]
    title: CallTitle | None = None


class PlanEntry(ClientModel):
    """A step of an agent's plan."""

    text: Annotated[Text, Field(min_length=1, max_length=MAX_PLAN_ENTRY_CHARS)]
    status: Literal["pending", "in_progress", "completed"] = "pending"


class AgentUsage(ClientModel):
    """Tokens and cost of an agent so far; what is absent is not known."""

    context_used: Count | None = None
    context_limit: Count | None = None
    input_tokens: Count | None = None
    output_tokens: Count | None = None
    cached_tokens: Count | None = None
    cost: Annotated[float, Field(ge=0)] | None = None
    currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$")] | None = None


class AgentActivity(ClientModel):
    """The activity of an agent, whole: it replaces what was known."""

    state: AgentState
    doing: Annotated[Text, Field(max_length=MAX_DOING_CHARS)] | None = None
    tool: AgentTool | None = None
    plan: Annotated[list[PlanEntry], Field(max_length=MAX_PLAN_ENTRIES)] | None = None
    usage: AgentUsage | None = None
    health: Annotated[float, Field(ge=0, le=100)] | None = None
    health_reasons: Annotated[list[HealthReason], Field(max_length=MAX_HEALTH_REASONS)] | None = (
        None
    )
    """Why it is not 100, for people."""
    model: ModelName | None = None
    """The model in use, where it is another one than that of the user's `agent`."""
    answer: Annotated[Text, Field(max_length=MAX_ANSWER_CHARS)] | None = None
    """The end of the answer that is being written."""

    @model_validator(mode="after")
    def _not_too_long(self) -> Self:
        size = len(self.__pydantic_serializer__.to_json(self, exclude_none=True))
        if size > MAX_AGENT_UPDATE_BYTES:
            raise ValueError(f"has at most {MAX_AGENT_UPDATE_BYTES} bytes as JSON")
        return self


class PromptGiven(ClientModel):
    """Somebody gave the agent a prompt; a turn begins."""

    kind: Literal["prompt"] = "prompt"
    text: Annotated[Text, Field(min_length=1, max_length=MAX_TURN_CHARS)]
    turn_id: ItemId


class TurnEnded(ClientModel):
    """A turn is over: the answer, and why it ended."""

    kind: Literal["turn_end"] = "turn_end"
    turn_id: ItemId
    text: TurnText | None = None
    reason: Annotated[Text, Field(min_length=1, max_length=MAX_REASON_CHARS)]
    duration_ms: Count | None = None
    usage: AgentUsage | None = None


class TouchedFile(ClientModel):
    """A file that a tool call changed; `diff` is unified."""

    file: FilePath
    lines_added: Count | None = None
    lines_removed: Count | None = None
    diff: Text | None = None


class ToolCallDone(ClientModel):
    """A tool call is over."""

    kind: Literal["tool_call"] = "tool_call"
    id: ItemId
    turn_id: ItemId | None = None
    name: ToolName
    tool_kind: ToolKind = ToolKind.OTHER
    title: CallTitle | None = None
    status: Literal["completed", "failed", "denied"]
    duration_ms: Count | None = None
    input: CallText | None = None
    output: CallText | None = None
    files: Annotated[list[TouchedFile], Field(max_length=MAX_CALL_FILES)] | None = None

    @model_validator(mode="after")
    def _short_diffs(self) -> Self:
        diffs = [file.diff for file in self.files or [] if file.diff]
        if sum(len(diff.encode()) for diff in diffs) > MAX_DIFF_BYTES:
            raise ValueError(f"the diffs have at most {MAX_DIFF_BYTES} bytes together")
        return self


class PlanChanged(ClientModel):
    """The plan has a new entry, or one with another status; it is whole."""

    kind: Literal["plan"] = "plan"
    entries: Annotated[list[PlanEntry], Field(max_length=MAX_PLAN_ENTRIES)]


class AgentNote(ClientModel):
    """A remark of an agent for the activity."""

    kind: Literal["note"] = "note"
    text: Annotated[Text, Field(min_length=1, max_length=MAX_TURN_CHARS)]


AgentEventData = Annotated[
    PromptGiven | TurnEnded | ToolCallDone | PlanChanged | AgentNote,
    Field(discriminator="kind"),
]


class TellAgentUpdate(ClientMessageBase):
    """For agents: I do this now. Only the latest is passed on, as with presence."""

    type: Literal["agent_update"] = "agent_update"
    data: AgentActivity


class TellAgentEvent(ClientMessageBase):
    """For agents: something that is to be kept."""

    type: Literal["agent_event"] = "agent_event"
    data: AgentEventData


class AgentUpdated(ServerMessageBase):
    """The current activity of an agent, whole. It is ephemeral."""

    type: Literal["agent_update"] = "agent_update"
    user_id: UserId
    data: AgentActivity


class AgentEvent(DurableMessageBase):
    """An agent was given a prompt, ended a turn, finished a tool call, or noted something."""

    type: Literal["agent_event"] = "agent_event"
    user_id: UserId
    username: Text
    data: AgentEventData
    timestamp: Timestamp


def searched_text(data: AgentEventData) -> str:
    """The text by which an event is found."""
    match data:
        case PromptGiven() | AgentNote() | TurnEnded():
            return data.text or ""
        case ToolCallDone():
            files = [file.file for file in data.files or []]
            return "\n".join(part for part in (data.title or "", data.input or "", *files) if part)
        case PlanChanged():
            return "\n".join(entry.text for entry in data.entries)
