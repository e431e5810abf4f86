"""What every message from a client has in common."""

from peerline.protocol.types import ClientModel, RequestId, SessionId


class ClientMessageBase(ClientModel):
    """What every client message has: the session, and a `request_id` if it wants an answer."""

    type: str
    session_id: SessionId
    request_id: RequestId | None = None
