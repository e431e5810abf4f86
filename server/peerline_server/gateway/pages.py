"""Answers requests for the browser page and its files, from memory.

The page is the same for each session and says nothing about which exist. Its Content Security
Policy lets nothing run, load or connect but this server's own.
"""

import re
import secrets
from collections.abc import Callable
from http import HTTPStatus
from typing import Final, Self

from peerline_server.gateway.page_files import Asset, PageFiles, read_page
from peerline_server.settings import Settings
from peerline_server.transport.base import HandshakeRequest, HttpAnswer

_SESSION: Final = re.compile(r"/s/[^/]{1,256}")
_ASSET: Final = re.compile(r"/assets/([A-Za-z0-9._-]{1,128})")
_CODING: Final = re.compile(r"\s*([a-z0-9*-]+)\s*(?:;\s*q\s*=\s*([0-9.]+)\s*)?", re.IGNORECASE)

NOT_BUILT: Final = (
    "The browser page is not built. Install Node.js 20 or newer, run `make web` in the checkout, "
    "and start the server again. Editors join with the same link.\n"
)
TURNED_OFF: Final = (
    "This server serves no browser page. Join with an editor or `peerline watch` by the same "
    "link.\n"
)
_SAFE: Final = (
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "no-referrer"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
)
_PERMISSIONS: Final = ", ".join(
    f"{feature}=()"
    for feature in (
        "accelerometer",
        "camera",
        "display-capture",
        "geolocation",
        "gyroscope",
        "hid",
        "microphone",
        "midi",
        "payment",
        "serial",
        "usb",
    )
)
_FOR_A_YEAR: Final = "public, max-age=31536000, immutable"


def policy(nonce: str) -> str:
    """The Content Security Policy of one answer; CodeMirror's style element needs the nonce."""
    return "; ".join(
        (
            "default-src 'none'",
            "script-src 'self'",
            f"style-src 'self' 'nonce-{nonce}'",
            "img-src 'self' data:",
            "font-src 'self'",
            "connect-src 'self'",
            "manifest-src 'self'",
            "base-uri 'none'",
            "form-action 'none'",
            "frame-ancestors 'none'",
            "require-trusted-types-for 'script'",
            "trusted-types 'none'",
        )
    )


class Pages:
    """The page, or a sentence in its place."""

    def __init__(
        self,
        files: PageFiles | None,
        *,
        is_on: bool,
        make_nonce: Callable[[], str] = lambda: secrets.token_urlsafe(16),
    ) -> None:
        self._files = files
        self._is_on = is_on
        self._make_nonce = make_nonce

    @classmethod
    def of(cls, settings: Settings) -> Self:
        """The built page, unless the settings turn it off."""
        return cls(read_page() if settings.web else None, is_on=settings.web)

    @property
    def are_served(self) -> bool:
        """Whether a link to a session opens in a browser."""
        return self._is_on and self._files is not None

    def answer(self, path: str, request: HandshakeRequest) -> HttpAnswer | None:
        """The answer to a request for the `path` without its query; None if it is for no page."""
        is_page = path == "/" or _SESSION.fullmatch(path) is not None
        found = _ASSET.fullmatch(path)
        if not is_page and found is None:
            return None
        if not self._is_on:
            return HttpAnswer(HTTPStatus.NOT_FOUND, TURNED_OFF, _SAFE)
        if self._files is None:
            return HttpAnswer(HTTPStatus.SERVICE_UNAVAILABLE, NOT_BUILT, _SAFE)
        if found is None:
            if path == "/":
                return self._page(self._files.start, root="")
            return self._page(self._files.session, root="../")
        asset = self._files.assets.get(found.group(1))
        if asset is None:
            return HttpAnswer(HTTPStatus.NOT_FOUND, "There is no such file.\n", _SAFE)
        return _answer_of(asset, request)

    def _page(self, html: str, *, root: str) -> HttpAnswer:
        nonce = self._make_nonce()
        body = html.replace("{{nonce}}", nonce).replace("{{root}}", root)
        headers = (
            ("Content-Type", "text/html; charset=utf-8"),
            ("Content-Security-Policy", policy(nonce)),
            ("Permissions-Policy", _PERMISSIONS),
            # A 304 would bring a new policy beside the old page with its old nonce.
            ("Cache-Control", "no-store"),
            *_SAFE,
        )
        return HttpAnswer(HTTPStatus.OK, body.encode(), headers)


def _answer_of(asset: Asset, request: HandshakeRequest) -> HttpAnswer:
    headers: list[tuple[str, str]] = [
        ("ETag", asset.etag),
        ("Cache-Control", _FOR_A_YEAR),
        ("Vary", "Accept-Encoding"),
        *_SAFE,
    ]
    if _matches(asset.etag, request.headers.get_all("If-None-Match")):
        return HttpAnswer(HTTPStatus.NOT_MODIFIED, b"", headers)
    headers.append(("Content-Type", asset.content_type))
    taken = accepted_codings(request.headers.get_all("Accept-Encoding"))
    for coding, body in asset.encoded.items():
        if coding in taken:
            headers.append(("Content-Encoding", coding))
            return HttpAnswer(HTTPStatus.OK, body, headers)
    return HttpAnswer(HTTPStatus.OK, asset.body, headers)


def accepted_codings(values: list[str]) -> frozenset[str]:
    """The content codings that a client names and does not refuse by `q=0`.

    RFC 9110, section 12.5.3.
    """
    taken: set[str] = set()
    for entry in ",".join(values).split(","):
        found = _CODING.fullmatch(entry)
        if found is None:
            continue
        try:
            weight = float(found.group(2) or "1")
        except ValueError:
            continue
        if weight > 0:
            taken.add(found.group(1).lower())
    return frozenset(taken)


def _matches(etag: str, values: list[str]) -> bool:
    """Whether a copy is still good, compared weakly (RFC 9110, section 13.1.2)."""
    named = [value.strip().removeprefix("W/") for value in ",".join(values).split(",")]
    return etag in named or "*" in named
