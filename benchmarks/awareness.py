"""Yjs awareness messages as a client sends them, written by hand (lib0 encoding). Pure."""

from typing import Final

_MESSAGE_AWARENESS: Final = 1
_MESSAGE_AUTH: Final = 2
_AUTH_TOKEN: Final = 0


def varuint(number: int) -> bytes:
    """Seven bits a byte, the lowest first (lib0, `writeVarUint`)."""
    out = bytearray()
    while number > 0x7F:  # noqa: PLR2004 - seven bits
        out.append(0x80 | number & 0x7F)
        number >>= 7
    out.append(number)
    return bytes(out)


def varbytes(data: bytes) -> bytes:
    """Bytes after their length (lib0, `writeVarUint8Array`, `writeVarString`)."""
    return varuint(len(data)) + data


def awareness_update(sequence: int, sender: int) -> bytes:
    """One client's state, with its number as the clock (y-protocols, awareness.js)."""
    state = b'{"cursor":{"file":"src/main.py","line":%d,"col":%d}}' % (sequence, sender)
    update = varuint(1) + varuint(sender) + varuint(sequence) + varbytes(state)
    return varuint(_MESSAGE_AWARENESS) + varbytes(update)


def authentication(document: bytes) -> bytes:
    """The message that Hocuspocus waits for before anything else."""
    return (
        varbytes(document) + varuint(_MESSAGE_AUTH) + varuint(_AUTH_TOKEN) + varbytes(b"benchmark")
    )
