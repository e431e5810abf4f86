"""Tests of peerline.agent.mcp.inbox."""

from collections.abc import Sequence
from typing import Any

from peerline.agent.mcp.inbox import Inbox
from peerline.agent.mcp.limits import MAX_DELIVERED, MAX_UNREAD
from peerline.client import Change
from tests.unit.peerline.watch.conftest import Room, item


class Box:
    """A session of ann, bob and the agent claude, and its inbox."""

    def __init__(self, *files: str) -> None:
        self.room = Room(me="claude")
        for name in ("ann", "bob", "claude"):
            self.room.person(name)
        self.inbox = Inbox(self.room.replica, lambda file: file in files)

    def hear(self, changes: Sequence[Change]) -> bool:
        return self.inbox.apply(changes)

    def reply(self, thread: str, name: str, content: str, **fields: Any) -> list[Change]:
        self.room.seq += 1
        reply = item(f"r{self.room.seq}", name, content, **fields)
        return self.room.hear(
            type="comment_reply", seq=self.room.seq, comment_id=thread, reply=reply
        )

    def read(self) -> list[tuple[str, str]]:
        return [(letter.why, letter.item.content) for letter in self.inbox.take()]


def test_mentions_and_replies_are_for_the_agent_and_other_messages_are_not() -> None:
    box = Box()
    box.hear(box.room.connect())
    box.hear(box.room.say("claude", "I begin"))
    (mine,) = box.room.replica.messages
    assert box.hear(box.room.say("ann", "hm")) is False
    assert box.hear(box.room.say("ann", "@claude why?", mentions=["claude"])) is True
    box.hear(box.room.say("bob", "good", parent_id=mine.id))
    box.hear(box.room.say("claude", "@claude", mentions=["claude"]))
    assert box.read() == [("mention", "@claude why?"), ("reply", "good")]
    assert box.inbox.unread == 0


def test_comments_of_threads_that_the_agent_takes_part_in_or_of_its_files() -> None:
    box = Box("mine.py")
    box.hear(box.room.connect())
    box.hear(box.room.comment("ann", "one", file="other.py"))
    box.hear(box.room.comment("ann", "two", file="mine.py"))
    box.hear(box.room.comment("claude", "three", file="other.py"))
    threads = {thread.content: thread.id for thread in box.room.replica.threads.values()}
    box.hear(box.reply(threads["three"], "bob", "answer"))
    box.hear(box.reply(threads["one"], "bob", "no matter"))
    box.hear(box.reply(threads["one"], "bob", "@claude", mentions=["claude"]))
    assert box.read() == [
        ("comment_in_your_file", "two"),
        ("reply", "answer"),
        ("mention", "@claude"),
    ]


def test_a_message_is_delivered_once() -> None:
    box = Box()
    box.hear(box.room.connect())
    box.hear(box.room.say("ann", "@claude", mentions=["claude"]))
    box.room.messages = [
        {**item(message.id, "ann", message.content, mentions=["claude"]), "seq": message.seq}
        for message in box.room.replica.messages
    ]
    box.hear(box.room.connect())
    assert box.read() == [("mention", "@claude")]
    assert box.read() == []


def test_what_came_while_away_is_delivered_and_what_was_there_before_is_not() -> None:
    box = Box()
    box.room.messages = [item("m0", "ann", "old", mentions=["claude"])]
    box.room.comments = [
        {**item("c0", "ann", "old", mentions=["claude"]), "file": "a.py", "line": 1}
    ]
    assert box.hear(box.room.connect()) is False
    box.room.messages.append(item("m9", "bob", "new", mentions=["claude"]))
    box.room.comments.append(
        {**item("c9", "bob", "newer", mentions=["claude"]), "file": "a.py", "line": 1}
    )
    box.hear(box.room.connect())
    assert box.read() == [("mention", "new"), ("mention", "newer")]


def test_of_too_many_the_oldest_are_left_out_and_that_is_counted() -> None:
    box = Box()
    box.hear(box.room.connect())
    for number in range(MAX_UNREAD + 1):
        box.hear(box.room.say("ann", f"{number}", mentions=["claude"]))
    assert (box.inbox.unread, box.inbox.left_out) == (MAX_UNREAD, 1)
    first = box.read()
    assert len(first) == MAX_DELIVERED
    assert first[0] == ("mention", "1")


def test_only_an_answer_of_one_who_may_answer_is_taken() -> None:
    box = Box()
    box.hear(box.room.connect())
    box.hear(box.room.say("claude", "Deploy?"))
    (question,) = box.room.replica.messages
    box.hear(box.room.say("bob", "yes", parent_id=question.id))
    assert box.inbox.take_answer(question.id, lambda user: user == "ann") is None
    box.hear(box.room.say("ann", "no", parent_id=question.id))
    letter = box.inbox.take_answer(question.id, lambda user: user == "ann")
    assert letter is not None
    assert letter.item.content == "no"
    assert box.read() == [("reply", "yes")]
