"""The lines of private files in other texts."""

import time

import pytest

from peerline.agent.private_lines import MAX_CHARS, PrivateLines

ENV = 'GREETING=quiet otter\n\nSHORT=1\nexport DB_PASSWORD="plain words"\nlate_token: abcdefgh,\n'
SHOWN = "‹private file›"


def hidden(lines: PrivateLines, text: str) -> str:
    return lines.hide(text, lambda kind, _: f"‹{kind}›")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("GREETING=quiet otter\n", f"{SHOWN}\n"),
        ("./.env:1:GREETING=quiet otter\nb.py:2: x", f"./.env:1:{SHOWN}\nb.py:2: x"),
        ("     1\tGREETING=quiet otter", f"     1\t{SHOWN}"),
        ("xGREETING=quiet otterGREETING=quiet otter", f"x{SHOWN}{SHOWN}"),
        ("the password is plain words.", f"the password is {SHOWN}."),
        ("abcdefgh", SHOWN),
        ("SHORT=1", "SHORT=1"),
        ("quiet otter", "quiet otter"),
        ("GREETING=quiet", "GREETING=quiet"),
        ("", ""),
    ],
)
def test_lines_and_secret_values_are_hidden_wherever_they_are(text: str, expected: str) -> None:
    assert hidden(PrivateLines([ENV]), text) == expected


def test_the_longest_line_counts_and_of_a_long_one_all_is_hidden() -> None:
    lines = PrivateLines(["same begin\nsame beginning\n", "y" * (MAX_CHARS + 50)])
    assert hidden(lines, "same beginning, same begin") == f"{SHOWN}, {SHOWN}"
    assert hidden(lines, "a" + "y" * (MAX_CHARS + 50) + "\nb") == f"a{SHOWN}\nb"


def test_rulers_and_blanks_are_no_content() -> None:
    lines = PrivateLines(["# ---------------\n            \n==========\n"])
    assert hidden(lines, "==========            ---------------") == (
        "==========            ---------------"
    )
    assert hidden(PrivateLines(), ENV) == ENV


def test_much_output_is_looked_through_in_little_time() -> None:
    lines = PrivateLines(["\n".join("a" * size for size in range(8, 300))])
    began = time.process_time()
    hidden(lines, "a" * 65_536)
    hidden(lines, "a" * 65_536 + "b")
    hidden(PrivateLines([ENV]), "GREETING=quiet " * 4_000)
    assert time.process_time() - began < 2
