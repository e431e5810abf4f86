"""The texts of closed files, remembered by their hashes on the disk."""

from pathlib import Path

import pytest

from peerline_bridge.sharing.seen_texts import MAX_BYTES, MAX_DOCUMENTS, NAME, SeenTexts


def seen(tmp_path: Path) -> SeenTexts:
    return SeenTexts(lambda: tmp_path)


def test_the_texts_of_the_last_save_and_the_closing_are_remembered(tmp_path: Path) -> None:
    texts = seen(tmp_path)
    texts.closed("d1", "first")
    assert texts.has("d1", "first")
    texts.closed("d1", "second")
    assert texts.has("d1", "second")
    assert not texts.has("d1", "first")
    assert not texts.has("d2", "second")
    assert seen(tmp_path).has("d1", "second")
    path = tmp_path / NAME
    assert path.stat().st_mode & 0o777 == 0o600
    assert "second" not in path.read_text()


def test_the_documents_that_were_closed_last_are_remembered(tmp_path: Path) -> None:
    texts = seen(tmp_path)
    for number in range(MAX_DOCUMENTS):
        texts.closed(f"d{number}", "text")
    texts.closed("d0", "text")
    assert texts.has("d1", "text")
    texts.closed("one more", "text")
    assert texts.has("d0", "text")
    assert not texts.has("d1", "text")
    assert (tmp_path / NAME).stat().st_size < MAX_BYTES


@pytest.mark.parametrize(
    "content",
    [b"", b"\xff", b"[]", b'{"d1": 1, "d2": [1]}', b"[" * 100_000, b" " * (MAX_BYTES + 1)],
)
def test_a_file_that_makes_no_sense_counts_as_nothing(tmp_path: Path, content: bytes) -> None:
    (tmp_path / NAME).write_bytes(content)
    texts = seen(tmp_path)
    assert not texts.has("d1", "text")
    texts.closed("d1", "text")
    assert texts.has("d1", "text")


def test_where_nothing_can_be_written_nothing_is_remembered(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    texts = SeenTexts(lambda: tmp_path / "file")
    texts.closed("d1", "text")
    assert not texts.has("d1", "text")
