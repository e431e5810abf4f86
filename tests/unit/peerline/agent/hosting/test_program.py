"""Tests of peerline.agent.hosting.program, with a real program."""

import asyncio
import os
import sys
from pathlib import Path

import pytest

from peerline.agent.hosting.program import MAX_UNREAD_BYTES, Program
from peerline.processes import Command
from tests.program import runs

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="it needs groups of processes")


def program(folder: Path, line: str, ended: asyncio.Event, lines: asyncio.Queue[bytes]) -> Program:
    command = Command(("/bin/sh", "-c", line), folder, {"PATH": os.environ["PATH"]})
    return Program(command, lines.put_nowait, ended.set)


@pytest.mark.parametrize(("more", "is_ended"), [(0, False), (1024 * 1024, True)])
async def test_a_program_that_reads_nothing_is_ended_at_the_limit(
    tmp_path: Path, more: int, is_ended: bool
) -> None:
    ended, lines = asyncio.Event(), asyncio.Queue[bytes]()
    one = program(tmp_path, "exec sleep 600", ended, lines)
    await one.start()
    try:
        one.write(b"x" * (MAX_UNREAD_BYTES - 1024 + more))
        if is_ended:
            async with asyncio.timeout(30):
                await ended.wait()
        assert ended.is_set() is is_ended
    finally:
        one.kill()
        await one.close()


async def test_a_program_ends_with_the_groups_that_it_has_made(tmp_path: Path) -> None:
    ended, lines = asyncio.Event(), asyncio.Queue[bytes]()
    one = program(tmp_path, "timeout 600 sleep 600 & echo $!; wait", ended, lines)
    await one.start()
    try:
        async with asyncio.timeout(30):
            sleeper = int(await lines.get())
            one.kill()
            while await asyncio.to_thread(runs, sleeper):
                pass
    finally:
        await one.close()
