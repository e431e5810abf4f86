"""Reasons why a connection ended, as sentences, and whether the client comes back. Pure."""

import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final

from pydantic import ValidationError
from websockets.exceptions import (
    ConnectionClosed,
    InvalidHandshake,
    InvalidStatus,
    WebSocketException,
)

from peerline.client.proxies import ProxyError
from peerline.client.words import in_words
from peerline.protocol.base import Error
from peerline.protocol.errors import CLOSE_CODE_FOR_ERROR, CloseCode, ErrorCode, may_reconnect
from peerline.protocol.text import reveal_controls

LONGEST_ADVICE: Final = 300.0
"""Seconds that a server may have a client wait."""
_MAX_QUOTED: Final = 200
"""Characters of an answer that are shown."""
_TRY_AGAIN: Final = frozenset(
    {
        HTTPStatus.REQUEST_TIMEOUT,
        HTTPStatus.TOO_EARLY,
        HTTPStatus.TOO_MANY_REQUESTS,
    }
)
_NO_SERVER: Final = "this is not a Peerline server, or a proxy is in the way"


class UnreadableAnswer(Exception):  # noqa: N818 - as the errors of the client are called
    """The server's answer to the join cannot be read; the text says why, without its content."""


@dataclass(frozen=True, slots=True)
class Failure:
    """The end of a connection, or of the attempt to make one."""

    reason: str
    """For the user."""
    code: ErrorCode | None = None
    """A decision of the server, which would decide the same again."""
    advised: float | None = None
    """Seconds that the server wants the client to wait."""
    is_final: bool = False
    """Whether another attempt would end in the same way."""


def of_opening(error: BaseException, address: str, *, was_joined: bool) -> Failure:
    """Why no connection was made.

    An address that answers as no Peerline server does is given up at the first attempt. A client
    that was joined there waits instead: whatever is in the way may go away.
    """
    reason, is_final = _opening_reason(error, address)
    advised = _retry_after(error.response.headers) if isinstance(error, InvalidStatus) else None
    return Failure(reason, advised=advised, is_final=is_final and not was_joined)


def of_broken(error: Exception, address: str, *, was_joined: bool) -> Failure:
    """Why an open connection ended that neither side has closed.

    Where an answer to the join cannot be read, another one would be alike. A client that was joined
    there waits: whatever is in the way may go away.
    """
    if not isinstance(error, UnreadableAnswer):
        return Failure(f"the connection failed ({type(error).__name__})")
    detail = _quoted(str(error)).removesuffix(".")
    reason = (
        f"The answer of the server at {address} cannot be read ({detail or 'it is broken'}): "
        "update the older Peerline, or check the address."
    )
    return Failure(reason, is_final=not was_joined)


def of_another_server(address: str) -> Failure:
    """Another server answers where the session is, such as one that took its port meanwhile."""
    return Failure(f"Another server answers at {address}; waiting for yours.")


def is_another_server(
    code: ErrorCode | None,
    known: str | None,
    here: str | None,
    *,
    has_expired: bool,
    was_told: bool,
) -> bool:
    """Whether a refusal comes from another server than the one that the client was joined at.

    `known` and `here` are their ids. Without them it is concluded from what a server never says
    whose session one was in: that it does not know the session, or a token that has not expired.
    `was_told` if the refusal came as an error of the protocol, not as a close code alone, which any
    WebSocket server can send.
    """
    if code is None:
        return False  # no refusal
    if known is not None and here is not None:
        return known != here
    if known is not None and not was_told:
        return True
    return code is ErrorCode.SESSION_NOT_FOUND or (
        code is ErrorCode.TOKEN_INVALID and not has_expired
    )


def of_own_join(error: ValidationError) -> Failure:
    """The user's name or invite is one that no server accepts."""
    wrong = error.errors(include_input=False)[0]["loc"][0]
    reason = in_words(ErrorCode.INVALID_FIELD, f"{wrong}: is not valid")
    return Failure(reason, ErrorCode.INVALID_FIELD, is_final=True)


def of_refusal(error: Error) -> Failure:
    """Why the server refused the join."""
    is_final = not error.error_code.may_retry and error.retry_after is None
    return Failure(
        in_words(error.error_code, error.message),
        error.error_code if is_final else None,
        bounded(error.retry_after),
        is_final,
    )


def of_close(closed: ConnectionClosed, advised: float | None, told: ErrorCode | None) -> Failure:
    """Why a connection ended that was open.

    `advised` is how long a server that stops wants clients to wait, `told` the last error that it
    sent.
    """
    received = closed.rcvd
    if received is None:
        return Failure("the connection broke")
    reason = reveal_controls(received.reason)
    reason = reason or f"the server closed the connection ({received.code})"
    if may_reconnect(received.code):
        return Failure(reason, advised=advised if received.code == CloseCode.SHUTDOWN else None)
    finals: dict[int, ErrorCode] = {close: code for code, close in CLOSE_CODE_FOR_ERROR.items()}
    code = finals.get(received.code, ErrorCode.NOT_JOINED)
    if told is not None and CLOSE_CODE_FOR_ERROR.get(told) == received.code:
        code = told
    return Failure(in_words(code, reason), code, is_final=True)


def bounded(advised: float | None) -> float | None:
    """How long the client waits at the server's advice."""
    return None if advised is None else min(advised, LONGEST_ADVICE)


def _opening_reason(error: BaseException, address: str) -> tuple[str, bool]:
    """The reason and whether it lies in what answers there, not in the network."""
    match error:
        case ProxyError():
            # A proxy that refuses would refuse again; one that is away may come back.
            is_final = HTTPStatus.BAD_REQUEST <= error.status < HTTPStatus.INTERNAL_SERVER_ERROR
            text = f"{error} Check the proxy, or add the server's host to NO_PROXY."
            return f"cannot reach {address}: {text}", is_final
        case InvalidStatus():
            return _status_reason(error, address)
        case ssl.SSLCertVerificationError():
            why = str(error.verify_message or "it cannot be verified")
            return f"The certificate of {address} is not accepted: {why}.", True
        case ssl.SSLError():
            return f"The server at {address} does not speak TLS as expected: {_NO_SERVER}.", True
        case TimeoutError():
            return f"cannot reach {address}: no answer", False
        case ConnectionRefusedError():
            # asyncio's text repeats the address as a tuple.
            return f"cannot reach {address}: nothing listens there", False
        case ConnectionResetError() if not error.strerror:
            # asyncio's own, while TLS begins.
            return f"cannot reach {address}: it closed the connection during the handshake", False
        case InvalidHandshake() | EOFError() if _is_broken_off(error):
            return f"cannot reach {address}: it closed the connection during the handshake", False
        case WebSocketException():
            return f"The server at {address} did not answer as a WebSocket: {_NO_SERVER}.", True
        case OSError():
            why = reveal_controls(str(error.strerror or "") or type(error).__name__)
            return f"cannot reach {address}: {why}", False
        case UnicodeError():
            return f"cannot reach {address}: it is not a valid host name", True
        case _:
            return f"cannot reach {address}: unexpected failure ({type(error).__name__})", False


def _is_broken_off(error: BaseException) -> bool:
    """Whether the other end went away instead of answering, as a server that restarts does."""
    seen: BaseException | None = error
    while seen is not None:
        if isinstance(seen, EOFError | ConnectionError):
            return True
        seen = seen.__cause__
    return False


def _status_reason(error: InvalidStatus, address: str) -> tuple[str, bool]:
    response = error.response
    status = response.status_code
    if HTTPStatus.MULTIPLE_CHOICES <= status < HTTPStatus.BAD_REQUEST:
        target = _quoted(response.headers.get("Location", ""))
        where = f"a redirect to {target}" if target else f"a redirect (HTTP {status})"
        return f"The server at {address} answered with {where}; {_NO_SERVER}.", True
    lines = response.body.decode(errors="replace").strip().splitlines()
    said = _quoted(lines[0]) if lines else ""
    is_page = said.startswith("<") or "html" in response.headers.get("Content-Type", "").lower()
    may_pass = status >= HTTPStatus.INTERNAL_SERVER_ERROR or status in _TRY_AGAIN
    if is_page:
        text = f"The server at {address} answered with a web page (HTTP {status}); {_NO_SERVER}."
        return text, not may_pass
    if status < HTTPStatus.MULTIPLE_CHOICES:
        return f"The server at {address} answered with HTTP {status}; {_NO_SERVER}.", True
    return f"{address} refuses: {said or f'HTTP {status}'}", not may_pass


def _quoted(text: str) -> str:
    return reveal_controls(text.strip()[:_MAX_QUOTED], keep="")


def _retry_after(headers: Mapping[str, str]) -> float | None:
    """Seconds; a date, the other form that RFC 9110 has, Peerline does not send."""
    value = headers.get("Retry-After", "")
    return bounded(float(value)) if value.isascii() and value.isdigit() else None
