"""Tests of peerline.agent.asking.replies."""

from pathlib import Path, PurePosixPath
from typing import Any, NoReturn

import pytest

from peerline.agent.asking.replies import MAX_OPTIONS, chosen, question_text
from peerline.agent.cleaning import AgentCleaner
from peerline.agent.inbox import Speaking
from peerline.agent.mcp.attached import RoomError
from peerline.agent.mcp.room import Room
from peerline.agent.resident import Resident
from peerline.agent.room import RoomUnavailable
from peerline.cli.main import main

CLEANER = AgentCleaner(PurePosixPath("/w"), None, {})
TOO_MANY = f"at most {MAX_OPTIONS}"
SIDES = pytest.mark.parametrize(
    ("count", "is_refused"), [(MAX_OPTIONS, False), (MAX_OPTIONS + 1, True)]
)


class Away(Room):
    """A room that cannot be reached."""

    async def _joined(self, *, may_be_away: bool = False) -> NoReturn:
        raise RoomError(f"not now, {may_be_away=}")


class AwayOfResident:
    """The same for a resident."""

    async def ask_people(self, *_: object) -> NoReturn:
        raise RoomUnavailable("not now")


def test_a_question_lists_the_answers_to_choose_from_and_says_how_to_answer() -> None:
    asked = question_text("Deploy?", ["yes", "no"])
    assert asked == "Deploy?\n- yes\n- no\nReply to this message with one of these."
    assert question_text("Why?", []) == "Why?\nReply to this message."


@pytest.mark.parametrize(
    ("reply", "expected"),
    [
        ("yes", "Yes"),
        (" YES! ", "Yes"),
        ("on staging.", "On staging"),
        ("yes but later", None),
        ("not yes", None),
        ("", None),
        ("!", None),
    ],
)
def test_only_a_reply_that_is_an_option_answers(reply: str, expected: str | None) -> None:
    assert chosen(reply, ["Yes", "On staging"]) == expected


def test_without_options_any_reply_that_says_something_answers() -> None:
    assert chosen(" Because.\n", []) == "Because."
    assert chosen(" \n", []) is None


@SIDES
async def test_a_tool_takes_a_number_of_options(
    tmp_path: Path, count: int, *, is_refused: bool
) -> None:
    room = Away("s", tmp_path, frozenset(), CLEANER)
    with pytest.raises(RoomError, match=TOO_MANY if is_refused else "not now"):
        await room.ask_people("Deploy?", ["x"] * count, 0)


@SIDES
async def test_a_resident_takes_a_number_of_options(count: int, *, is_refused: bool) -> None:
    room: Any = AwayOfResident()
    resident = Resident(
        room,
        CLEANER,
        share=frozenset(),
        speaking=Speaking(None, "owner"),
        new_id=lambda: "id",
        clock=lambda: 0.0,
    )
    asked = {"do": "ask", "question": "Deploy?", "options": ["x"] * count, "seconds": 1}
    answer = await resident.handle(asked)
    assert answer is not None
    assert (TOO_MANY if is_refused else "not now") in answer["error"]


@SIDES
def test_the_command_takes_a_number_of_options(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    count: int,
    *,
    is_refused: bool,
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["ask", "Deploy?", *(["--option", "x"] * count)]) == 2
    assert (TOO_MANY if is_refused else "no agent runs") in capsys.readouterr().err
