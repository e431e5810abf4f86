"""From where `peerline watch` takes its link and its token, and to which server the token goes."""

import os
import subprocess
import sys
from collections.abc import Generator
from contextlib import contextmanager

import pytest

from .conftest import ServerProcess


@contextmanager
def watching(
    *arguments: str, stdin: str = "", **environ: str
) -> "Generator[subprocess.Popen[str]]":
    with subprocess.Popen(
        [sys.executable, "-m", "peerline", "watch", "--plain", "--name", "ann", *arguments],
        env={**os.environ, **environ},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdin is not None
        process.stdin.write(stdin)
        process.stdin.flush()
        try:
            yield process
        finally:
            process.terminate()
            process.communicate(timeout=30)


def here(process: "subprocess.Popen[str]") -> str:
    assert process.stdout is not None
    assert process.stdout.readline() == "Test\n"
    return process.stdout.readline().strip()


def test_the_link_may_come_from_the_environment_or_standard_input(server: ServerProcess) -> None:
    link = server.invite("viewer")
    with watching(PEERLINE_LINK=link) as process:
        assert here(process) == "Here: ann (viewer)"
    with watching("-", stdin=f"{link}\n", PEERLINE_LINK="peerline://no.example/x") as process:
        assert here(process).startswith("Here: ann")  # who left may not be gone yet


@pytest.mark.parametrize(("arguments", "word"), [((), "PEERLINE_LINK"), (("-",), "link")])
def test_without_a_link_it_says_what_is_missing(arguments: tuple[str, ...], word: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "peerline", "watch", *arguments],
        input="",
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 2
    assert word in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("is_for_it", [True, False])
def test_a_token_for_another_server_is_not_sent(server: ServerProcess, *, is_for_it: bool) -> None:
    token = server.token("bob", "Bob")
    named = server.address if is_for_it else "other.example:8377"
    with watching(server.invite("viewer"), PEERLINE_TOKEN=token, PEERLINE_SERVER=named) as process:
        assert here(process) == f"Here: {'Bob' if is_for_it else 'ann'} (viewer)"
