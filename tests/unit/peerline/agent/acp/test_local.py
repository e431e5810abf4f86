"""Tests of peerline.agent.acp.local: reports go to the resident and come out as they were."""

import json
from typing import get_args

import pytest

from peerline.agent.acp.local import lines_of, parse, render
from peerline.agent.acp.values import MAX_ITEMS
from peerline.agent.reports import (
    AnswerStreamed,
    CursorReported,
    FileReported,
    FlushReported,
    NoteReported,
    Place,
    PlanEntry,
    PlanEntryReported,
    PlanReported,
    ProductReported,
    Report,
    StateReported,
    ToolEnded,
    ToolStarted,
    TouchedFile,
    TurnEnded,
    TurnStarted,
    UsageReported,
)

ONE_OF_EACH: list[Report] = [
    ProductReported("claude-agent-acp", "big", "1"),
    StateReported("waiting_approval", "Edit a.py"),
    TurnStarted("go \u202e \U0001f600", "t1"),
    TurnEnded("done", "end_turn", "t1"),
    AnswerStreamed("d", is_thought=True),
    ToolStarted("c1", "Edit", "edit", "/a.py", '{"a": 1}', Place("/a.py", 3)),
    ToolEnded("c1", "denied", files=(TouchedFile("/a.py", "modified", 1, 2, "@@"),)),
    PlanReported((PlanEntry("one", "completed"),)),
    PlanEntryReported("p", "one", "pending", is_removed=True),
    UsageReported(1, 2, cost=0.5, currency="USD"),
    NoteReported("hm"),
    FileReported(TouchedFile("/b.py", "renamed", old_file="/a.py")),
    CursorReported(Place("/a.py")),
    FlushReported(),
]


def decoded(lines: list[bytes]) -> list[Report]:
    found: list[Report] = []
    for line in lines:
        message = json.loads(line)
        assert (message["do"], message["product"]) == ("hook", "acp")
        found += parse(message["event"])
    return found


def test_every_report_comes_out_as_it_was() -> None:
    assert {type(report) for report in ONE_OF_EACH} == set(get_args(Report))
    (line,) = lines_of(ONE_OF_EACH, 1_000_000)
    assert decoded([line]) == ONE_OF_EACH
    assert b"\n" not in line


def test_lines_are_shorter_than_the_socket_takes() -> None:
    reports: list[Report] = [NoteReported("x" * 300) for _ in range(50)]
    lines = list(lines_of(reports, 1_000))
    assert max(map(len, lines)) < 1_000
    assert decoded(lines) == reports


def test_a_line_has_as_many_reports_as_are_read() -> None:
    reports: list[Report] = [FlushReported()] * (MAX_ITEMS + 1)
    lines = list(lines_of(reports, 1_000_000))
    assert len(lines) == 2
    assert decoded(lines) == reports


def test_of_a_call_that_is_too_long_the_output_and_the_diffs_are_left_out() -> None:
    file = TouchedFile("/a.py", lines_added=1, diff="+" * 900)
    long = ToolEnded("c1", name="Edit", output="x" * 900, files=(file,))
    (found,) = decoded(list(lines_of([long], 1_000)))
    assert found == ToolEnded("c1", name="Edit", files=(TouchedFile("/a.py", lines_added=1),))


def test_what_is_still_too_long_is_left_out_and_the_next_one_is_not() -> None:
    reports: list[Report] = [NoteReported("x" * 1_000), FlushReported()]
    assert decoded(list(lines_of(reports, 1_000))) == [FlushReported()]


@pytest.mark.parametrize(
    "entry",
    [
        None,
        {},
        {"report": "Nothing", "data": {}},
        {"report": ["StateReported"], "data": {}},
        {"report": "StateReported", "data": {"state": "asleep"}},
        {"report": "StateReported", "data": None},
        {"report": "ToolEnded", "data": {"id": 7}},
    ],
)
def test_what_makes_no_sense_is_left_out(entry: object) -> None:
    good = {"report": "NoteReported", "data": {"text": "hm"}}
    assert parse({"reports": [entry, good]}) == [NoteReported("hm")]
    assert parse({"reports": entry}) == []


def test_nothing_is_answered() -> None:
    assert render("", object()) is None
