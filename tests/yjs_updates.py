"""Yjs updates (format 1) written by hand, also those that no honest client writes."""

from collections.abc import Sequence

COLLECTED, DELETED, JSON, BINARY, STRING, EMBED, FORMAT, TYPE, ANY, DOC, SKIP = range(11)
HAS_LEFT, HAS_RIGHT, HAS_KEY = 0x80, 0x40, 0x20


def number(value: int) -> bytes:
    """An unsigned integer as lib0 writes it."""
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


def text(value: str | bytes) -> bytes:
    """A string as lib0 writes it."""
    data = value if isinstance(value, bytes) else value.encode()
    return number(len(data)) + data


def struct(
    content: bytes,
    kind: int = STRING,
    *,
    left: tuple[int, int] | None = None,
    right: tuple[int, int] | None = None,
    root: str | None = "text",
    flags: int = 0,
) -> bytes:
    """An item with its content; without neighbours it is attached to the root."""
    info = kind | flags | (HAS_LEFT if left else 0) | (HAS_RIGHT if right else 0)
    out = bytes([info])
    for neighbour in (left, right):
        if neighbour:
            out += number(neighbour[0]) + number(neighbour[1])
    if not left and not right and root is not None:
        out += number(1) + text(root)
    return out + content


def insert(
    value: str | bytes,
    *,
    left: tuple[int, int] | None = None,
    right: tuple[int, int] | None = None,
    root: str = "text",
) -> bytes:
    """An item that inserts a text."""
    return struct(text(value), left=left, right=right, root=root)


def section(client: int, clock: int, *structs: bytes) -> bytes:
    """The structs of one client from a clock on."""
    return number(len(structs)) + number(client) + number(clock) + b"".join(structs)


def deleted(client: int, *ranges: tuple[int, int]) -> bytes:
    """The deleted ranges of one client: (clock, length)."""
    return (
        number(client)
        + number(len(ranges))
        + b"".join(number(clock) + number(length) for clock, length in ranges)
    )


def update(sections: Sequence[bytes] = (), deletions: Sequence[bytes] = ()) -> bytes:
    """A whole update."""
    return number(len(sections)) + b"".join(sections) + number(len(deletions)) + b"".join(deletions)
