"""Tests of peerline.agent.hosting.commands."""

from pathlib import Path
from typing import Any

import pytest

from peerline.agent.cleaning import AgentCleaner
from peerline.agent.hosting.commands import (
    MAX_ALLOWED,
    MAX_ARGUMENTS,
    MAX_CLEANED_BYTES,
    MAX_COMMAND_CHARS,
    MAX_OUTPUT_BYTES,
    Allowed,
    Output,
    check_folder,
    command_of,
    end_of,
    hides_output,
    question_of_command,
)
from peerline.agent.hosting.peer import RpcError
from peerline.protocol.approvals import Choice
from peerline.protocol.limits import MAX_CALL_TEXT_CHARS

SECRET = "ghp_" + "Qz7" * 12


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "sub").mkdir()
    return tmp_path


@pytest.fixture
def cleaner(folder: Path) -> AgentCleaner:
    return AgentCleaner(folder, None, {})


def test_a_command_alone_is_a_line_for_the_shell_and_one_with_arguments_is_none(
    folder: Path,
) -> None:
    line = command_of({"command": "a | b"}, folder)
    assert (line.line, line.arguments[-1], line.folder) == ("a | b", "a | b", folder)
    parts = command_of({"command": "echo", "args": ["a b", ";"], "cwd": "sub"}, folder)
    assert (parts.line, parts.arguments) == ("echo 'a b' ';'", ("echo", "a b", ";"))
    assert parts.folder == folder / "sub"


@pytest.mark.parametrize(
    "params",
    [
        {},
        {"command": " "},
        {"command": 1},
        {"command": "x", "args": [1]},
        {"command": "x", "args": ["a"] * (MAX_ARGUMENTS + 1)},
        {"command": "x" * (MAX_COMMAND_CHARS + 1)},
        {"command": "a\0b"},
        {"command": "-a", "args": ["make", "rm", "x"]},
        {"command": "-a"},
        {"command": "A=x/run", "args": ["make"]},
        {"command": "x", "cwd": "/"},
        {"command": "x", "cwd": ".."},
        {"command": "x", "cwd": "a\0b"},
        {"command": "x", "env": [{"name": "A"}]},
        {"command": "x", "env": [{"name": "A", "value": "1"}, {"name": "A", "value": "2"}]},
    ],
)
def test_what_is_not_run(params: dict[str, Any], folder: Path) -> None:
    with pytest.raises(RpcError, match=r"^(command|args|cwd|env): "):
        command_of(params, folder)


def test_the_largest_that_is_run(folder: Path) -> None:
    command_of({"command": "x" * MAX_COMMAND_CHARS}, folder)
    command_of({"command": "x", "args": ["a"] * MAX_ARGUMENTS}, folder)
    for given, kept in ((7, 7), (None, MAX_OUTPUT_BYTES), (MAX_OUTPUT_BYTES * 2, MAX_OUTPUT_BYTES)):
        assert command_of({"command": "x", "outputByteLimit": given}, folder).limit == kept


def test_a_question_shows_all_that_would_be_run(folder: Path, cleaner: AgentCleaner) -> None:
    plain = question_of_command(command_of({"command": "make"}, folder), folder, cleaner, 60)
    assert (plain.title, plain.detail, plain.expires_in) == ("make", "make", 60)
    assert plain.options == [Choice.ALLOW_ONCE, Choice.DENY]
    params = {"command": "make", "cwd": "sub", "env": [{"name": "LD_PRELOAD", "value": "x.so"}]}
    other = question_of_command(command_of(params, folder), folder, cleaner, 60)
    assert "LD_PRELOAD" in other.detail
    assert str(folder / "sub") in other.detail
    assert other.digest != plain.digest


def test_what_was_allowed_is_run_once_and_as_it_was_shown(folder: Path) -> None:
    allowed = Allowed(folder)
    make = command_of({"command": "make"}, folder)
    assert not allowed.take(make)
    allowed.add({"kind": "execute", "rawInput": {"command": "make", "description": "Build"}})
    allowed.add({"kind": "execute", "rawInput": "make all"})
    for other in (
        {"command": "make all"},
        {"command": "make", "cwd": "sub"},
        {"command": "make", "env": [{"name": "A", "value": "1"}]},
    ):
        assert not allowed.take(command_of(other, folder))
    assert allowed.take(make)
    assert not allowed.take(make)
    allowed.add({"kind": "execute", "rawInput": {"command": "make"}})
    allowed.clear()
    assert not allowed.take(make)


@pytest.mark.parametrize(
    "call",
    [
        {"kind": "execute", "rawInput": {"command": "make", "cwd": "sub"}},
        {"kind": "execute", "rawInput": {"command": "make", "args": ["-n"]}},
        {"kind": "other", "rawInput": {"command": "make"}},
        {"rawInput": {"command": "make"}},
    ],
)
def test_what_was_allowed_with_more_beside_it_is_asked_about_again(
    folder: Path, call: dict[str, Any]
) -> None:
    allowed = Allowed(folder)
    allowed.add(call)
    assert not allowed.take(command_of({"command": "make"}, folder))


def test_of_what_was_allowed_the_latest_are_remembered(folder: Path) -> None:
    allowed = Allowed(folder)
    for number in range(MAX_ALLOWED + 1):
        allowed.add({"kind": "execute", "rawInput": {"command": f"make {number}"}})
    assert not allowed.take(command_of({"command": "make 0"}, folder))
    assert allowed.take(command_of({"command": "make 1"}, folder))


def test_a_folder_that_was_replaced_since_people_were_asked_is_refused(folder: Path) -> None:
    command = command_of({"command": "make", "cwd": "sub"}, folder)
    check_folder(command)
    (folder / "sub").rename(folder / "was")
    (folder / "sub").symlink_to("/")
    with pytest.raises(RpcError, match="another folder"):
        check_folder(command)


@pytest.mark.parametrize(
    ("params", "hides"),
    [
        ({"command": "cat a"}, False),
        ({"command": "cat .env"}, True),
        ({"command": "cat $F", "env": [{"name": "F", "value": ".env"}]}, True),
        ({"command": "cat config", "cwd": ".aws"}, True),
        ({"command": "cat prod.txt", "cwd": "vault"}, True),
        ({"command": "cat a", "cwd": "sub"}, False),
        ({"command": ": " + "a" * 5_000 + "; cat .env"}, True),
    ],
)
def test_what_may_come_from_a_private_file_is_not_shown(
    folder: Path, params: dict[str, Any], hides: bool
) -> None:
    for name in (".aws", "vault"):
        (folder / name).mkdir()
    cleaner = AgentCleaner(folder, None, {}, lambda path: path.startswith("vault"))
    assert hides_output(command_of(params, folder), folder, cleaner) is hides


def test_of_output_the_end_is_kept_from_the_beginning_of_a_character() -> None:
    output = Output()
    output.add("aäö".encode())
    assert output.last(5) == ("aäö", False)
    assert output.last(4) == ("äö", True)
    assert output.last(3) == ("ö", True)
    assert output.last(0) == ("", True)
    output.add(b"x" * MAX_OUTPUT_BYTES)
    assert output.last(MAX_OUTPUT_BYTES) == ("x" * MAX_OUTPUT_BYTES, True)


def test_people_are_shown_the_last_lines_without_secrets(cleaner: AgentCleaner) -> None:
    output = Output()
    output.add(f"token {SECRET}\r\ndone\n".encode())
    shown = output.shown("exit code 0", cleaner)
    assert shown == "token \u2039secret:github\u203a\ndone\n[exit code 0]"
    output.add(("line\n" * 1000).encode())
    shown = output.shown("exit code 0", cleaner)
    assert len(shown) <= MAX_CALL_TEXT_CHARS
    assert set(shown.splitlines()) == {"…", "line", "[exit code 0]"}
    assert Output().shown("exit code 3", cleaner) == "[exit code 3]"


def test_of_long_output_the_end_alone_is_cleaned(cleaner: AgentCleaner) -> None:
    output = Output()
    output.add(f"{SECRET}\n".encode() + b"\r" * MAX_CLEANED_BYTES + f"\ntoken {SECRET}".encode())
    shown = output.shown("exit code 0", cleaner)
    assert shown.endswith("token \u2039secret:github\u203a\n[exit code 0]")
    assert shown.count("secret") == 1


def test_of_a_line_whose_beginning_is_gone_nothing_is_shown(cleaner: AgentCleaner) -> None:
    output = Output()
    output.add(b"begin" + b"\r" * (MAX_CLEANED_BYTES - 9) + b"half\nlast")
    assert output.shown("exit code 0", cleaner) == "…\nlast\n[exit code 0]"


def test_an_end_in_words() -> None:
    assert [end_of(None, None), end_of(2, None), end_of(-9, "SIGKILL")] == [
        "still running",
        "exit code 2",
        "ended by SIGKILL",
    ]
