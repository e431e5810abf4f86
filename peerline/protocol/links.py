"""Session links: `peerline://HOST:PORT/SESSION?invite=CODE` (`peerlines://` with TLS).

`http://HOST:PORT/s/SESSION#invite=CODE` and the same with `https://` mean the same. A proxy may
have a server under a path: what stands before the session is kept.

People paste links with what was around them: a sentence, quotes, Markdown, an address of an
editor that carries the link. The link is found in it, and what cannot belong to it is cut.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace
from ipaddress import AddressValueError, IPv4Address, IPv6Address, ip_address
from typing import Final, Self
from urllib.parse import parse_qsl, quote, unquote

DEFAULT_PORT: Final = 8377
"""The port that a server listens on, and that peerline:// without a port means."""
DEFAULT_WEB_PORT: Final = 80
"""The port that http:// without a port means, as browsers leave it out."""
DEFAULT_TLS_PORT: Final = 443
"""The port that a link with TLS and without a port means: a proxy that ends TLS listens there."""
MAX_HOST_CHARS: Final = 253
MAX_LABEL_CHARS: Final = 63
"""RFC 1035, section 2.3.4."""
MAX_PORT: Final = 65_535
MAX_PREFIX_CHARS: Final = 256
"""The path under which a proxy has the server, in a link."""
_NO_LINK: Final = "This is not a Peerline session link."
_FORMS: Final = (
    "A link starts with peerline:// or peerlines://, or with https:// and has /s/ before the "
    "session."
)
_TLS_SCHEMES: Final = {"peerlines", "https", "wss"}
_WEB_SCHEMES: Final = {"http", "https"}
_DEFAULT_PORTS: Final = {
    **dict.fromkeys(_TLS_SCHEMES, DEFAULT_TLS_PORT),
    **dict.fromkeys(("http", "ws"), DEFAULT_WEB_PORT),
}
"""The others have Peerline's own."""
_PAGE: Final = "s"
"""The folder of a session's web page, before its id."""
_MAX_DECODINGS: Final = 3
"""How often a link may be percent-encoded in the address that carries it."""
_ZERO_WIDTH: Final = re.compile("[\u200b-\u200f\u2060-\u2064\u2066-\u2069\ufeff]")
"""Characters that chats and browsers copy along; one that hides or reorders text is refused."""
_VALUES: Final = "[A-Za-z0-9_.~%&=+:-]*"
_CANDIDATE: Final = re.compile(
    # In a lookahead: one link can be part of the query of another.
    r"(?=(?P<scheme>peerlines?|https?)://"
    r"(?P<authority>[^\s/?#<>\"'`\\|^{}]*)"
    r"(?P<path>(?:/+[A-Za-z0-9._~%-]*)*)"
    rf"(?:\?(?P<query>{_VALUES}))?(?:#(?P<fragment>{_VALUES}))?(?P<rest>))",
    re.IGNORECASE,
)
_SERVER: Final = re.compile(
    r"(?:(?P<scheme>peerlines?|https?|wss?)://)?(?P<authority>[^\s/?#]*)"
    r"(?P<path>(?:/[A-Za-z0-9._~%-]+)*)/*",
    re.IGNORECASE,
)
_HIDDEN: Final = re.compile("[\x00-\x08\x0e-\x1f\x7f\xad\u061c\u180e\u202a-\u202e]+[A-Za-z0-9_-]")
"""Such a character inside a link, not behind it."""
SESSION_ID: Final = re.compile(r"[A-Za-z0-9_-]{1,64}")
_ID_CHARS: Final = re.compile(r"[A-Za-z0-9_-]*")
_INVITE: Final = re.compile(r"[A-Za-z0-9_-]{1,128}")
_LABEL: Final = re.compile(r"[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?")
_PORT: Final = re.compile(r"[0-9]{1,5}")


class LinkError(ValueError):
    """A link that cannot be used; the text says why and never repeats the invite."""


@dataclass(frozen=True, slots=True)
class ServerPlace:
    """How a server is reached."""

    address: str
    """HOST:PORT, an IPv6 host in brackets."""
    tls: bool = False
    prefix: str = ""
    """The path under which a proxy has it, such as `/proxy/8377`; most have none."""

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read HOST, HOST:PORT, `peerlines://HOST`, or `https://HOST/PATH` of a proxy.

        Raises:
            LinkError: if it is none of these.
        """
        found = _SERVER.fullmatch(_ZERO_WIDTH.sub("", text).strip())
        if found is None or (found["path"] and found["scheme"] is None):
            raise LinkError("It is not the address of a server.")
        scheme = (found["scheme"] or "").lower()
        address = _address(scheme, found["authority"])
        return cls(address, scheme in _TLS_SCHEMES, _prefix(found["path"].split("/")))

    def __str__(self) -> str:
        return f"{'peerlines' if self.tls else 'peerline'}://{self.address}{self.prefix}"

    @property
    def key(self) -> str:
        """The name under which a token for it is kept: one for TLS goes nowhere without."""
        return str(self) if self.tls else self.location

    @property
    def location(self) -> str:
        """HOST:PORT and the path, for what is the same with TLS and without."""
        return f"{self.address}{self.prefix}"

    @property
    def is_loopback(self) -> bool:
        """Whether it is reached from this computer only; `.localhost` as in RFC 6761."""
        host = self.address.rpartition(":")[0].strip("[]")
        try:
            return ip_address(host).is_loopback
        except ValueError:
            return f".{host}".endswith(".localhost")

    def session(self, session_id: str, invite: str | None = None) -> "SessionLink":
        """The link of a session there."""
        return SessionLink(self.address, session_id, invite, self.tls, self.prefix)


@dataclass(frozen=True, slots=True)
class SessionLink:
    """The address of a session and, for an invited user, the code."""

    address: str
    """HOST:PORT, an IPv6 host in brackets."""
    session_id: str
    invite: str | None = None
    tls: bool = False
    prefix: str = ""
    """The path under which a proxy has the server."""

    @classmethod
    def parse(cls, text: str) -> Self:
        """Find the link in a text.

        Of several the first counts; if one of the others is the same with an invite, that one. The
        address of a web page without an invite, which can be any, counts only without another.

        Raises:
            LinkError: if there is none that can be used.
        """
        page: Self | None = None
        page_problem: LinkError | None = None
        for shown in _decodings(_ZERO_WIDTH.sub("", text)):
            found: Self | None = None
            problem: LinkError | None = None
            for candidate in _CANDIDATE.finditer(shown):
                is_page = candidate["scheme"].lower() in _WEB_SCHEMES
                if is_page and not _has_page(candidate["path"]):
                    continue
                is_doubtful = (
                    is_page and "invite=" not in f"{candidate['query']}{candidate['fragment']}"
                )
                try:
                    link = cls._read(candidate, _emphasis_before(shown, candidate.start()))
                except LinkError as error:
                    refused = LinkError(f"{_NO_LINK} {error}")
                    if is_doubtful:
                        page_problem = page_problem or refused
                    else:
                        problem = problem or refused
                    continue
                if is_doubtful:
                    page = page or link
                    continue
                found = found or link
                if found.invite is None and replace(link, invite=None) == found:
                    found = link
            if found is not None:
                return found
            if problem is not None:
                raise problem
        if page is not None:
            return page
        raise page_problem or LinkError(f"{_NO_LINK} {_FORMS}")

    @classmethod
    def _read(cls, candidate: re.Match[str], emphasis: int) -> Self:
        scheme = candidate["scheme"].lower()
        tls = scheme in _TLS_SCHEMES
        address = _address(scheme, candidate["authority"])
        if _HIDDEN.match(candidate.string, candidate.start("rest")):
            raise LinkError("A character in it is invisible.")
        *before, last = _segments(candidate["path"]) or [""]
        values = dict(parse_qsl(candidate["query"] or "") + parse_qsl(candidate["fragment"] or ""))
        session_id = _leading_id(last)
        if not values:
            session_id = _without_emphasis(session_id, emphasis)
        if not session_id:
            raise LinkError("It has no session after HOST:PORT/.")
        if not SESSION_ID.fullmatch(session_id):
            raise LinkError("What follows HOST:PORT/ is not the id of a session.")
        prefix = _prefix(before)
        code = values.get("invite")
        if code is None:
            return cls(address, session_id, None, tls, prefix)
        found = _INVITE.match(_without_emphasis(code, emphasis))
        if found is None or found.string[found.end() : found.end() + 1].isalnum():
            raise LinkError("Its invite is not one that a server makes.")
        return cls(address, session_id, found.group(), tls, prefix)

    def __str__(self) -> str:
        query = f"?invite={quote(self.invite)}" if self.invite else ""
        return f"{self.server}/{self.session_id}{query}"

    @property
    def server(self) -> ServerPlace:
        """The server that the link leads to."""
        return ServerPlace(self.address, self.tls, self.prefix)

    @property
    def page_url(self) -> str:
        """The address of the session's page; no server or proxy sees the invite in its fragment."""
        scheme = "https" if self.tls else "http"
        address = self.address.removesuffix(f":{_DEFAULT_PORTS[scheme]}")
        fragment = f"#invite={quote(self.invite)}" if self.invite else ""
        return f"{scheme}://{address}{self.prefix}/{_PAGE}/{self.session_id}{fragment}"

    @property
    def websocket_url(self) -> str:
        """The address to connect to; the invite goes into the first message, not into the URL."""
        scheme = "wss" if self.tls else "ws"
        return f"{scheme}://{self.address}{self.prefix}/ws/session/{self.session_id}"


def _segments(path: str) -> list[str]:
    """The parts of a path, without the signs that end a sentence."""
    return [segment for segment in path.rstrip("/.~").split("/") if segment]


def _has_page(path: str) -> bool:
    return _segments(path)[-2:-1] == [_PAGE]


def _leading_id(text: str) -> str:
    found = _ID_CHARS.match(text)
    return "" if found is None else found.group()


def _prefix(segments: list[str]) -> str:
    """The path of a server, of what stands before the session.

    Raises:
        LinkError: if it is none.
    """
    names = [name for name in segments if name]
    while names and names[-1] == _PAGE:
        names.pop()
    prefix = "".join(f"/{name}" for name in names)
    if len(prefix) > MAX_PREFIX_CHARS or any(unquote(name) in {".", ".."} for name in names):
        raise LinkError("The path before its session is not valid.")
    return prefix


def _address(scheme: str, authority: str) -> str:
    return parse_address(authority, default_port=_DEFAULT_PORTS.get(scheme, DEFAULT_PORT))


def parse_address(text: str, *, default_port: int = DEFAULT_PORT) -> str:
    """HOST:PORT as it is used everywhere: in lower case, an international name in ASCII.

    Raises:
        LinkError: if it is no address.
    """
    if "@" in text:
        raise LinkError("A link has no user name before the host.")
    if text.startswith("["):
        inside, bracket, port = text[1:].partition("]")
        if not bracket or (port and not port.startswith(":")):
            raise LinkError("Its IPv6 address is not valid.")
        return f"[{_ipv6(inside)}]:{_port(port[1:], default_port)}"
    host, _, port = text.partition(":")
    return f"{_host(host)}:{_port(port, default_port)}"


def _port(text: str, default: int) -> int:
    if not text:
        return default
    if not _PORT.fullmatch(text) or not 1 <= int(text) <= MAX_PORT:
        raise LinkError(f"Its port must be 1 to {MAX_PORT}.")
    return int(text)


def _ipv6(text: str) -> str:
    try:
        address = IPv6Address(text)
    except (AddressValueError, ValueError):
        raise LinkError("Its IPv6 address is not valid.") from None
    if address.scope_id is not None:
        raise LinkError("Its IPv6 address names an interface of one computer.")
    return str(address)


def _host(text: str) -> str:
    problem = LinkError("Its host name is not valid.")
    name = text.lower().removesuffix(".")
    if not name.isascii():
        if not all(char in ".-" or unicodedata.category(char)[0] in "LMN" for char in name):
            raise problem
        try:
            name = name.encode("idna").decode("ascii").lower()
        except UnicodeError:
            raise problem from None
    labels = name.split(".")
    if len(name) > MAX_HOST_CHARS or not all(
        len(label) <= MAX_LABEL_CHARS and _LABEL.fullmatch(label) for label in labels
    ):
        raise problem
    if labels[-1].isdigit() or re.fullmatch(r"0x[0-9a-f]*", labels[-1]):
        try:
            return str(IPv4Address(name))
        except (AddressValueError, ValueError):
            raise problem from None
    return name


def _decodings(text: str) -> Iterator[str]:
    """The text, and what is percent-encoded in it: a link can be part of another one."""
    yield text
    for _ in range(_MAX_DECODINGS):
        decoded = _ZERO_WIDTH.sub("", unquote(text))
        if decoded == text:
            return
        text = decoded
        yield text


def _emphasis_before(text: str, start: int) -> int:
    """How many underscores stand before the link, as Markdown has them on both sides."""
    count = 0
    while count < start and text[start - count - 1] == "_":
        count += 1
    return count


def _without_emphasis(text: str, count: int) -> str:
    for _ in range(count):
        text = text.removesuffix("_")
    return text
