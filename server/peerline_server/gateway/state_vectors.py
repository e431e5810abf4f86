"""State vectors of shared documents, as requests bring them."""

import base64
import binascii

from peerline.documents.errors import UpdateError
from peerline.documents.shared_text import decode_state
from peerline.protocol.documents import OpenDocument
from peerline.protocol.errors import ErrorCode
from peerline_server.documents.refused import UpdateRefused


def state_of(request: OpenDocument) -> bytes | None:
    """How far the sender knows the document; None if that is not said.

    Raises:
        UpdateRefused: if it is no state vector.
    """
    if request.state is None:
        return None
    state = decoded_state(request.state)
    try:
        decode_state(state)
    except UpdateError as error:
        raise UpdateRefused(ErrorCode.INVALID_FIELD, f"state: {error}") from None
    return state


def decoded_state(text: str) -> bytes:
    """A state vector from Base64.

    Raises:
        UpdateRefused: if it is not Base64.
    """
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise UpdateRefused(ErrorCode.INVALID_FIELD, "state: it is not Base64") from None
