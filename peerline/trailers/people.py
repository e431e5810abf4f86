"""The lines of a commit message that name people and agents beside its author. Pure."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

TRAILER: Final = "Co-authored-by"
UNKNOWN_HOST: Final = "peerline.invalid"
"""No address is at a host of this ending (RFC 2606, section 2)."""
_NOT_IN_NAMES: Final = re.compile(r"[<>\s]+")
_NOT_IN_ADDRESSES: Final = re.compile(r"[^A-Za-z0-9._+-]+")
_ADDRESS: Final = re.compile(r"[^\s<>@]+@[^\s<>@]+")


@dataclass(frozen=True, slots=True)
class Author:
    """Somebody who wrote, as the session knows them."""

    user_id: str
    name: str


def is_address(text: str) -> bool:
    """Whether a text has the form of a mail address."""
    return _ADDRESS.fullmatch(text) is not None


def trailers(
    authors: Iterable[Author], addresses: Mapping[str, str], *, committer: tuple[str, str]
) -> Sequence[str]:
    """The trailers for these authors, in their order; none for the committer.

    Args:
        authors: Who wrote; the same person by two accounts gets one line.
        addresses: The mail addresses by name, in whatever case. Who has none gets one that leads
            nowhere, so that a forge shows the name alone.
        committer: Name and mail address of who commits, who is no author beside themselves.
    """
    known = {_key(name): address for name, address in addresses.items()}
    own_name, own_address = committer
    lines: dict[str, str] = {}
    for author in authors:
        name = _plain(author.name) or author.user_id
        address = known.get(_key(name)) or _nowhere(author.user_id)
        if _key(name) == _key(own_name) or address.casefold() == own_address.casefold():
            continue
        lines.setdefault(f"{_key(name)} {address.casefold()}", f"{TRAILER}: {name} <{address}>")
    return list(lines.values())


def _plain(name: str) -> str:
    """A name without what would end it, or the line."""
    printable = "".join(char if char.isprintable() else " " for char in name)
    return _NOT_IN_NAMES.sub(" ", printable).strip()


def _key(name: str) -> str:
    return _plain(name).casefold()


def _nowhere(user_id: str) -> str:
    return f"{_NOT_IN_ADDRESSES.sub('-', user_id).strip('-.') or 'user'}@{UNKNOWN_HOST}"
