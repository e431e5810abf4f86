"""Tests of peerline_server.admin.markdown: a transcript that a person reads."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from peerline.protocol.chat import ChatMessage, Reaction
from peerline.protocol.comments import Comment, CommentReply
from peerline.protocol.roles import Role
from peerline.protocol.session import SessionInfo
from peerline_server.admin.markdown import GROUP_GAP, to_markdown
from peerline_server.admin.markdown_text import block, heading
from peerline_server.core.records import StoredParticipant, StoredSession

NOON = datetime(2026, 1, 31, 12, tzinfo=UTC)
ZONE = timezone(timedelta(hours=5, minutes=30))
LIKED = [Reaction(emoji="👍", user_ids=["u2"])]
NAMES = {"u1": "Ann", "u2": "Bob"}


def message(number: int, user: str, text: str, after: timedelta, **more: object) -> ChatMessage:
    return ChatMessage(
        id=f"m{number}",
        user_id=user,
        username=NAMES[user],
        content=text,
        timestamp=NOON + after,
        seq=number,
        **more,  # pyright: ignore[reportArgumentType] - fields of the model
    )


def transcript(messages: list[ChatMessage], comments: list[Comment] | None = None) -> str:
    people = [
        StoredParticipant(user, name, None, Role.EDITOR, NOON, is_active=False)
        for user, name in NAMES.items()
    ]
    info = SessionInfo(id="s", title="Pairing", created_at=NOON, health_score=97.0)
    return to_markdown(StoredSession(info, "e", 1, people, comments or [], messages), zone=ZONE)


def test_it_reads_like_a_transcript() -> None:
    minute = timedelta(minutes=1)
    text = transcript(
        [
            message(1, "u1", "Hi\nthere", 0 * minute),
            message(2, "u1", "again", minute),
            message(3, "u2", "yes", 2 * minute, parent_id="m1"),
            message(4, "u2", "```py\nx = 1\n```", 3 * minute, edited_at=NOON),
            message(5, "u1", "", 10 * minute, deleted_at=NOON),
            message(6, "u1", "late", timedelta(hours=7), reactions=LIKED),
        ]
    )
    assert (
        text.split("## Chat\n\n")[1]
        == """### 2026-01-31 (UTC+05:30)

**Ann** 17:30

Hi\x20\x20
there

again

**Bob** 17:32

> Ann: Hi

yes

```py
x = 1
```

*(edited)*

**Ann** 17:40

*(deleted)*

### 2026-02-01 (UTC+05:30)

**Ann** 00:30

late

Reactions: 👍 Bob
"""
    )
    assert "- Started: 2026-01-31 17:30 (UTC+05:30)" in text
    assert "- Health score: 97.0\n" in text
    assert "- Ann (editor)" in text


@pytest.mark.parametrize(("gap", "heads"), [(GROUP_GAP, 1), (GROUP_GAP * 1.01, 2)])
def test_messages_are_grouped_within_the_gap(gap: timedelta, heads: int) -> None:
    text = transcript([message(1, "u1", "a", timedelta()), message(2, "u1", "b", gap)])
    assert text.count("**Ann**") == heads


def test_comments_name_people_and_lines() -> None:
    thread = Comment(
        id="c1",
        user_id="u1",
        username="Ann",
        content="Why?",
        timestamp=NOON,
        file="src/a_b.py",
        line=3,
        end_line=4,
        code_snippet="x = '```'\ny",
        resolved=True,
        resolved_by="u2",
        resolved_at=NOON,
        replies=[
            CommentReply(id="r1", user_id="u2", username="Bob", content="Because.", timestamp=NOON)
        ],
    )
    assert (
        transcript([], [thread]).split("## Comments\n\n")[1]
        == """### src/a_b.py

#### Lines 3 to 4 (resolved by Bob, 2026-01-31 17:30 (UTC+05:30))

````
x = '```'
y
````

**Ann** 2026-01-31 17:30 (UTC+05:30)

Why?

**Bob** 2026-01-31 17:30 (UTC+05:30)

Because.
"""
    )


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("97.0 and snake_case, list[0], a * b", r"97.0 and snake_case, list[0], a \* b"),
        ("use `a_*b*` *now*", r"use `a_*b*` \*now\*"),
        ("1. one", r"1\. one"),
        ("# head", r"\# head"),
        ("> quote", r"\> quote"),
        ("- item", r"\- item"),
        ("a\n===", "a  \n\\==="),
        ("|a|b|\n|-|-|", "\\|a|b|  \n\\|-|-|"),
        ("<b> &lt; &", r"\<b> \&lt; &"),
        ("[x](http://a.b)", r"[x\](`http://a.b`)"),
        ("[x]: y", r"[x\]: y"),
        ("see www.a.b, ann@a.bc.", "see `www.a.b`, `ann@a.bc`."),
        ("        deep", "   deep"),
        ("~~gone~~", r"\~~gone\~~"),
        ("```\nopen <b>", "```\nopen <b>\n```"),
        ("~~~js {x}\n```\n~~~", "````js\n```\n````"),
        ("a\n\n\nb", "a\n\nb"),
        ("`` a`b ``", "`` a`b ``"),
        ("lone ` mark", r"lone \` mark"),
    ],
)
def test_text_is_shown_as_it_was_written_and_nothing_acts(text: str, shown: str) -> None:
    assert block(text) == shown


def test_a_title_is_one_line() -> None:
    assert heading("a\n# b *c*") == r"a # b \*c\*"


def test_an_address_beside_code_does_not_open_the_code() -> None:
    shown = block("``x``a@b.co `<img src=http://e/>[k](http://e/)`")
    assert "``x``&#8203;`a@b.co`" in shown
    assert "``x```" not in shown
    assert "`a@b.co`&#8203;`x`" in block("a@b.co`x`")
