"""Every option of every command is checked; the walk finds new ones without a word here."""

import argparse
from collections.abc import Iterator
from typing import Any

import pytest

from peerline.checks import Choice, Number, WholeNumber
from peerline.cli import arguments
from peerline.cli.arguments import Checked
from peerline.cli.main import _parser, main  # pyright: ignore[reportPrivateUsage]

pytestmark = pytest.mark.long

VALID: dict[int, str] = {
    id(arguments.FOLDER): "folder",
    id(arguments.DATABASE): "postgresql://host/name",
    id(arguments.FILE): "file",
    id(arguments.LISTEN_HOST): "127.0.0.1",
    id(arguments.LISTEN_PORT): "0",
    id(arguments.LOG_LEVEL): "info",
    id(arguments.USER): "ann",
    id(arguments.USERNAME): "Ann Lee",
    id(arguments.SESSION): "session-1",
    id(arguments.TITLE): "Pairing",
    id(arguments.SECONDS): "60",
    id(arguments.QUESTION): "question-1",
    id(arguments.DIGEST): "sha256:" + "0" * 64,
    id(arguments.REASON): "Not now.",
    id(arguments.USES): "1",
    id(arguments.ADDRESS): "example.org:8377",
    id(arguments.PERSON_ADDRESS): "ada=ada@example.org",
    id(arguments.MOMENT): "2026-01-31T12:00Z",
    id(arguments.NOT_EMPTY): "x",
    id(arguments.SHARE): "state,plan",
    id(arguments.APPROVAL_SECONDS): "60",
    id(arguments.ASK_SECONDS): "60",
    id(arguments.TOKENS): "50",
    id(arguments.COST): "0.5",
}
"""A value for each type of an option."""


def is_sub(action: argparse.Action) -> bool:
    """Whether it names the commands; argparse keeps its class to itself."""
    return type(action).__name__ == "_SubParsersAction"


def walk(
    parser: argparse.ArgumentParser, path: tuple[str, ...] = ()
) -> Iterator[tuple[tuple[str, ...], argparse.ArgumentParser]]:
    """Each command with its parser."""
    subs = [action for action in parser._actions if is_sub(action)]
    if not subs or path == ("token",):
        yield path, parser
    for sub in subs:
        choices: Any = sub.choices
        for name, child in choices.items():
            yield from walk(child, (*path, name))


COMMANDS = list(walk(_parser()))


def options_of(parser: argparse.ArgumentParser) -> list[argparse.Action]:
    """The options and arguments that take a value."""
    return [action for action in parser._actions if action.nargs != 0 and not is_sub(action)]


def name_of(action: argparse.Action) -> str:
    return (
        action.option_strings[-1] if action.option_strings else str(action.metavar or action.dest)
    )


OPTIONS = [
    pytest.param(path, parser, action, id=f"{'-'.join(path)}-{name_of(action)}")
    for path, parser in COMMANDS
    for action in options_of(parser)
]


def value_of(action: argparse.Action) -> str:
    if action.choices:
        return str(next(iter(action.choices)))
    assert isinstance(action.type, Checked), f"{name_of(action)} is not checked"
    return VALID[id(action.type)]


def command_line(
    path: tuple[str, ...], parser: argparse.ArgumentParser, tried: argparse.Action, value: str
) -> list[str]:
    """The command with all that it needs, and this value for this option."""
    positional: list[str] = []
    options: list[str] = []
    in_groups = {a for group in parser._mutually_exclusive_groups for a in group._group_actions}
    for action in options_of(parser):
        given = value if action is tried else value_of(action)
        if not action.option_strings:
            positional.append(given)
        elif action is tried or (action.required and action not in in_groups):
            options.append(f"{name_of(action)}={given}")
    options += [
        f"{name_of(group._group_actions[0])}=x"
        for group in parser._mutually_exclusive_groups
        if group.required and tried not in group._group_actions
    ]
    return [*path, *options, "--", *positional] if positional else [*path, *options]


def assert_refused(
    line: list[str], action: argparse.Action, capsys: pytest.CaptureFixture[str]
) -> str:
    assert main(line) == 2, line
    out, err = capsys.readouterr()
    assert out == ""
    assert len(err.splitlines()) == 1, err
    assert name_of(action) in err
    return err


def test_the_walk_finds_the_commands() -> None:
    found = {" ".join(path) for path, _ in COMMANDS}
    assert {"serve", "session role", "token revoke", "token", "watch", "start", "demo"} <= found
    assert len(OPTIONS) > 40


@pytest.mark.parametrize(("path", "parser", "action"), OPTIONS)
def test_a_value_that_fits_is_taken(path: Any, parser: Any, action: Any) -> None:
    _parser().parse_args(command_line(path, parser, action, value_of(action)))


@pytest.mark.parametrize(("path", "parser", "action"), OPTIONS)
def test_an_empty_value_is_refused_in_one_line(
    path: Any, parser: Any, action: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    for empty in ("", " "):
        assert_refused(command_line(path, parser, action, empty), action, capsys)


def check_of(option: Any) -> object:
    """The check of an option's value; None if it is one of some words."""
    return getattr(option.values[2].type, "check", None)


NUMBERS = [option for option in OPTIONS if isinstance(check_of(option), Number | WholeNumber)]


@pytest.mark.parametrize(("path", "parser", "action"), NUMBERS)
def test_numbers_are_held_at_both_ends(
    path: Any, parser: Any, action: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    ends = action.type.check
    for number in (ends.low, ends.high):
        parsed = _parser().parse_args(command_line(path, parser, action, str(number)))
        assert getattr(parsed, action.dest) == number
    step = 1 if isinstance(ends, WholeNumber) else ends.low / 2 or 1
    bad = [ends.low - step, ends.high + 1, -5, 10**400, "x", "nan", "inf", "-inf", "1e999", "1 2"]
    for text in map(str, bad):
        said = assert_refused(command_line(path, parser, action, text), action, capsys)
        assert f"{ends.high:.15g}" in said
        assert len(said) < 250


CHOICES = [
    option
    for option in OPTIONS
    if getattr(option.values[2], "choices", None) or isinstance(check_of(option), Choice)
]


@pytest.mark.parametrize(("path", "parser", "action"), CHOICES)
def test_words_are_those_that_are_known(
    path: Any, parser: Any, action: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    known = list(action.choices or action.type.check.words)
    for word in known:
        _parser().parse_args(command_line(path, parser, action, word))
    for text in ("FOO", "\u202e", "5"):
        said = assert_refused(command_line(path, parser, action, text), action, capsys)
        assert all(word in said for word in known)


@pytest.mark.parametrize(
    ("checked", "good", "bad"),
    [
        (arguments.USER, ["a", "a" * 128, "!~"], ["a" * 129, "a b", "é", "a\n"]),
        (arguments.SESSION, ["a", "A_-9" * 16], ["a" * 65, "../x", "a b", "é", "a\n"]),
        (arguments.TITLE, ["x", "x" * 200, "é 1"], ["x" * 201, "a\nb", "a\x1bb", "\u202e"]),
        (arguments.USERNAME, ["x", "Ann Lee"], ["x" * 1000, "a\x00b", "\u200f"]),
        (arguments.LISTEN_HOST, ["::1", "127.0.0.1", "example.org", "*"], ["a b", "a@b", "a/b"]),
        (arguments.ADDRESS, ["[::1]:80", "example.org:1", "h:65535"], ["a b:1", "h:0x", "h:70000"]),
        (arguments.MOMENT, ["2026-01-31", "2026-01-31T12:00+02:00"], ["soon", "0001-01-01", "1"]),
    ],
)
def test_texts_are_held_at_both_ends(checked: Checked, good: list[str], bad: list[str]) -> None:
    for text in good:
        checked(text)
    for text in bad:
        with pytest.raises(argparse.ArgumentTypeError, match=r"^must "):
            checked(text)


def test_an_unknown_option_or_command_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    for line in (["serve", "--prot", "1"], ["frobnicate"], [], ["session"], ["serve", "x\ny"]):
        assert main(line) == 2
        err = capsys.readouterr().err
        assert len(err.splitlines()) == 1, err
        assert "--help" in err


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("start --title t --user u --name n --port 0", "peerline start: … --port 0; see"),
        ("session list --all", "peerline session list: … --all; see"),
        ("serve now", "peerline serve: … now; see"),
        ("token revoke --user u extra", "peerline token revoke: … extra; see"),
    ],
)
def test_the_command_that_does_not_know_an_argument_says_so(
    line: str, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(line.split()) == 2
    program = said.partition(":")[0]
    expected = f"{said.replace('…', 'unrecognized arguments:')} {program} --help\n"
    assert capsys.readouterr().err == expected
