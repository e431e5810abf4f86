"""A decision's sender, and its outcomes: append an event, relay, ask, take presence, or refuse."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from peerline.protocol.approvals import ApprovalEvent
from peerline.protocol.documents import DocumentSaved
from peerline.protocol.errors import ErrorCode
from peerline.protocol.messages import (
    Asking,
    DocumentRequest,
    DraftRequest,
    OfferRequest,
    Request,
)
from peerline.protocol.participants import User
from peerline.protocol.presence import Summoned
from peerline.protocol.prompts import PromptEvent
from peerline.protocol.roles import Role
from peerline_server.core.moderation import Restriction
from peerline_server.core.records import NewEvent


@dataclass(frozen=True, slots=True)
class Sender:
    """The participant whose message is decided on, in which session, and when."""

    user: User
    role: Role
    """The role that counts: a decision that is being written may have lowered it."""
    session_id: str
    now: datetime


@dataclass(frozen=True, slots=True)
class Append:
    """The message is allowed; it happens when this event is committed."""

    event: NewEvent
    restriction: Restriction | None = None
    """A limit for another user, or for everyone, from now on, before the event is committed."""
    reserved_name: str | None = None
    """A name that nobody else gets from now on."""
    approval: ApprovalEvent | None = None
    """A question of an agent that is being asked or closed."""
    prompt: PromptEvent | None = None
    """A prompt for an agent that is given, or that goes on."""


@dataclass(frozen=True, slots=True)
class PresenceTaken:
    """The message changed presence only; there is nothing to commit."""


PRESENCE_TAKEN: Final = PresenceTaken()
"""One for all: it comes all day."""


@dataclass(frozen=True, slots=True)
class Unchanged:
    """The message is allowed, and everything is as it wants it already."""


@dataclass(frozen=True, slots=True)
class Ask:
    """The message asks for something beside the shared state, which may be asked."""

    request: Request


@dataclass(frozen=True, slots=True)
class Refused:
    """The message is not allowed, and why."""

    code: ErrorCode
    text: str


@dataclass(frozen=True, slots=True)
class Relay:
    """The others are to be told now; nothing is kept."""

    message: Summoned | DocumentSaved


@dataclass(frozen=True, slots=True)
class Share:
    """The message is allowed; a generation with this text is to be made for its event."""

    event: NewEvent
    content: str


@dataclass(frozen=True, slots=True)
class OnDocument:
    """The message is about a text that is shared, and allowed."""

    request: DocumentRequest


@dataclass(frozen=True, slots=True)
class OnOffer:
    """The message concerns folders that are offered, and is allowed."""

    request: OfferRequest


@dataclass(frozen=True, slots=True)
class OnDraft:
    """The message concerns drafts that people write together, and is allowed."""

    request: DraftRequest


Asked = Ask | OnDocument | OnOffer | OnDraft
"""The sender asks for something that is no durable event."""
Decision = Append | PresenceTaken | Unchanged | Relay | Share | Asked | Refused


def asked(request: Asking) -> Asked:
    """The decision on a request, whose sender may ask, by what it is about."""
    if isinstance(request, DocumentRequest):
        return OnDocument(request)
    if isinstance(request, DraftRequest):
        return OnDraft(request)
    return OnOffer(request) if isinstance(request, OfferRequest) else Ask(request)
