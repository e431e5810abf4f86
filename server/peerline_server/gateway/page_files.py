"""Reads the built browser page into memory, once, when the server starts."""

import logging
import re
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Final

_log = logging.getLogger("peerline.server.pages")

BUILT: Final = Path(__file__).resolve().parents[1] / "web"
"""The folder that `make web` fills; an installed package has it."""
_ASSET: Final = re.compile(
    r"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]{8,}\.(?P<kind>css|js|json|png|svg|woff2)"
)
"""A name with the hash of its contents, so that a browser may keep it for good."""
_KINDS: Final = {
    "css": "text/css; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "json": "application/manifest+json; charset=utf-8",
    "png": "image/png",
    "svg": "image/svg+xml",
    "woff2": "font/woff2",
}
_ENCODINGS: Final = (("br", ".br"), ("gzip", ".gz"))
"""The best first."""


@dataclass(frozen=True, slots=True)
class Asset:
    """One file of the page."""

    content_type: str
    etag: str
    """With its quotes (RFC 9110, section 8.8.3)."""
    body: bytes
    encoded: Mapping[str, bytes]
    """By content coding, the best first."""


@dataclass(frozen=True, slots=True)
class PageFiles:
    """The page and its files."""

    start: str
    """The page that takes a link, with `{{nonce}}` and `{{root}}` to be filled in."""
    session: str
    """The page of every session, likewise; it loads what a session needs ahead."""
    assets: Mapping[str, Asset]
    """By name."""


def is_built() -> bool:
    """Whether a server that starts now has a page to serve."""
    return (BUILT / "index.html").is_file()


def read_page(folder: Path = BUILT) -> PageFiles | None:
    """The built page in a folder; None if there is none that can be read."""
    try:
        start, session = (
            (folder / name).read_text(encoding="utf-8") for name in ("index.html", "session.html")
        )
        assets = {
            path.name: _read(path, found["kind"])
            for path in sorted((folder / "assets").iterdir())
            if (found := _ASSET.fullmatch(path.name)) is not None
        }
    except OSError as error:
        _log.debug("the browser page is not built: %s", error.strerror)
        return None
    return PageFiles(start, session, assets)


def _read(path: Path, kind: str) -> Asset:
    body = path.read_bytes()
    encoded: dict[str, bytes] = {}
    for coding, ending in _ENCODINGS:
        beside = path.with_name(path.name + ending)
        if beside.is_file():
            encoded[coding] = beside.read_bytes()
    return Asset(_KINDS[kind], f'"{sha256(body).hexdigest()[:32]}"', body, encoded)
