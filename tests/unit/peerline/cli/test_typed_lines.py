"""Tests of peerline.cli.typed_lines, in a real terminal."""

import io
import os
import sys
import threading
from collections.abc import Callable, Generator
from typing import TextIO

import pytest

if sys.platform == "win32":
    pytest.skip("Windows has no pseudo terminals for Python", allow_module_level=True)

import pty

from peerline.cli.typed_lines import TypedLines

KEYS = "[y/n] "
SECONDS = 30
Lines = Callable[..., TypedLines]
Typing = Callable[[str], object]


class Output(io.StringIO):
    """A standard output during which somebody types."""

    def __init__(self) -> None:
        super().__init__()
        self.during: dict[str, Callable[[], object]] = {}

    def write(self, s: str, /) -> int:
        self.during.pop(s, lambda: None)()
        return super().write(s)


class Clock:
    """A time that goes on by a second at each look; says when the thread has looked."""

    def __init__(self) -> None:
        self._seconds = 0
        self._main = threading.get_ident()
        self.has_read = threading.Event()

    def __call__(self) -> float:
        self._seconds += 1
        if threading.get_ident() != self._main:
            self.has_read.set()
        return self._seconds


@pytest.fixture
def output() -> Output:
    return Output()


@pytest.fixture
def terminal() -> Generator[tuple[int, TextIO]]:
    master, slave = pty.openpty()
    with os.fdopen(slave) as stdin:
        yield master, stdin
        os.close(master)  # a reader that still waits gets the end


@pytest.fixture
def type_in(terminal: tuple[int, TextIO]) -> Typing:
    return lambda text: os.write(terminal[0], text.encode())


@pytest.fixture
def lines(monkeypatch: pytest.MonkeyPatch, output: Output, terminal: tuple[int, TextIO]) -> Lines:
    def made(*arguments: Callable[[], float]) -> TypedLines:
        # Only when the test runs: between its fixtures and it pytest sets these itself.
        monkeypatch.setattr(sys, "stdin", terminal[1])
        monkeypatch.setattr(sys, "stdout", output)
        return TypedLines(*arguments)

    return made


@pytest.mark.parametrize("early", ["y\n", "y", "\ny\ny\n"], ids=["line", "half", "lines"])
async def test_what_is_typed_before_a_question_is_shown_is_no_answer(
    output: Output, lines: Lines, type_in: Typing, early: str
) -> None:
    typed = lines()
    output.during = {"Allow? ": lambda: type_in(early), KEYS: lambda: type_in("n\n")}
    assert await typed.ask("Allow? ", KEYS) == "n"


async def test_a_paste_of_several_lines_answers_one_question(
    output: Output, lines: Lines, type_in: Typing
) -> None:
    typed = lines()
    output.during = {KEYS: lambda: type_in("\ny\ny\n")}
    assert await typed.ask("More? ", KEYS) == ""
    output.during = {KEYS: lambda: type_in("n\n")}
    assert await typed.ask("Allow? ", KEYS) == "n"


async def test_a_line_that_was_read_for_a_question_that_is_gone_is_no_answer_to_the_next(
    output: Output, lines: Lines, type_in: Typing
) -> None:
    clock = Clock()
    typed = lines(clock)
    output.during = {KEYS: typed.wake}
    assert await typed.ask("First? ", KEYS) is None

    def too_early() -> None:
        type_in("y\n")
        assert clock.has_read.wait(SECONDS)

    output.during = {"Second? ": too_early, KEYS: lambda: type_in("n\n")}
    assert await typed.ask("Second? ", KEYS) == "n"


async def test_the_end_of_the_input_is_no_line(
    output: Output, lines: Lines, type_in: Typing
) -> None:
    typed = lines()
    output.during = {KEYS: lambda: type_in("\x04")}
    assert await typed.ask("Allow? ", KEYS) is None
    assert await typed.ask("Allow? ", KEYS) is None
