"""The wire messages as unions, and the one place where they are read and written."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Any, Final, cast, get_args

from pydantic import ConfigDict, Field, TypeAdapter, ValidationError

from peerline.protocol.activity import Activity, GetActivity, Search, SearchResults
from peerline.protocol.agent_accounts import AgentCreated, CreateAgent
from peerline.protocol.agents import AgentUpdated, TellAgentEvent, TellAgentUpdate
from peerline.protocol.approvals import (
    AnswerApproval,
    AskApproval,
    GetApproval,
    WholeApproval,
    WithdrawApproval,
)
from peerline.protocol.base import Ack, Error
from peerline.protocol.chat import (
    DeleteMessage,
    EditMessage,
    GetHistory,
    History,
    React,
    SendChatMessage,
)
from peerline.protocol.comments import (
    AddComment,
    Comments,
    GetComments,
    ReattachComment,
    ReplyComment,
    ResolveComment,
)
from peerline.protocol.documents import (
    Blame,
    CheckDocument,
    CloseDocument,
    DocumentChecked,
    DocumentClosed,
    DocumentOpened,
    DocumentSaved,
    GetBlame,
    OpenDocument,
    RenameDocument,
    ShareDocument,
    TellDocumentSaved,
    UnshareDocument,
)
from peerline.protocol.drafts import DraftsShared, EndDraft, ShareDraft
from peerline.protocol.errors import ErrorCode
from peerline.protocol.events import DurableMessage
from peerline.protocol.file_events import TellFileEvent
from peerline.protocol.moderation import (
    AnswerJoin,
    CreateInvite,
    GetModeration,
    InviteCreated,
    LiftBan,
    Moderation,
    RevokeInvite,
)
from peerline.protocol.offers import (
    FileOpened,
    FilesOffered,
    FileWanted,
    GetTree,
    GiveFile,
    GiveTree,
    OfferFiles,
    OpenFile,
    RefuseFile,
    Tree,
    TreeWanted,
    WithdrawFiles,
)
from peerline.protocol.participants import ChangeName, ChangeRole, RemoveParticipant
from peerline.protocol.presence import (
    CursorUpdate,
    PresenceChanged,
    PresenceUpdate,
    Summon,
    Summoned,
)
from peerline.protocol.prompts import CancelPrompt, PromptAgent, StopAgent, TellPrompt
from peerline.protocol.session import (
    Connected,
    EndSession,
    JoinPending,
    JoinSession,
    LeaveSession,
    RenewToken,
    TokenExpiring,
    TokenRenewed,
    UpdateSession,
)
from peerline.protocol.types import ServerModel

Query = GetHistory | GetComments | Search | GetActivity
"""The queries; the answer goes to the client that asked."""


Administration = GetModeration | CreateInvite | RevokeInvite | LiftBan | AnswerJoin
"""The requests of hosts outside of the shared state; only hosts hear of their effect."""


AgentRequest = CreateAgent | GetApproval
"""The requests about agents outside of the shared state; the client that asked is answered."""


Request = Query | Administration | AgentRequest


DocumentRequest = OpenDocument | CloseDocument | CheckDocument | GetBlame
"""The requests about a text that the server has open; the answer goes to the client that asked."""


OfferRequest = OfferFiles | WithdrawFiles | GetTree | OpenFile | GiveTree | GiveFile | RefuseFile
"""The messages about folders that are offered. Nothing of them is kept."""


DraftRequest = ShareDraft | EndDraft
"""The messages about drafts that people write together. Nothing of them is kept."""


Asking = Request | DocumentRequest | OfferRequest | DraftRequest
"""The messages that are no durable event."""


ClientMessage = (
    JoinSession
    | LeaveSession
    | CursorUpdate
    | PresenceUpdate
    | SendChatMessage
    | AddComment
    | ReplyComment
    | ResolveComment
    | ReattachComment
    | UpdateSession
    | ChangeName
    | ChangeRole
    | RemoveParticipant
    | EditMessage
    | DeleteMessage
    | React
    | TellFileEvent
    | TellAgentUpdate
    | TellAgentEvent
    | AskApproval
    | WithdrawApproval
    | AnswerApproval
    | PromptAgent
    | CancelPrompt
    | StopAgent
    | TellPrompt
    | EndSession
    | Summon
    | RenewToken
    | ShareDocument
    | UnshareDocument
    | RenameDocument
    | TellDocumentSaved
    | Asking
)


Answer = (
    History
    | Comments
    | SearchResults
    | Activity
    | Moderation
    | InviteCreated
    | AgentCreated
    | WholeApproval
    | DocumentOpened
    | DocumentChecked
    | Blame
    | Tree
    | FileOpened
)


ServerMessage = (
    Connected
    | PresenceChanged
    | AgentUpdated
    | Summoned
    | Ack
    | Error
    | JoinPending
    | TokenExpiring
    | TokenRenewed
    | DocumentClosed
    | DocumentSaved
    | FilesOffered
    | DraftsShared
    | TreeWanted
    | FileWanted
    | Answer
    | DurableMessage
)


CLIENT_MESSAGE_TYPES: Final[tuple[type[ClientMessage], ...]] = get_args(ClientMessage)
SERVER_MESSAGE_TYPES: Final[tuple[type[ServerMessage], ...]] = get_args(ServerMessage)

_CURSOR_UPDATE_STARTS: Final = (b'{"type":"cursor_update"', b'{"type": "cursor_update"')

_WITHOUT_INPUT: Final = ConfigDict(hide_input_in_errors=True, defer_build=True)
_client_adapter: TypeAdapter[ClientMessage] = TypeAdapter(
    Annotated[ClientMessage, Field(discriminator="type")], config=_WITHOUT_INPUT
)
_server_adapter: TypeAdapter[ServerMessage] = TypeAdapter(
    Annotated[ServerMessage, Field(discriminator="type")], config=_WITHOUT_INPUT
)
_durable_adapter: TypeAdapter[DurableMessage] = TypeAdapter(
    Annotated[DurableMessage, Field(discriminator="type")], config=_WITHOUT_INPUT
)


@dataclass(eq=False, slots=True)
class DecodeError(Exception):
    """A message that is not of the contract; `text` names the field, never its content."""

    code: ErrorCode
    text: str
    request_id: str | None = None

    def __str__(self) -> str:
        return f"{self.code}: {self.text}"


def build_steps() -> Iterator[None]:
    """Build, step by step, what a server reads and writes messages with.

    Without it each part is built when it is used for the first time, so that no start waits for it.
    """
    _client_adapter.rebuild()
    yield
    CursorUpdate.model_rebuild()
    _durable_adapter.rebuild()
    yield
    Connected.model_rebuild()
    yield


def decode_client_message(frame: str | bytes) -> ClientMessage:
    """Read one text frame from a client.

    Raises:
        DecodeError: with INVALID_JSON, UNKNOWN_TYPE, UNKNOWN_FIELD or INVALID_FIELD.
    """
    try:
        if isinstance(frame, bytes) and frame.startswith(_CURSOR_UPDATE_STARTS):
            # Without looking for the tag this takes half the time, and this is the message that
            # comes all day.
            try:
                return CursorUpdate.model_validate_json(frame)
            except ValidationError:
                pass  # the union says it in its own words
        return _client_adapter.validate_json(frame)
    except ValidationError as error:
        raise _decode_error(error, frame) from None


def decode_server_message(frame: str | bytes) -> ServerMessage | None:
    """Read one text frame from the server; None for a type that this version does not know.

    Raises:
        DecodeError: if it is not JSON or a field is wrong.
    """
    try:
        # Also in the parts that clients send, a newer server may know more fields.
        return _server_adapter.validate_json(frame, extra="ignore")
    except ValidationError as error:
        decoded = _decode_error(error, frame)
        if decoded.code is ErrorCode.UNKNOWN_TYPE:
            return None
        raise decoded from None


def may_be_newer(frame: str | bytes) -> bool:
    """Whether a frame of an unknown type may be a message of a newer server."""
    kind = _object_in(frame).get("type")
    # What a client sends comes back from a server that only echoes.
    return isinstance(kind, str) and kind not in _tags()


def names_session(frame: str | bytes, model: type[ServerModel], session_id: str) -> bool:
    """Whether a frame says that it is such a message in a session, be it that it is broken."""
    data = _object_in(frame)
    kind = model.model_fields["type"].default
    return data.get("type") == kind and data.get("session_id") == session_id


def _object_in(frame: str | bytes) -> dict[str, object]:
    try:
        data = json.loads(frame)
    except (ValueError, RecursionError):
        return {}
    return cast("dict[str, object]", data) if isinstance(data, dict) else {}


def decode_durable_message(data: dict[str, Any]) -> DurableMessage:
    """Rebuild a durable message from a stored event."""
    return _durable_adapter.validate_python(data, extra="ignore")


def encode_message(message: ServerModel | ClientMessage) -> bytes:
    """Write one message as the UTF-8 text of a frame. Absent fields are left out."""
    return message.__pydantic_serializer__.to_json(message, exclude_none=True)


def _decode_error(error: ValidationError, frame: str | bytes) -> DecodeError:
    first = error.errors(include_url=False, include_input=False)[0]
    kind = first["type"]
    request_id = _find_request_id(frame)
    if kind in {"json_invalid", "json_type"}:
        reason = str(first.get("ctx", {}).get("error", "not valid JSON"))
        return DecodeError(ErrorCode.INVALID_JSON, f"the message is not valid JSON: {reason}")
    is_whole = not first["loc"]
    if is_whole and kind in {
        "union_tag_not_found",
        "model_attributes_type",
        "model_type",
        "dict_type",
    }:
        return DecodeError(
            ErrorCode.UNKNOWN_TYPE,
            "the message must be an object with a `type`",
            request_id,
        )
    if is_whole and kind == "union_tag_invalid":
        known = ", ".join(sorted(_tags()))
        return DecodeError(
            ErrorCode.UNKNOWN_TYPE,
            f"the type is not known; known are {known}",
            request_id,
        )
    # The first element of the location is the union's tag, not a field.
    path = ".".join(_printable(str(part)) for part in first["loc"][1:]) or "message"
    if kind == "extra_forbidden":
        return DecodeError(ErrorCode.UNKNOWN_FIELD, f"{path}: this field is not known", request_id)
    reason = "is missing" if kind == "missing" else first["msg"].removeprefix("Value error, ")
    return DecodeError(ErrorCode.INVALID_FIELD, f"{path}: {reason}", request_id)


def _tags() -> list[str]:
    return [cast("str", model.model_fields["type"].default) for model in CLIENT_MESSAGE_TYPES]


def _printable(part: str) -> str:
    """A field name from outside, fit for a log line and an error text."""
    return re.sub(r"[^\w.\[\]-]", "?", part)[:64]


def _find_request_id(frame: str | bytes) -> str | None:
    value = _object_in(frame).get("request_id")
    if isinstance(value, str) and re.fullmatch(r"[A-Za-z0-9._:-]{1,64}", value):
        return value
    return None
