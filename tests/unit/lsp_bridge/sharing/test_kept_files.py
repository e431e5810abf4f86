"""The files of shared documents that outlive a bridge: private, one for each editor."""

from pathlib import Path

import pytest

from peerline.protocol.client_defaults import MAX_UNCONFIRMED_BYTES
from peerline.protocol.limits import MAX_DOCUMENT_BYTES
from peerline_bridge.sharing import kept_files
from peerline_bridge.sharing.kept_files import MAX_SLOTS, KeptFile, KeptState

NAMES = ("server", "session", "person", "document")


def test_what_a_killed_bridge_left_is_found_by_the_next(tmp_path: Path) -> None:
    first = KeptFile(tmp_path, *NAMES)
    assert first.state == KeptState()
    state = KeptState(b"\x00edits", "77", "text\n")
    first.write(state)
    (path,) = tmp_path.glob("*.json")
    assert path.stat().st_mode & 0o777 == 0o600
    first.close()
    second = KeptFile(tmp_path, *NAMES)
    assert second.state == state
    second.write(KeptState())
    assert not list(tmp_path.glob("*.json"))
    second.close()


def test_each_editor_has_a_file_of_its_own(tmp_path: Path) -> None:
    first, second = KeptFile(tmp_path, *NAMES), KeptFile(tmp_path, *NAMES)
    first.write(KeptState(text="one"))
    second.write(KeptState(text="two"))
    second.close()
    third = KeptFile(tmp_path, *NAMES)
    assert third.state.text == "two", "one with something in it comes first"
    first.close()
    third.close()


def test_there_are_no_more_than_a_number_of_them(tmp_path: Path) -> None:
    files = [KeptFile(tmp_path, *NAMES) for _ in range(MAX_SLOTS)]
    with pytest.raises(OSError, match="use it already"):
        KeptFile(tmp_path, *NAMES)
    for file in files:
        file.close()


@pytest.mark.parametrize("content", ["", "[]", '{"version": 9}', '{"version": 1, "text": 3}', "{"])
def test_a_file_that_makes_no_sense_is_put_aside(tmp_path: Path, content: str) -> None:
    first = KeptFile(tmp_path, *NAMES)
    first.write(KeptState(text="one"))
    (path,) = tmp_path.glob("*.json")
    first.close()
    path.write_text(content)
    again = KeptFile(tmp_path, *NAMES)
    assert again.state == KeptState()
    assert path.with_suffix(".broken").read_text() == content
    again.close()


def test_a_file_with_as_many_edits_as_may_wait_is_read(tmp_path: Path) -> None:
    # They are in it twice, and the text in its longest form.
    updates = bytes(2 * MAX_UNCONFIRMED_BYTES + 3 * MAX_DOCUMENT_BYTES)
    state = KeptState(updates, "one", "\x01" * MAX_DOCUMENT_BYTES)
    file = KeptFile(tmp_path, "server", "s", "u", "d")
    file.write(state)
    file.close()
    again = KeptFile(tmp_path, "server", "s", "u", "d")
    assert again.state == state
    again.close()


@pytest.mark.parametrize("extra", [0, 1])
def test_a_file_that_is_too_long_is_put_aside(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, extra: int
) -> None:
    file = KeptFile(tmp_path, "server", "s", "u", "d")
    file.write(KeptState(b"updates", "one", "text"))
    file.close()
    (path,) = tmp_path.glob("*.json")
    monkeypatch.setattr(kept_files, "MAX_KEPT_BYTES", path.stat().st_size - extra)
    again = KeptFile(tmp_path, "server", "s", "u", "d")
    assert (again.state == KeptState()) is bool(extra)
    assert len(list(tmp_path.glob("*.broken"))) == extra
    again.close()
