"""Tests of peerline.trailers.message, beside the git that is installed."""

import subprocess
from pathlib import Path

import pytest

from peerline.trailers.message import add_to_message, with_trailers

ADA = "Co-authored-by: Ada <ada@example.org>"
BOB = "Co-authored-by: Bob <bob@example.org>"


def by_git(message: str, lines: list[str], folder: Path) -> str:
    options = [part for line in lines for part in ("--trailer", line)]
    command = ["git", "interpret-trailers", "--if-exists", "addIfDifferent", *options]
    return subprocess.run(
        command, input=message, capture_output=True, text=True, check=True, cwd=folder
    ).stdout


@pytest.mark.parametrize(
    "message",
    [
        "Subject\n",
        "docs: subject\n",
        "Subject\n\nBody of it.\n",
        "Subject\n\nBody.\n\nSigned-off-by: Eve <eve@example.org>\n",
        f"Subject\n\n{ADA}\n",
        "Subject\n\n# Changes to be committed\n#\n# On branch main\n",
        "Subject\n\nBody.\n\nSigned-off-by: Eve <e@example.org>\n\n# Comment\n",
        "Subject\n\nSigned-off-by: Eve\n  and more of it <e@example.org>\n",
    ],
)
def test_messages_become_those_that_git_makes(message: str, tmp_path: Path) -> None:
    assert with_trailers(message, [ADA, BOB]) == by_git(message, [ADA, BOB], tmp_path)


def test_a_message_that_does_not_end_in_a_line_break() -> None:
    assert with_trailers("Subject", [ADA]) == f"Subject\n\n{ADA}\n"


def test_a_message_without_words_stays_so_that_no_commit_is_made() -> None:
    for message in ("", "\n\n", "# On branch main\n", "\n# ------ >8 ------\ndiff --git a b\n"):
        assert with_trailers(message, [ADA]) == message


def test_nothing_is_put_below_the_scissors() -> None:
    message = "Subject\n\n# ------------------------ >8 ------------------------\ndiff\n+Word\n"
    assert with_trailers(message, [ADA]) == message.replace("Subject\n", f"Subject\n\n{ADA}\n")


def test_trailers_are_added_once(tmp_path: Path) -> None:
    file = tmp_path / "message"
    file.write_bytes(b"Caf\xe9\n")  # a message in Latin-1
    add_to_message(file, [ADA])
    once = file.read_bytes()
    assert once == b"Caf\xe9\n\n" + ADA.encode() + b"\n"
    add_to_message(file, [ADA.upper().replace("CO-AUTHORED-BY", "Co-authored-by")])
    assert file.read_bytes() == once
