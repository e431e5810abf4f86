"""Tests of peerline.client.pending: exactly once, in order, or refused with its reason."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from peerline.client.errors import TooManyRequests
from peerline.client.pending import MAX_WAITING, PendingItem, PendingQueue, Refusal
from peerline.protocol.chat import SendChatMessage
from peerline.protocol.messages import encode_message
from peerline.protocol.presence import CursorData, CursorUpdate

NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
NO = Refusal("PERMISSION_DENIED", "a viewer cannot write in the chat")


def chat(number: int, content: str | None = None) -> SendChatMessage:
    return SendChatMessage(session_id="s", request_id=f"r{number}", content=content or f"m{number}")


def ids(queue: PendingQueue) -> list[str]:
    return [item.request_id for item in queue.items]


@pytest.mark.parametrize("extra", [0, 1])
def test_it_holds_so_many_and_not_one_more(extra: int) -> None:
    queue = PendingQueue()
    for number in range(MAX_WAITING - 1 + extra):
        queue.add(chat(number), NOW)
    if extra:
        with pytest.raises(TooManyRequests, match="no room"):
            queue.add(chat(MAX_WAITING), NOW)
    else:
        queue.add(chat(MAX_WAITING), NOW)
    assert len(queue.items) == MAX_WAITING


@pytest.mark.parametrize("extra", [0, 1])
def test_it_holds_so_many_bytes_and_not_one_more(extra: int) -> None:
    size = len(encode_message(chat(1))) + len(encode_message(chat(2)))
    queue = PendingQueue(limit_bytes=size - extra)
    queue.add(chat(1), NOW)
    if extra:
        with pytest.raises(TooManyRequests):
            queue.add(chat(2), NOW)
        queue.settle("r1")
    queue.add(chat(2), NOW)


def test_what_was_refused_is_kept_until_it_is_sent_again_or_discarded() -> None:
    queue = PendingQueue()
    queue.add(chat(1), NOW)
    queue.add(chat(2), NOW)
    queue.mark_sent("r1", "u")
    queue.refuse("r1", NO)
    head = queue.head()
    assert head is not None
    assert head.request_id == "r2"
    queue.resend("r1", chat(3, "better"), NOW)
    assert ids(queue) == ["r2", "r3"]
    assert queue.discard("r3") == PendingItem(chat(3, "better"), NOW)
    assert queue.discard("r3") is None


def test_what_waits_keeps_its_place_when_its_text_is_changed() -> None:
    queue = PendingQueue()
    for number in (1, 2, 3):
        queue.add(chat(number), NOW)
    queue.resend("r2", chat(2, "better"), NOW + timedelta(hours=1))
    assert ids(queue) == ["r1", "r2", "r3"]
    assert queue.get("r2") == PendingItem(chat(2, "better"), NOW)


def test_a_new_text_that_has_no_room_does_not_cost_the_old_one() -> None:
    queue = PendingQueue(limit_bytes=len(encode_message(chat(1))))
    queue.add(chat(1), NOW)
    with pytest.raises(TooManyRequests):
        queue.resend("r1", chat(1, "much longer than before"), NOW)
    assert ids(queue) == ["r1"]


def test_another_user_does_not_send_again_what_may_have_arrived() -> None:
    queue = PendingQueue()
    for number in (1, 2):
        queue.add(chat(number), NOW)
    queue.mark_sent("r1", "alice")
    queue.come_as("alice")
    assert [item.refusal for item in queue.items] == [None, None]
    queue.come_as("bob")
    assert [item.refusal and item.refusal.code for item in queue.items] == ["MAYBE_SENT", None]


def test_all_of_it_survives_being_written_down() -> None:
    queue = PendingQueue()
    for number in range(3):
        queue.add(chat(number), NOW)
    queue.mark_sent("r0", "alice")
    queue.refuse("r1", NO)
    again = PendingQueue()
    again.load(json.loads(json.dumps(queue.dump())))
    assert again.items == queue.items


@pytest.mark.parametrize(
    "entry",
    [
        *(5, {}, {"message": {}}, {"message": {"type": "chat_message"}, "since": "now"}),
        {"message": json.loads(encode_message(chat(1))), "since": "2026-01-01T00:00:00"},
        {"message": json.loads(encode_message(chat(1))), "since": NOW.isoformat(), "refusal": 5},
        {
            "message": json.loads(
                encode_message(
                    CursorUpdate(session_id="s", data=CursorData(file="a", line=1, column=1))
                )
            ),
            "since": NOW.isoformat(),
        },
    ],
)
def test_what_is_no_entry_is_said_and_the_others_are_kept(entry: object) -> None:
    good = PendingQueue()
    good.add(chat(1), NOW)
    queue = PendingQueue()
    with pytest.raises(ValueError, match="entry 1"):
        queue.load([*good.dump(), entry])
    assert ids(queue) == ["r1"]
    with pytest.raises(ValueError, match="list"):
        queue.load({})


class Weather(RuleBasedStateMachine):
    """A queue, and a server that is away, loses answers, refuses, and knows ids of each user."""

    @initialize()
    def begin(self) -> None:
        self.queue = PendingQueue(limit=20)
        self.user = "alice"
        self.typed: list[str] = []
        self.thrown_away: set[str] = set()
        self.effects: list[str] = []
        self.seen: set[tuple[str, str]] = set()
        self.number = 0

    def next_message(self) -> SendChatMessage:
        self.number += 1
        return chat(self.number)

    @rule()
    def type_something(self) -> None:
        message = self.next_message()
        try:
            self.queue.add(message, NOW)
        except TooManyRequests:
            return  # said at once: the editor still has it
        self.typed.append(message.content)

    @rule(fate=st.sampled_from(["acked", "answer lost", "request lost", "refused", "busy"]))
    def send_one(self, fate: str) -> None:
        head = self.queue.head()
        if head is None:
            return
        self.queue.mark_sent(head.request_id, self.user)
        if fate in {"acked", "answer lost"}:
            key = (self.user, head.request_id)
            if key not in self.seen:
                self.seen.add(key)
                self.effects.append(head.message.content)  # pyright: ignore[reportAttributeAccessIssue]
        if fate == "acked":
            self.queue.settle(head.request_id)
        elif fate == "refused" and (self.user, head.request_id) not in self.seen:
            self.queue.refuse(head.request_id, NO)

    @rule()
    def the_editor_ends_and_begins_again(self) -> None:
        again = PendingQueue(limit=20)
        again.load(json.loads(json.dumps(self.queue.dump())))
        self.queue = again

    @rule(user=st.sampled_from(["alice", "bob"]))
    def come_back(self, user: str) -> None:
        self.user = user
        self.queue.come_as(user)

    @rule(data=st.data())
    def throw_one_away(self, data: st.DataObject) -> None:
        if self.queue.items:
            item = data.draw(st.sampled_from(list(self.queue.items)))
            self.queue.discard(item.request_id)
            self.thrown_away.add(item.message.content)  # pyright: ignore[reportAttributeAccessIssue]

    @invariant()
    def nothing_is_lost_or_doubled(self) -> None:
        if not hasattr(self, "queue"):
            return
        kept = {item.message.content for item in self.queue.items}  # pyright: ignore[reportAttributeAccessIssue]
        assert len(self.effects) == len(set(self.effects))
        assert set(self.typed) == set(self.effects) | kept | self.thrown_away
        assert self.effects == [text for text in self.typed if text in self.effects]
        for item in self.queue.items:
            if item.refusal == NO:
                assert item.message.content not in self.effects  # pyright: ignore[reportAttributeAccessIssue]


TestWeather = Weather.TestCase
