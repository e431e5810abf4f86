"""The check of updates: what a text needs is taken, all else refused as a whole."""

from collections.abc import Mapping

import pytest

from peerline.documents.errors import UpdateError
from peerline.documents.guard import MAX_CLOCK, MAX_DELETED_RUN, check_update
from tests.yjs_updates import (
    ANY,
    BINARY,
    COLLECTED,
    DELETED,
    DOC,
    EMBED,
    FORMAT,
    HAS_KEY,
    HAS_LEFT,
    JSON,
    SKIP,
    TYPE,
    deleted,
    insert,
    number,
    section,
    struct,
    text,
    update,
)

KNOWN = {1: 10, 2: 5}


def test_text_at_the_root_is_taken() -> None:
    checked = check_update(update([section(7, 0, insert("až🎉"))]), {})
    assert checked.clocks == {7: 4}
    assert checked.inserted == 4
    assert checked.is_new
    assert not checked.deletes


def test_text_between_others_and_deletions_are_taken() -> None:
    data = update(
        [section(1, 10, insert("x", left=(2, 4), right=(1, 3)), insert("y", left=(1, 10)))],
        [deleted(2, (0, 5)), deleted(1, (10, 2))],
    )
    checked = check_update(data, KNOWN)
    assert checked.clocks == {1: 12}
    assert checked.deletes


def test_deleted_and_collected_runs_are_taken_up_to_their_limit() -> None:
    for kind in (DELETED, COLLECTED):
        root = "text" if kind == DELETED else None
        run = struct(number(MAX_DELETED_RUN), kind, root=root)
        assert check_update(update([section(3, 0, run)]), {}).clocks == {3: MAX_DELETED_RUN}
        for length in (0, MAX_DELETED_RUN + 1):
            with pytest.raises(UpdateError, match="empty or too long"):
                check_update(update([section(3, 0, struct(number(length), kind, root=root))]), {})


def test_what_is_known_already_is_no_news() -> None:
    data = update([section(1, 4, insert("abc", left=(1, 3)))])
    assert not check_update(data, KNOWN).is_new
    overlapping = update([section(1, 8, insert("abc", left=(1, 7)))])
    assert check_update(overlapping, KNOWN).is_new


def test_structs_of_several_clients_may_need_each_other_in_any_order_that_ends() -> None:
    there = section(5, 0, insert("a", left=(6, 0)), insert("b", left=(6, 1)))
    back = section(6, 0, insert("x"), insert("y", left=(5, 0)))
    for sections in ([there, back], [back, there]):
        assert check_update(update(sections), {}).clocks == {5: 2, 6: 2}
    chain = [
        section(client, 0, insert("a", left=(client + 1, 0)) if client < 200 else insert("z"))
        for client in range(1, 201)
    ]
    assert len(check_update(update(chain), {}).clocks) == 200


def test_structs_that_wait_for_each_other_are_refused() -> None:
    first = section(5, 0, insert("a", left=(6, 0)))
    second = section(6, 0, insert("b", left=(5, 0)))
    refused(update([first, second]), "attached to a part that is missing")


def test_the_end_of_a_clients_structs_has_a_limit() -> None:
    last = {1: MAX_CLOCK - 1}
    end = section(1, MAX_CLOCK - 1, insert("a", left=(1, 0)))
    assert check_update(update([end]), last).clocks == {1: MAX_CLOCK}
    too_far = section(1, MAX_CLOCK - 1, insert("ab", left=(1, 0)))
    refused(update([too_far]), "clock", last)


def test_a_sender_writes_under_its_own_ids_only_and_deletes_anywhere() -> None:
    data = update([section(1, 10, insert("x", left=(1, 9)))], [deleted(2, (0, 1))])
    assert check_update(data, KNOWN, may_write={1}.__contains__).clocks == {1: 11}
    with pytest.raises(UpdateError, match="client id of another"):
        check_update(data, KNOWN, may_write={2}.__contains__)


@pytest.mark.parametrize("kind", [JSON, BINARY, EMBED, FORMAT, TYPE, ANY, DOC])
def test_content_that_is_no_text_is_refused(kind: int) -> None:
    # An Any of 60 KB in each other ends pycrdt's process: it is refused by its kind, unread.
    nested = number(1) + b"\x75\x01" * 30_000
    refused(update([section(1, 10, struct(nested, kind, left=(1, 9)))]), "something else than text")


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (update([section(1, 10, struct(number(1), SKIP, root=None))]), "something else"),
        (update([section(1, 10, struct(number(1), COLLECTED, left=(1, 9)))]), "something else"),
        (update([section(1, 10, struct(text("a"), flags=HAS_KEY))]), "key"),
        (update([section(1, 10, insert("a", root="other"))]), "something else than the document"),
        (update([section(1, 10, b"\x04\x00\x01\x00" + text("a"))]), "something else than the doc"),
        (update([section(1, 10, insert(""))]), "empty text"),
        (update([section(1, 10, insert(b"\xff"))]), "UTF-8"),
        (update([section(1, 11, insert("a"))]), "missing"),
        (update([section(9, 1, insert("a"))]), "missing"),
        (update([section(1, 10, insert("a", left=(1, 10)))]), "attached"),
        (update([section(1, 10, insert("a", left=(2, 5)))]), "attached"),
        (update([section(1, 10, insert("a", right=(9, 0)))]), "attached"),
        (update([section(1, 10)], [deleted(1, (0, 1))]), "is empty"),
        (update([section(1, 10, insert("a", left=(1, 3), right=(1, 3)))]), "both sides"),
        (update([section(1, 10, insert("a")), section(1, 11, insert("b"))]), "twice"),
        (update([], [deleted(1, (0, 11))]), "deletes a part that is missing"),
        (update([], [deleted(9, (0, 1))]), "deletes a part that is missing"),
        (update([], [deleted(1, (0, 0))]), "deletes a part that is missing"),
        (update([], [deleted(1, (0, 1)), deleted(1, (1, 1))]), "twice"),
        (update() + b"\x00", "left over"),
        (b"", "cut off"),
        (number(2**28) + b"\x00\x00", "announces more"),
        (number(1) + number(2**28) + b"\x01\x00\x04", "announces more"),
        (number(0) + number(2**28), "announces more"),
        (bytes([0x80] * 12), "too large"),
        (bytes([1, 1, 1, 10, 4 | HAS_LEFT]), "announces more|cut off"),
    ],
)
def test_unsound_updates_are_refused_with_the_reason(data: bytes, reason: str) -> None:
    refused(data, reason)


def test_an_update_cut_at_any_byte_is_refused() -> None:
    data = update([section(1, 10, insert("ž🎉", left=(2, 4), right=(1, 3)))], [deleted(2, (0, 5))])
    check_update(data, KNOWN)
    for end in range(len(data)):
        refused(data[:end], "cut off|announces more")


def test_a_known_part_may_not_end_within_a_character() -> None:
    refused(update([section(1, 9, insert("🎉", left=(1, 8)))]), "middle of a character")
    assert check_update(update([section(1, 9, insert("a🎉", left=(1, 8)))]), KNOWN).is_new


def refused(data: bytes, reason: str, known: Mapping[int, int] = KNOWN) -> None:
    with pytest.raises(UpdateError, match=reason):
        check_update(data, known)


def test_a_long_text_is_taken_and_much_beside_texts_is_not() -> None:
    typed = [insert("a")] + [insert("b", left=(7, at)) for at in range(99)]
    for structs in ([insert("x" * 10_000)], typed):
        data = update([section(7, 0, *structs)], [deleted(1, (0, 5), (6, 1))])
        beside = len(data) - (10_002 if len(structs) == 1 else 200)  # with their lengths
        check_update(data, KNOWN, most_beside_text=beside)
        with pytest.raises(UpdateError, match=f"more than {beside - 1} bytes beside the text"):
            check_update(data, KNOWN, most_beside_text=beside - 1)
