"""Large updates in parts."""

import pytest

from peerline.documents.guard import check_update
from peerline.documents.shared_text import SharedText
from peerline.documents.splitting import split_update

LIMIT = 512


def opened(text: str = "", client_id: int = 7) -> SharedText:
    shared = SharedText(client_id)
    shared.apply(SharedText.seeded(text))
    return shared


def taken_in_parts(update: bytes, reader: SharedText) -> int:
    parts = split_update(update, LIMIT)
    for part in parts:
        assert len(part) <= LIMIT
        checked = check_update(part, reader.clocks)
        reader.apply(part, checked.clocks)
    return len(parts)


@pytest.mark.parametrize("text", ["x" * 5000, "é🎉漢z" * 900, "🎉" * 1500])
@pytest.mark.parametrize("place", [0, 2, 4])
def test_a_long_insertion_is_cut_between_characters(text: str, place: int) -> None:
    writer, reader = opened("base"), SharedText(8)
    reader.apply(writer.encode())
    update = writer.edit((place, text))
    assert taken_in_parts(update, reader) > len(text.encode()) // LIMIT
    assert reader.text == writer.text
    assert reader.clocks == writer.clocks
    assert reader.encode(writer.state) == writer.encode(writer.state)


def test_what_is_written_after_the_parts_stands_where_it_does_after_the_whole() -> None:
    writer, parts, whole = opened("ab"), SharedText(8), SharedText(9)
    for reader in (parts, whole):
        reader.apply(writer.encode())
    update = writer.edit((1, "x" * 2000))
    at_the_same_place = parts.edit((1, "y"))
    taken_in_parts(update, parts)
    whole.apply(update)
    whole.apply(at_the_same_place)
    writer.apply(at_the_same_place)
    assert parts.text == whole.text == writer.text


def test_many_deletions_and_insertions_come_in_parts() -> None:
    writer, reader = opened("".join(chr(0x4E00 + i) for i in range(3000))), SharedText(8)
    reader.apply(writer.encode())
    delta = tuple(step for _ in range(600) for step in (2, "é", -1))
    assert taken_in_parts(writer.edit(delta), reader) > 3
    assert reader.text == writer.text


def test_undo_of_a_large_deletion_comes_in_parts() -> None:
    writer, reader = opened("é" * 4000), SharedText(8)
    reader.apply(writer.encode())
    reader.apply(writer.edit((-4000,)))
    undone = writer.undo()
    assert undone is not None
    assert taken_in_parts(undone[1], reader) > 10
    assert reader.text == writer.text == "é" * 4000


def test_what_fits_stays_as_it_is() -> None:
    update = opened().edit(("x" * 100,))
    assert split_update(update, len(update)) == [update]
    assert len(split_update(update + b"", 256)) == 1
