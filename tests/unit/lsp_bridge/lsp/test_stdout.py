"""The editor's end of the pipe is read late, never, or closed."""

import os
import threading
from collections.abc import Iterator
from contextlib import suppress

import pytest

from peerline_bridge.lsp.stdout import ThreadedWriter

LARGE = 1024 * 1024


@pytest.fixture
def pipe() -> Iterator[tuple[int, int]]:
    reading, writing = os.pipe()
    yield reading, writing
    for descriptor in (reading, writing):
        with suppress(OSError):  # a test has closed it
            os.close(descriptor)


def test_an_editor_that_reads_late_gets_everything_in_order(pipe: tuple[int, int]) -> None:
    reading, writing = pipe
    ends: list[str] = []
    writer = ThreadedWriter(writing, ends.append)
    pieces = [bytes([number]) * LARGE for number in range(4)]
    for piece in pieces:
        writer.write(piece)  # far more than a pipe holds: a plain write would block here
    got = b""
    while len(got) < 4 * LARGE:
        got += os.read(reading, LARGE)
    assert got == b"".join(pieces)
    writer.close()
    assert ends == []


def test_an_editor_that_never_reads_ends_the_bridge_at_the_limit(pipe: tuple[int, int]) -> None:
    _, writing = pipe
    ends: list[str] = []
    writer = ThreadedWriter(writing, ends.append, max_waiting=2 * LARGE)
    writer.write(b"x" * LARGE)
    writer.write(b"x" * LARGE)
    assert (ends, writer.waiting_bytes) == ([], 2 * LARGE)
    writer.write(b"x")
    assert ends == ["the editor does not read"]
    writer.write(b"more")
    assert len(ends) == 1


def test_an_editor_that_is_gone_ends_the_bridge(pipe: tuple[int, int]) -> None:
    reading, writing = pipe
    os.close(reading)
    over = threading.Event()
    writer = ThreadedWriter(writing, lambda _: over.set())
    writer.write(b"hello")
    assert over.wait(10)
    writer.close()
