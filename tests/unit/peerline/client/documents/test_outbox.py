"""Own updates on their way: batches, acknowledgements, sending again."""

import pytest

from peerline.client.documents.kept import encode_kept
from peerline.client.documents.local_text import LocalText
from peerline.client.documents.outbox import Outbox
from peerline.client.errors import EditRefused
from peerline.documents.shared_text import NOTHING, SharedText
from peerline.protocol.client_defaults import (
    BATCH_SECONDS,
    MAX_BATCHED,
    MAX_IN_FLIGHT,
    MAX_UNCONFIRMED_BYTES,
)


class Writer:
    def __init__(self, *, limit: int = 1000) -> None:
        self.text = SharedText(7)
        self.outbox = Outbox(limit=limit)

    def write(self, now: float, text: str = "x") -> None:
        self.outbox.add(self.text.edit((len(self.text.text), text)), now)


def test_the_first_edit_after_silence_is_due_at_once_and_the_next_ones_together() -> None:
    writer = Writer()
    writer.write(10)
    assert writer.outbox.due == 10
    assert len(writer.outbox.flush(10)) == 1
    assert writer.outbox.due is None
    for now in (10.001, 10.005, 10.01):
        writer.write(now)
    assert writer.outbox.due == 10 + BATCH_SECONDS
    assert len(writer.outbox) == 2
    (merged,) = writer.outbox.flush(10 + BATCH_SECONDS)
    reader = SharedText(8)
    for update in writer.outbox.updates:
        reader.apply(update)
    assert reader.text == "xxxx"
    assert merged == writer.outbox.updates[1]
    writer.write(11)
    assert writer.outbox.due == 11


def test_acknowledged_updates_are_gone() -> None:
    writer = Writer()
    for now in range(4):
        writer.write(now)
        writer.outbox.flush(now)
    assert writer.outbox.acknowledge(1)
    assert len(writer.outbox) == 3
    assert not writer.outbox.acknowledge(1)
    assert writer.outbox.acknowledge(4)
    assert len(writer.outbox) == 0
    assert not writer.outbox.acknowledge(9)


def test_what_was_not_sent_is_not_acknowledged() -> None:
    writer = Writer()
    writer.write(0)
    assert not writer.outbox.acknowledge(1)
    writer.outbox.flush(0)
    writer.write(1)
    assert writer.outbox.acknowledge(5)
    assert len(writer.outbox) == 1


def test_what_was_not_confirmed_is_sent_again_in_order_on_a_new_channel() -> None:
    writer = Writer()
    for now in range(3):
        writer.write(now)
        writer.outbox.flush(now)
    writer.outbox.acknowledge(1)
    writer.outbox.lose()
    writer.write(5)
    assert not writer.outbox.acknowledge(3)
    assert writer.outbox.flush(5) == []
    again = writer.outbox.resend(6)
    assert len(again) == 3
    assert writer.outbox.updates == again
    assert writer.outbox.acknowledge(2)
    assert len(writer.outbox) == 1
    reader = SharedText(8)
    reader.apply(writer.text.encode())
    assert reader.text == "xxxx"


def test_a_large_update_is_sent_in_parts_which_are_acknowledged_one_by_one() -> None:
    writer = Writer(limit=400)
    writer.write(0, "x" * 1000)
    parts = writer.outbox.flush(0)
    assert len(parts) == 4
    assert all(len(part) <= 400 for part in parts)
    writer.outbox.acknowledge(3)
    assert writer.outbox.updates == parts[3:]


def test_no_more_than_a_number_of_updates_is_on_its_way() -> None:
    writer = Writer()
    for now in range(MAX_IN_FLIGHT):
        writer.write(now)
        assert writer.outbox.due == now
        assert len(writer.outbox.flush(now)) == 1
    for now in range(100, 103):
        writer.write(now)
        assert writer.outbox.due is None
        assert writer.outbox.flush(now) == []
    assert len(writer.outbox) == MAX_IN_FLIGHT + 1
    assert writer.outbox.acknowledge(1)
    assert writer.outbox.due == 100
    assert len(writer.outbox.flush(200)) == 1
    reader = SharedText(8)
    reader.apply(writer.text.encode())
    assert reader.text == "x" * (MAX_IN_FLIGHT + 3)


def test_the_last_updates_wait_for_no_answer() -> None:
    writer = Writer()
    for now in range(MAX_IN_FLIGHT + 1):
        writer.write(now)
        writer.outbox.flush(now)
    assert len(writer.outbox.flush(100, is_last=True)) == 1
    assert writer.outbox.flush(100, is_last=True) == []


def test_edits_that_wait_are_a_bounded_number_of_updates_and_none_is_lost() -> None:
    writer = Writer(limit=100_000)
    for count in range(1, MAX_BATCHED + 1):
        writer.write(0)
        assert len(writer.outbox.updates) == count
    for count in range(2, MAX_BATCHED + 1):
        writer.write(0)
        assert len(writer.outbox.updates) == count
    writer.write(0)
    assert len(writer.outbox.updates) == 2
    reader = SharedText(8)
    for update in writer.outbox.updates:
        reader.apply(update)
    assert reader.text == writer.text.text == "x" * (2 * MAX_BATCHED)
    assert len(writer.outbox.flush(0)) == 1


@pytest.mark.parametrize("length", [1, 5])
def test_an_edit_without_effect_is_not_sent(length: int) -> None:
    outbox = Outbox()
    for _ in range(length):
        outbox.add(NOTHING, 0)
    assert outbox.due is None
    assert outbox.flush(0) == []
    assert not len(outbox)


def full() -> LocalText:
    """A text with as many bytes of edits as may wait, but for a part of a MiB."""
    local = LocalText("g", 7, SharedText.seeded(""))
    for _ in range(MAX_UNCONFIRMED_BYTES // 1_000_000):
        local.edit(("x" * 1_000_000,), 0)
        local.edit((-1_000_000,), 0)
    return local


def test_edits_wait_for_the_server_up_to_a_number_of_bytes() -> None:
    local = full()
    room = MAX_UNCONFIRMED_BYTES - local.outbox.size
    with pytest.raises(EditRefused, match="more than 8 MiB of edits would wait"):
        local.edit(("y" * (room + 1),), 0)
    with pytest.raises(EditRefused):
        local.edit(("é" * (room // 2 + 1),), 0)
    assert local.text == ""
    local.edit(("y" * room,), 0)
    text = local.text
    for change in (lambda: local.edit((-1,), 0), lambda: local.undo(0), lambda: local.redo(0)):
        with pytest.raises(EditRefused):
            change()
    assert local.text == text
    for count, _ in enumerate(local.outbox.flush(1), 1):
        local.outbox.acknowledge(count)
    local.edit((-1,), 2)
    assert local.text == text[1:]


def test_as_many_edits_as_may_wait_are_kept() -> None:
    local = full()
    kept = local.kept("d")
    assert len(encode_kept(kept)) < 3 * MAX_UNCONFIRMED_BYTES
    assert LocalText.restored(kept).outbox.size == local.outbox.size
