"""The address that a connection comes from, also behind proxies. Pure."""

import re
from collections.abc import Iterable, Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Final

from peerline_server.settings import Settings, SettingsError

Network = IPv4Network | IPv6Network
_HOST: Final = re.compile(r"(\[[0-9a-f:.]+\]|[a-z0-9._-]+)(:[0-9]{1,5})?")
_ORIGIN: Final = re.compile(rf"[a-z][a-z0-9+.-]*://{_HOST.pattern}")
"""As browsers write it (RFC 6454, section 6.1); there are no patterns."""
_MAX_FORWARDED: Final = 20
"""Proxies in a row that are looked at."""
_IPV6_PREFIX: Final = 64
"""The size of an IPv6 network that one user has for themselves."""


def parse_networks(texts: Iterable[str]) -> list[Network]:
    """Addresses and networks such as `10.0.0.0/8`.

    Raises:
        ValueError: with the text that is neither.
    """
    return [ip_network(text, strict=False) for text in texts]


def check_addresses(settings: Settings) -> None:
    """Whether the settings that hold addresses hold what browsers and sockets show.

    Raises:
        SettingsError: naming the first that does not.
    """
    try:
        parse_networks(settings.trusted_proxies)
    except ValueError as error:
        raise SettingsError(f"PEERLINE_TRUSTED_PROXIES: {error}") from None
    for origin in settings.allowed_origins:
        if origin != "null" and not _ORIGIN.fullmatch(origin):
            raise SettingsError(
                f"PEERLINE_ALLOWED_ORIGINS: {origin} is no origin: write scheme://host, with a "
                ":port if it is not the usual one, in small letters and without a path"
            )


def own_hosts(
    peer: str, hosts: Sequence[str], forwarded: Sequence[str], trusted: Sequence[Network]
) -> list[str]:
    """The names under which a browser sees this server, in small letters.

    `hosts` are the values of the Host headers, `forwarded` those of X-Forwarded-Host, which are
    believed from a trusted proxy alone; the last was written by the nearest.
    """
    own = [hosts[0]] if len(hosts) == 1 else []
    current = _parse(peer)
    if forwarded and current is not None and _is_in(current, trusted):
        own.append(forwarded[-1].rpartition(",")[2].strip())
    return [name.lower() for name in own if _HOST.fullmatch(name.lower())]


def client_address(peer: str, forwarded: Sequence[str], trusted: Sequence[Network]) -> str | None:
    """The address to which limits apply; None if it is a trusted proxy's own.

    `forwarded` are the values of all X-Forwarded-For headers in order. Each proxy appends the
    address that the request came from, so they are read from the end, and only as long as the proxy
    that wrote an entry is trusted. An IPv6 address stands for its /64 network.
    """
    entries = [entry for value in forwarded for entry in value.split(",")]
    current = _parse(peer)
    if current is None:  # no IP socket
        return None
    for entry in reversed(entries[-_MAX_FORWARDED:]):
        if not _is_in(current, trusted):
            break
        before = _parse(entry)
        if before is None:
            break
        current = before
    if _is_in(current, trusted):
        return None
    if isinstance(current, IPv6Address):
        return str(ip_network((current, _IPV6_PREFIX), strict=False))
    return str(current)


def _parse(text: str) -> IPv4Address | IPv6Address | None:
    """An address, perhaps with a port or in brackets, as some proxies write it."""
    text = text.strip().strip('"')
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        address = ip_address(text.partition("%")[0])
    except ValueError:
        return None
    if isinstance(address, IPv6Address) and address.ipv4_mapped is not None:
        return address.ipv4_mapped
    return address


def _is_in(address: IPv4Address | IPv6Address, networks: Sequence[Network]) -> bool:
    return any(address in network for network in networks)
