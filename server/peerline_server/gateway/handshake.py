"""The contents of a handshake: the session of its path, a token, an invite. Pure."""

import re
from typing import Final
from urllib.parse import parse_qs, urlsplit

from peerline_server.core.join_request import JoinRequest
from peerline_server.transport.base import HandshakeRequest

SESSION_PATH: Final = re.compile(r"/ws/session/([A-Za-z0-9_-]{1,64})")

DOCUMENT_PATH: Final = re.compile(r"/ws/doc/([A-Za-z0-9_-]{1,64})/([A-Za-z0-9_-]{1,64})")


def document_of(request: HandshakeRequest) -> str | None:
    """The document that a socket is for; None for a socket of a session."""
    found = DOCUMENT_PATH.fullmatch(urlsplit(request.path).path)
    return None if found is None else found.group(2)


def credentials(request: HandshakeRequest, *, allow_query_token: bool) -> JoinRequest:
    """A join as far as the handshake itself says it."""
    url = urlsplit(request.path)
    found = SESSION_PATH.fullmatch(url.path) or DOCUMENT_PATH.fullmatch(url.path)
    query = parse_qs(url.query)
    token: str | None = None
    for value in request.headers.get_all("Authorization"):
        scheme, _, bearer = value.partition(" ")
        if token is None and scheme.lower() == "bearer" and bearer.strip():
            token = bearer.strip()
    if token is None:
        offered = ",".join(request.headers.get_all("Sec-WebSocket-Protocol")).split(",")
        named = [entry.strip() for entry in offered if entry.strip().startswith("bearer.")]
        token = named[0].removeprefix("bearer.") if named else None
    if token is None and allow_query_token:
        token = query.get("token", [None])[0]
    return JoinRequest(
        session_id=found.group(1) if found else "",
        auth_token=token,
        invite=query.get("invite", [None])[0],
        username=query.get("username", [None])[0],
        guest_key=query.get("guest", [None])[0],
    )
