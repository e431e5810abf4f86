"""Opens the socket of a session: one handshake at the address of the link, no other."""

import asyncio
import errno
import logging
import ssl
from contextlib import suppress
from http import HTTPStatus
from typing import Final
from urllib.request import getproxies

import python_socks
import websockets.exceptions
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import InvalidProxy, InvalidProxyStatus, WebSocketException

from peerline.client.proxies import ProxyError, find_proxy, is_near
from peerline.client.timing import Timing
from peerline.protocol.links import SessionLink

# The library logs every frame, and with the first one the token.
_quiet = logging.getLogger("peerline.client.websockets")
_quiet.setLevel(logging.CRITICAL)
MAX_MESSAGE_BYTES: Final = 16 * 2**20


class _Connect(connect):
    """Does not follow redirects: the token is for the server that the link names."""

    def process_redirect(self, exc: Exception) -> Exception:
        """Leave the answer to the caller."""
        return exc


async def open_socket(link: SessionLink, timing: Timing) -> ClientConnection:
    """Connect and shake hands, through the proxy that the environment names.

    A server in a private network that the proxy does not lead to is reached without it.

    Raises:
        Exception: of many kinds; `peerline.client.failures` says what each means.
    """
    async with asyncio.timeout(timing.connect):
        proxy = find_proxy(link, getproxies())
        if proxy is None:
            return await _open(link, timing, None)
        try:
            return await _open_through(proxy, link, timing)
        except ProxyError:
            if not is_near(link):
                raise
            with suppress(OSError, WebSocketException):
                return await _open(link, timing, None)
            raise


async def _open_through(proxy: str, link: SessionLink, timing: Timing) -> ClientConnection:
    try:
        return await _open(link, timing, proxy)
    except InvalidProxyStatus as error:
        raise ProxyError(proxy, status=error.response.status_code) from None
    except (websockets.exceptions.ProxyError, InvalidProxy) as error:
        raise _of_socks(proxy, error.__cause__) from None
    except ssl.SSLError:
        raise  # of the server: its certificate, or no TLS
    except OSError as error:
        # The server is not connected to from here, only the proxy.
        refused = error.errno == errno.ECONNREFUSED
        reason = "nothing listens there" if refused else error.strerror
        raise ProxyError(proxy, reason=reason or "it closed the connection") from None


def _of_socks(proxy: str, cause: BaseException | None) -> ProxyError:
    """The failure of a SOCKS proxy, which has codes of its own; of others nothing is known."""
    if isinstance(cause, python_socks.ProxyError):
        text = str(cause)
        if "authentication" in text:
            return ProxyError(proxy, status=HTTPStatus.PROXY_AUTHENTICATION_REQUIRED)
        if cause.error_code is not None:
            return ProxyError(proxy, reason=f'it answered "{text}"')
    return ProxyError(proxy, reason="it does not answer as a proxy")


async def _open(link: SessionLink, timing: Timing, proxy: str | None) -> ClientConnection:
    return await _Connect(
        link.websocket_url,
        logger=_quiet,
        compression=None,
        max_size=MAX_MESSAGE_BYTES,
        ping_interval=timing.ping_interval,
        ping_timeout=timing.ping_timeout,
        close_timeout=timing.leave,
        proxy=proxy,
    )
