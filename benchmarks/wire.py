"""The client's side of RFC 6455, just enough for a load generator that is not the bottleneck."""

import struct
from collections.abc import Iterator

_TEXT_FIN = 0x81


def masked_text(payload: bytes) -> bytes:
    """A text frame with the mask 0, which leaves the payload as it is."""
    size = len(payload)
    if size < 126:  # noqa: PLR2004 - RFC 6455, section 5.2
        head = bytes((_TEXT_FIN, 0x80 | size))
    else:
        head = struct.pack("!BBH", _TEXT_FIN, 0xFE, size)
    return head + b"\0\0\0\0" + payload


def handshake(host: str, path: str, token: str | None) -> bytes:
    """An opening handshake."""
    lines = [
        f"GET {path} HTTP/1.1",
        f"Host: {host}",
        "Upgrade: websocket",
        "Connection: Upgrade",
        "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==",
        "Sec-WebSocket-Version: 13",
    ]
    if token is not None:
        lines.append(f"Authorization: Bearer {token}")
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


def split_frames(buffer: bytearray) -> Iterator[bytes]:
    """Take the payloads of whole frames out of the buffer. A server's frames are not masked."""
    start = 0
    size = len(buffer)
    while size - start >= 2:  # noqa: PLR2004 - the smallest head
        length = buffer[start + 1] & 0x7F
        head = 2
        if length == 126:  # noqa: PLR2004 - RFC 6455, section 5.2
            if size - start < 4:  # noqa: PLR2004 - head with 16 bits of length
                break
            (length,) = struct.unpack_from("!H", buffer, start + 2)
            head = 4
        elif length == 127:  # noqa: PLR2004 - RFC 6455, section 5.2
            if size - start < 10:  # noqa: PLR2004 - head with 64 bits of length
                break
            (length,) = struct.unpack_from("!Q", buffer, start + 2)
            head = 10
        end = start + head + length
        if end > size:
            break
        yield bytes(buffer[start + head : end])
        start = end
    del buffer[:start]
