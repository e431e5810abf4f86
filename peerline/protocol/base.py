"""The base of every message: requests, durable events, acks, errors."""

# The models are frozen, so a narrower `type` is safe. pyright does not see that.
# pyright: reportIncompatibleVariableOverride=false

from typing import Literal

from peerline.protocol.errors import ErrorCode
from peerline.protocol.types import (
    ClientModel,
    ItemId,
    RequestId,
    Seq,
    ServerModel,
    SessionId,
    Timestamp,
    UserId,
)


class ClientMessageBase(ClientModel):
    """The fields of every client message: the session, and a `request_id` to get an answer."""

    type: str
    session_id: SessionId
    request_id: RequestId | None = None


class Arrival(ServerModel):
    """The invite that a participant came by."""

    user_id: UserId
    invite_id: ItemId


class ServerMessageBase(ServerModel):
    """The fields of every message within a session."""

    type: str
    session_id: SessionId


class DurableMessageBase(ServerMessageBase):
    """A durable fact; `seq` counts the events of a session from 1 without a gap."""

    seq: Seq


class Ack(ServerMessageBase):
    """A request had its effect; what it caused is durable and has the number `seq`.

    For a request without a durable effect `seq` is the session's latest.
    """

    type: Literal["ack"] = "ack"
    request_id: RequestId
    seq: Seq


class AnswerBase(ServerMessageBase):
    """An answer to a query, with its `request_id` if it had one."""

    request_id: RequestId | None = None


class Error(ServerModel):
    """A message was refused, and why; `retry_after` is in seconds.

    With `outcome` it may have had its effect all the same: the same request with the same
    `request_id`, sent again, is answered with the truth. `document_id` is the shared document whose
    update was refused, or that a file is shared as already.
    """

    type: Literal["error"] = "error"
    error_code: ErrorCode
    message: str
    timestamp: Timestamp
    request_id: RequestId | None = None
    retry_after: float | None = None
    session_id: SessionId | None = None
    outcome: Literal["unknown"] | None = None
    document_id: ItemId | None = None
