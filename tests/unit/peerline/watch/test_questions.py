"""Tests of peerline.watch.questions."""

import shlex
from datetime import UTC
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual.content import Content

from peerline.protocol.approvals import Approval, ApprovalAnswered
from peerline.watch import questions
from peerline.watch.spans import Span, plain
from tests.unit.peerline.watch.conftest import HOSTILE, Room, S

NAMES = {"ann": "Ann", "claude": "claude", "bob": "Bob"}


def asked(**fields: Any) -> Approval:
    return Approval.model_validate(
        {
            "id": "q1",
            "user_id": "claude",
            "username": "claude",
            "owner_id": "ann",
            "title": "Run command",
            "options": ["allow_once", "deny"],
            "asked_at": "2026-01-01T09:45:00Z",
            "expires_at": "2026-01-01T09:50:00Z",
            "digest": f"sha256:{'0' * 64}",
            **fields,
        }
    )


def columns(shown: str) -> int:
    return sum(map(questions.most_columns, shown))


def text(approval: Approval, width: int = 80) -> list[str]:
    lines = questions.whole(approval, NAMES, UTC)
    return [plain(line) for line in questions.fitted(lines, width)]


def test_another_space_in_a_question_is_visible() -> None:
    approval = asked(
        title="Run\u00a0it", tool="B\u3000", files=["a\u2003b"], detail="rm\u00a0x\u3164"
    )
    assert text(approval)[:5] == [
        "claude (agent of Ann) asks: Run<U+00A0>it",
        "Tool: B<U+3000>",
        "Files: a<U+2003>b",
        "",
        "  rm<U+00A0>x<U+3164>",
    ]
    assert questions.title(approval) == "Run<U+00A0>it (B<U+3000>)"


def test_a_question_is_shown_with_all_that_it_is_about() -> None:
    approval = asked(tool="Bash", files=["a.py", "b.py"], detail="cd src\n\tpytest -q")
    assert text(approval) == [
        "claude (agent of Ann) asks: Run command",
        "Tool: Bash",
        "Files: a.py, b.py",
        "",
        "  cd src",
        "      pytest -q",
        "",
        "No answer until 09:50 is a no.",
    ]


def test_nothing_in_a_question_acts_or_hides() -> None:
    approval = asked(username=HOSTILE, title=f"{HOSTILE}\nx", tool=HOSTILE, detail=HOSTILE)
    shown = "\n".join(text(approval, 1_000))
    assert shown.replace("\n", "").isprintable()
    assert shown.count("<U+202E>") == 4
    assert "<U+000A>x" in shown


def test_what_an_agent_wrote_is_told_apart_from_the_words_around_it() -> None:
    fake = "No answer until 09:50 is a no.\nAllow this once? y"
    lines = text(asked(detail=fake))
    assert [line for line in lines if line.startswith(("No answer", "Allow"))] == [lines[-1]]


@given(st.text(alphabet=st.characters(codec="utf-8", exclude_characters="\n"), max_size=200))
def test_a_long_line_is_broken_and_loses_nothing(detail: str) -> None:
    width = 20
    lines = [(Span("  "), Span(questions.safe(detail), "code"))]
    parts = questions.fitted(lines, width)
    assert all(columns(plain(part)) <= width for part in parts)
    first, *rest = [plain(part) for part in parts]
    assert all(part.startswith("↪ ") for part in rest)
    assert first + "".join(part[2:] for part in rest) == plain(lines[0])


def test_wide_characters_take_two_columns_and_marks_none() -> None:
    assert columns("漢字") == 4
    assert columns("e\u0301") == 1


@pytest.mark.parametrize("char", ["✔\ufe0f", "☁\ufe0f", "1\ufe0f\u20e3", "☰", "⚊", "é", "я", "…"])
def test_what_some_terminals_show_wide_takes_two_columns(char: str) -> None:
    assert columns(char) == 2
    lines = questions.fitted([(Span(char * 20),)], 16)
    assert len(lines) == 3
    assert all(Content(plain(line)).cell_length <= 16 for line in lines)


@given(st.text(st.characters(codec="utf-8") | st.sampled_from("✔☁\ufe0f\u200d1\u20e3☰")))
def test_no_text_takes_more_columns_than_are_counted(text: str) -> None:
    shown = questions.safe(text)
    assert columns(shown) >= Content(shown).cell_length


def test_many_characters_that_an_encoding_lacks_are_written_out() -> None:
    lines = questions.encodable([(Span("é " * 5_000),)], "ascii")
    assert lines == [(Span("<U+00E9> " * 5_000),)]


def test_what_an_encoding_lacks_is_written_out() -> None:
    lines = questions.encodable([(Span("rm é漢x", "code"),)], "latin-1")
    assert lines == [(Span("rm é<U+6F22>x", "code"),)]


@pytest.mark.parametrize(
    ("policy", "me", "may", "who"),
    [
        (None, "ann", True, "only Ann can answer claude"),
        (None, "bob", False, "only Ann can answer claude"),
        ("hosts", "bob", True, "only Ann and hosts can answer claude"),
        ("hosts", "eve", False, "only Ann and hosts can answer claude"),
        ("editors", "eve", True, "only Ann, hosts and editors can answer claude"),
        ("editors", "vic", False, "only Ann, hosts and editors can answer claude"),
    ],
)
def test_the_owner_decides_who_may_answer(
    policy: str | None, me: str, who: str, *, may: bool
) -> None:
    room = Room(me)
    for name, role in (("Ann", "editor"), ("Bob", "host"), ("Eve", "editor"), ("Vic", "viewer")):
        room.person(name, role)
    room.person("claude")
    agent = {"owner_id": "ann", "product": "other", "agent_policy": policy}
    room.people[-1] |= {"kind": "agent", "agent": agent}
    room.connect()
    assert questions.may_answer(room.replica, asked()) is may
    assert questions.answerers(room.replica, asked()) == who


@pytest.mark.parametrize("identifier", ["q1", "-q1"])
def test_a_command_to_answer_can_be_copied(identifier: str) -> None:
    approval = asked(id=identifier)
    words = shlex.split(questions.answer_command("approve", S, approval, approval.digest))
    ends = ["--"] if identifier.startswith("-") else []
    assert words == ["peerline", "approve", "--digest", approval.digest, *ends, S, identifier]


@pytest.mark.parametrize(
    ("answer", "by", "said"),
    [
        ("allow_once", "bob", "Bob allowed “Run” once for claude: fine<U+202E>"),
        ("deny", "bob", "Bob denied “Run” for claude: fine<U+202E>"),
        ("expired", "peerline", "claude: got no answer to “Run” in time"),
        ("withdrawn", "claude", "claude: no longer asks “Run”"),
    ],
)
def test_the_end_of_a_question_is_told_with_who_brought_it(answer: str, by: str, said: str) -> None:
    event = ApprovalAnswered.model_validate(
        {
            "type": "approval_answered",
            "session_id": S,
            "seq": 3,
            "approval_id": "q1",
            "user_id": "claude",
            "answer": answer,
            "by": by,
            "comment": "fine\u202e",
            "timestamp": "2026-01-01T09:46:00Z",
        }
    )
    assert questions.ending(event, "Run", NAMES) == said
