"""The proxy on the way to a server: from the environment or the system's settings. Pure.

`HTTPS_PROXY`, `HTTP_PROXY` and `ALL_PROXY` name it, `NO_PROXY` lists the hosts without; what stands
there may hold a password, so that it is in no message and no log.
"""

from collections.abc import Mapping
from http import HTTPStatus
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Final
from urllib.parse import urlsplit, urlunsplit

from peerline.protocol.links import SessionLink

_SCHEMES: Final = {True: ("wss", "https", "all"), False: ("ws", "http", "https", "all")}
"""The settings that count, with TLS and without; the first that is set."""
_LOCAL_ENDINGS: Final = (".local", ".lan", ".internal", ".home.arpa")


_NOT_VALID: Final = "HTTPS_PROXY, HTTP_PROXY or ALL_PROXY is no address of a proxy"


class ProxyError(Exception):
    """The proxy is of no use; the text says why, and has no user name or password."""

    def __init__(self, proxy: str = "", *, status: int = 0, reason: str = "") -> None:
        self.status = status
        """The HTTP status of its answer; 0 without one."""
        if status == HTTPStatus.PROXY_AUTHENTICATION_REQUIRED:
            reason = (
                "it asks for a user name and a password, which belong in its address: "
                "SCHEME://USER:PASSWORD@HOST:PORT"
            )
        where = f" at {proxy.rpartition('@')[2].rpartition('//')[2]}" if proxy else ""
        super().__init__(
            f"The proxy{where} is of no use: {reason or f'it answered with HTTP {status}'}."
        )


def find_proxy(link: SessionLink, proxies: Mapping[str, str]) -> str | None:
    """The address of the proxy to a link's server; None if it is reached directly.

    `proxies` are the settings as `urllib.request.getproxies` has them, by scheme. This computer is
    always reached directly.

    Raises:
        ProxyError: if the setting is no address of a proxy.
    """
    host, port = _split(link.address)
    if _is_loopback(host) or _is_excluded(host, port, proxies.get("no", "")):
        return None
    for scheme in _SCHEMES[link.tls]:
        if text := proxies.get(scheme, "").strip():
            return _normal(text)
    return None


def is_near(link: SessionLink) -> bool:
    """Whether the server is in a private network, which a proxy may not lead to."""
    host, _ = _split(link.address)
    address = _ip(host)
    if address is not None:
        return address.is_private or address.is_link_local
    return "." not in host or host.endswith(_LOCAL_ENDINGS)


def _normal(text: str) -> str:
    try:
        parts = urlsplit(text if "://" in text else f"http://{text}")
        is_valid = parts.hostname is not None and parts.port != 0
    except ValueError:
        raise ProxyError(reason=_NOT_VALID) from None
    if not is_valid:
        raise ProxyError(reason=_NOT_VALID)
    # As browsers do: names of a company's network are often known to its proxy only.
    scheme = {"socks": "socks5h", "socks5": "socks5h"}.get(parts.scheme, parts.scheme)
    if scheme not in {"http", "https", "socks4", "socks4a", "socks5", "socks5h"}:
        raise ProxyError(reason="its address must start with http://, https:// or socks5://")
    user, at, where = parts.netloc.rpartition("@")
    if at and ":" not in user:
        user = f"{user}:"  # a user without a password
    return urlunsplit((scheme, f"{user}{at}{where}", "", "", ""))


def _split(address: str) -> tuple[str, str]:
    host, _, port = address.rpartition(":")
    return host.strip("[]").lower(), port


def _ip(host: str) -> IPv4Address | IPv6Address | None:
    try:
        return ip_address(host)
    except ValueError:
        return None


def _is_loopback(host: str) -> bool:
    address = _ip(host)
    if address is not None:
        return address.is_loopback
    return host == "localhost" or host.endswith(".localhost")


def _is_excluded(host: str, port: str, listed: str) -> bool:
    """Whether NO_PROXY has a host: a name and all below it, an address, a network, or `*`."""
    address = _ip(host)
    for given in listed.replace(" ", ",").lower().split(","):
        entry = given.strip()
        if entry == "*":
            return True
        if not entry:
            continue
        if address is not None and "/" in entry:
            try:
                if address in ip_network(entry, strict=False):
                    return True
            except ValueError:
                continue
        name, colon, its_port = entry.rpartition(":")
        if colon and its_port.isdigit() and (":" not in name or name.startswith("[")):
            if its_port != port:
                continue
            entry = name
        entry = entry.strip("[]").removeprefix("*").lstrip(".")
        if host == entry or (address is None and entry and host.endswith(f".{entry}")):
            return True
    return False
