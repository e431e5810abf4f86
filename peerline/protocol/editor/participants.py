"""Participants and presence between bridge and plugin."""

from typing import Annotated, Literal

from pydantic import Field

from peerline.protocol.agents import AgentState
from peerline.protocol.editor.base import DocumentId, LineRange, Position, Range
from peerline.protocol.editor.prompts import EditorQueue
from peerline.protocol.limits import MAX_LINE
from peerline.protocol.palette import COLOR_COUNT
from peerline.protocol.roles import Role
from peerline.protocol.types import (
    ClientModel,
    ColumnNumber,
    FilePath,
    LineNumber,
    ServerModel,
    Status,
    UserId,
    Username,
)

ColorIndex = Annotated[int, Field(ge=0, lt=COLOR_COUNT)]


class EditorPlanEntry(ServerModel):
    """A step of an agent's plan."""

    text: str
    status: Literal["pending", "in_progress", "completed"]


class EditorAgent(ServerModel):
    """An AI agent among the participants: its owner, what it does, and what that takes.

    What is absent is not known. `context_percent` is how full its context is; the cost is in
    `currency`; `health` is from 0 to 100, with the reasons why it is not 100. Only an agent that
    the session may prompt has a `queue`.
    """

    owner: str
    product: str
    model: str | None = None
    state: AgentState | None = None
    doing: str | None = None
    plan: list[EditorPlanEntry] = []
    context_percent: int | None = None
    cost: float | None = None
    currency: str | None = None
    health: float | None = None
    health_reasons: list[str] = []
    queue: EditorQueue | None = None


class EditorParticipant(ServerModel):
    """One row of the participants list; `line` is 1-based, for reading, and so is `cell`.

    `uri` is the file in this workspace, if it is there. The line of somebody in a cell of a
    notebook is one of that cell.
    """

    user_id: str
    username: str
    role: Role
    color: ColorIndex
    status: Status
    is_me: bool
    is_followed: bool
    is_writing: bool = False
    """A message for the chat."""
    avatar: str | None = None
    file: str | None = None
    line: int | None = None
    cell: int | None = None
    uri: str | None = None
    agent: EditorAgent | None = None


class EditorPerson(ServerModel):
    """Somebody who has just joined or left."""

    user_id: str
    username: str
    color: ColorIndex
    was_removed: bool = False
    """A host removed them from the session."""


class EditorParticipants(ServerModel):
    """`peerline/participants`: everybody who is here, in the order of joining.

    `joined` and `left` are the others who have come and gone since the list before, for a notice:
    nobody when a session is shown for the first time, nor after a short interruption.
    """

    participants: list[EditorParticipant]
    joined: list[EditorPerson] = []
    left: list[EditorPerson] = []


class EditorPresence(ServerModel):
    """Another participant's place; without `uri` it is in no file of this workspace.

    The cursor, the selection and the viewport are in this `version` of the document: move them by
    what was changed since. With a `cell`, 0-based, they are in that one of a notebook; only editors
    with the option `notebooks` get it.
    """

    user_id: str
    username: str
    color: ColorIndex
    status: Status
    uri: str | None = None
    cursor: Position | None = None
    selection: Range | None = None
    viewport: LineRange | None = None
    viewport_uri: str | None = None
    version: int | None = None
    cell: int | None = None


class EditorPresenceUpdate(ServerModel):
    """`peerline/presence`: changed marks, each whole; `removed` are user ids that have gone."""

    updates: list[EditorPresence] = []
    removed: list[str] = []


class EditorFollow(ServerModel):
    """`peerline/follow`: go there; without `user_id`, following has ended.

    Without `uri` the user cannot go there, and `reason` is a sentence that says why. `cell` as in
    `EditorPresence`.
    """

    user_id: str | None = None
    username: str | None = None
    reason: str | None = None
    uri: str | None = None
    position: Position | None = None
    cell: int | None = None
    viewport: LineRange | None = None


class EditorSummons(ServerModel):
    """`peerline/summons`: a host asks everybody to come; the editor follows, or asks first."""

    user_id: str
    username: str
    color: ColorIndex


class EditorCursor(ClientModel):
    """`peerline/cursor`: the local cursor, selection and visible lines.

    Without a document the cursor is in none that others could have, such as a help page. With a
    `cell`, 0-based, the document is a notebook, the position is in that cell, and counts UTF-16.
    """

    textDocument: DocumentId | None = None  # noqa: N815 - LSP's own name
    position: Position = Position(line=0, character=0)
    cell: int | None = Field(default=None, ge=0, lt=MAX_LINE)
    selection: Range | None = None
    viewport: LineRange | None = None


class SetStatusArguments(ClientModel):
    """`peerline.setStatus`: holds until the next input, except that away holds until changed."""

    status: Status


class ParticipantArguments(ClientModel):
    """`peerline.follow` and `peerline.gotoParticipant`."""

    user_id: UserId


class LocateArguments(ClientModel):
    """`peerline.locate`: a workspace-relative path; line and column are 1-based (UTF-16)."""

    file: FilePath
    line: LineNumber = 1
    column: ColumnNumber = 1


class ChangeRoleArguments(ClientModel):
    """`peerline.changeRole`."""

    user_id: UserId
    role: Role


class ChangeNameArguments(ClientModel):
    """`peerline.changeName`: in the session at hand and in those that are joined from now on."""

    username: Username


class RemoveArguments(ClientModel):
    """`peerline.removeParticipant`."""

    user_id: UserId
    ban: bool = False
    revoke_invite: bool = False
