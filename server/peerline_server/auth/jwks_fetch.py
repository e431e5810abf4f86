"""Fetches a key set over HTTPS, off the event loop, within a time and a size."""

import asyncio
import http.client
import socket
import ssl
import threading
from contextlib import suppress
from ipaddress import ip_address
from typing import Final
from urllib.parse import urlsplit

from peerline_server.auth.jwks import JwksError

_OK: Final = 200


def check_url(url: str) -> None:
    """Whether keys may come from there: over HTTPS, or from this machine.

    Raises:
        ValueError: with the reason.
    """
    parts = urlsplit(url)
    if parts.scheme not in {"https", "http"} or not parts.hostname:
        raise ValueError("it must be an address that begins with https://")
    if parts.username is not None or parts.fragment:
        raise ValueError("it must have neither a user nor a fragment")
    if parts.scheme == "http" and not _is_loopback(parts.hostname):
        raise ValueError("it must begin with https://; http:// is for this machine only")
    _ = parts.port  # raises ValueError where it is none


class JwksFetcher:
    """One GET per call, without redirects.

    A daemon thread does it: no name server, TLS library or slow answer can hold up the event loop
    or the end of the process.
    """

    def __init__(self, url: str, *, timeout_seconds: float, max_bytes: int) -> None:
        self._url = url
        self._timeout = timeout_seconds
        self._max_bytes = max_bytes

    async def __call__(self) -> bytes:
        """The body.

        Raises:
            JwksError: if it did not come.
        """
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[bytes] = loop.create_future()
        connection = self._connection()
        opened: list[socket.socket] = []
        is_over = threading.Event()

        def settle(result: bytes | JwksError) -> None:
            if answer.done():
                return
            if isinstance(result, JwksError):
                answer.set_exception(result)
            else:
                answer.set_result(result)

        def work() -> None:
            try:
                connection.connect()
                opened.append(connection.sock)
                result: bytes | JwksError = (
                    JwksError("given up") if is_over.is_set() else self._get(connection)
                )
            except JwksError as error:
                result = error
            except Exception as error:  # noqa: BLE001 - a thread must tell whatever it is
                result = JwksError(reason_of(error))
            connection.close()
            with suppress(RuntimeError):  # the loop has ended meanwhile
                loop.call_soon_threadsafe(settle, result)

        threading.Thread(target=work, name="peerline-jwks", daemon=True).start()
        try:
            return await asyncio.wait_for(answer, self._timeout)
        except TimeoutError:
            raise JwksError(f"no answer within {self._timeout:g} s") from None
        finally:
            is_over.set()
            for waiting in opened:  # wake a thread that still waits for the peer
                with suppress(OSError):
                    socket.socket.shutdown(waiting, socket.SHUT_RDWR)

    def _connection(self) -> http.client.HTTPConnection:
        parts = urlsplit(self._url)
        assert parts.hostname is not None, "checked at the start"
        if parts.scheme == "http":
            return http.client.HTTPConnection(parts.hostname, parts.port, timeout=self._timeout)
        return http.client.HTTPSConnection(
            parts.hostname,
            parts.port,
            timeout=self._timeout,
            context=ssl.create_default_context(),
        )

    def _get(self, connection: http.client.HTTPConnection) -> bytes:
        parts = urlsplit(self._url)
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        connection.request("GET", target, headers={"Accept": "application/json"})
        with connection.getresponse() as response:
            if response.status != _OK:
                raise JwksError(f"the answer was {response.status}")
            body = response.read(self._max_bytes + 1)
        if len(body) > self._max_bytes:
            raise JwksError(f"the answer has more than {self._max_bytes} bytes")
        return body


def reason_of(error: Exception) -> str:
    """Why there was no answer, without what was asked for or came: it may hold a secret."""
    name = type(error).__name__
    if isinstance(error, ssl.SSLError):
        return f"{name}: {error.reason}" if error.reason else name
    return f"{name}: {error.strerror}" if isinstance(error, OSError) and error.strerror else name


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
