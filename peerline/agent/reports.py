"""The reports of an agent, whichever product it is: every product's input becomes these. Pure.

`peerline.agent.activity` makes of them what the session is sent.
"""

import re
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias, get_args

State: TypeAlias = Literal[
    "idle", "thinking", "working", "waiting_approval", "waiting_input", "error", "done"
]
ToolKind: TypeAlias = Literal[
    "read",
    "edit",
    "delete",
    "move",
    "search",
    "execute",
    "think",
    "fetch",
    "switch_mode",
    "other",
]
"""The kinds of the Agent Client Protocol."""
CallStatus: TypeAlias = Literal["completed", "failed", "denied"]
PlanStatus: TypeAlias = Literal["pending", "in_progress", "completed"]
ChangeKind: TypeAlias = Literal["created", "modified", "deleted", "renamed"]

STATES: Final[tuple[str, ...]] = get_args(State)
TOOL_KINDS: Final[frozenset[str]] = frozenset(get_args(ToolKind))
PLAN_STATUSES: Final[tuple[str, ...]] = get_args(PlanStatus)
CHANGES: Final[tuple[str, ...]] = get_args(ChangeKind)
_PRODUCT: Final = re.compile(r"[a-z0-9-]{1,64}")


@dataclass(frozen=True, slots=True)
class Place:
    """A place in a file; `file` is as the product has it, mostly absolute."""

    file: str
    line: int | None = None
    """1-based."""


@dataclass(frozen=True, slots=True)
class TouchedFile:
    """A file that a tool call changed; None is a number that nobody knows."""

    file: str
    change: ChangeKind = "modified"
    lines_added: int | None = None
    lines_removed: int | None = None
    diff: str | None = None
    """Unified, without the lines that name the file."""
    old_file: str | None = None
    """The former path of one that was renamed."""


@dataclass(frozen=True, slots=True)
class PlanEntry:
    """A step of the plan."""

    text: str
    status: PlanStatus = "pending"


@dataclass(frozen=True, slots=True)
class ProductReported:
    """The program and the model; None is not known, and what was known stays."""

    product: str | None = None
    model: str | None = None
    version: str | None = None


@dataclass(frozen=True, slots=True)
class StateReported:
    """The state as such; what begins and ends a turn or a tool call sets it too."""

    state: State
    doing: str | None = None
    """The work to show; None leaves it as it is."""


@dataclass(frozen=True, slots=True)
class TurnStarted:
    """Somebody gave a prompt."""

    prompt: str
    turn_id: str | None = None


@dataclass(frozen=True, slots=True)
class TurnEnded:
    """The agent has answered, or stopped."""

    text: str = ""
    """The answer; if it is empty, what `AnswerStreamed` brought."""
    reason: str = "end_turn"
    turn_id: str | None = None


@dataclass(frozen=True, slots=True)
class AnswerStreamed:
    """A piece of the answer; the pieces are joined at the end of the turn."""

    text: str
    is_thought: bool = False


@dataclass(frozen=True, slots=True)
class ToolStarted:
    """A tool call begins, or more is known about one that runs."""

    id: str
    name: str | None = None
    kind: ToolKind | None = None
    title: str | None = None
    """The object of the call: a path, a command."""
    input: str | None = None
    place: Place | None = None


@dataclass(frozen=True, slots=True)
class ToolEnded:
    """A tool call is over; what is None is as it was when the call began."""

    id: str
    status: CallStatus = "completed"
    name: str | None = None
    kind: ToolKind | None = None
    title: str | None = None
    input: str | None = None
    output: str | None = None
    duration_ms: int | None = None
    files: tuple[TouchedFile, ...] = ()
    is_of_terminal: bool = False
    """Whether all of the output is that of commands that Peerline runs."""


@dataclass(frozen=True, slots=True)
class PlanReported:
    """The whole plan."""

    entries: tuple[PlanEntry, ...]


@dataclass(frozen=True, slots=True)
class PlanEntryReported:
    """One entry, by the product's own id; an entry that is not known goes to the end."""

    id: str
    text: str | None = None
    status: PlanStatus | None = None
    is_removed: bool = False


@dataclass(frozen=True, slots=True)
class UsageReported:
    """Tokens and cost; None is not known, and what was known stays."""

    context_used: int | None = None
    context_limit: int | None = None
    input_tokens: int | None = None
    output_tokens: int | None = None
    cached_tokens: int | None = None
    cost: float | None = None
    currency: str | None = None


@dataclass(frozen=True, slots=True)
class NoteReported:
    """A remark for the activity log."""

    text: str


@dataclass(frozen=True, slots=True)
class FileReported:
    """A file changed that no tool call of the agent is known for."""

    file: TouchedFile


@dataclass(frozen=True, slots=True)
class CursorReported:
    """The agent looks at a place."""

    place: Place


@dataclass(frozen=True, slots=True)
class FlushReported:
    """A batch of tool calls is over: what is being merged can be sent."""


Report: TypeAlias = (
    ProductReported
    | StateReported
    | TurnStarted
    | TurnEnded
    | AnswerStreamed
    | ToolStarted
    | ToolEnded
    | PlanReported
    | PlanEntryReported
    | UsageReported
    | NoteReported
    | FileReported
    | CursorReported
    | FlushReported
)


def product_name(text: str) -> str:
    """A product's name as the wire has it: at most 64 of a to z, 0 to 9 and `-`."""
    name = re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")[:64].strip("-")
    return name if _PRODUCT.fullmatch(name) else "agent"
