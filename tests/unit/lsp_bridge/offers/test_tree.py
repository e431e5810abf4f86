"""Pages of the tree of what is offered."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from peerline.protocol.offers import EntryKind
from peerline_bridge.offers.tree import OfferedTree

FILES = {"a.py": 1, "b/c.py": 2, "b/d/e.py": 3, "b.py": 4, "b-x/f.py": 5, "z": 6}


def names(tree: OfferedTree, folder: str, most: int = 500) -> list[str]:
    found: list[str] = []
    after: str | None = None
    while True:
        page = tree.page(folder, after, most)
        assert page is not None
        entries, after = page
        assert len(entries) <= most
        found += [entry.name + "/" * (entry.kind is EntryKind.FOLDER) for entry in entries]
        if after is None:
            return found


def test_a_folder_shows_its_files_and_folders() -> None:
    tree = OfferedTree(FILES)
    assert names(tree, "") == ["a.py", "b-x/", "b.py", "b/", "z"]
    assert names(tree, "b") == ["c.py", "d/"]
    page = tree.page("b/d")
    assert page is not None
    (entry,) = page[0]
    assert (entry.name, entry.kind, entry.size) == ("e.py", EntryKind.FILE, 3)
    assert "b.py" in tree
    assert "b" not in tree
    assert len(tree) == 6


@pytest.mark.parametrize("folder", ["c", "b/c.py", "b/d/e", "a.p", "B"])
def test_there_is_no_such_folder(folder: str) -> None:
    assert OfferedTree(FILES).page(folder) is None


def test_an_empty_offer_has_an_empty_root() -> None:
    assert OfferedTree({}).page("") == ([], None)


@given(
    st.sets(
        st.lists(st.sampled_from(["a", "b", "a.b", "b-", "ž"]), min_size=1, max_size=4).map(
            "/".join
        )
    ),
    st.integers(1, 3),
)
def test_pages_hold_each_entry_once(files: set[str], most: int) -> None:
    # A path is a file or a folder.
    plain = {file for file in files if not any(other.startswith(f"{file}/") for other in files)}
    tree = OfferedTree(dict.fromkeys(plain, 0))
    folders = {file.rpartition("/")[0] for file in plain} | {""}
    for folder in folders:
        prefix = f"{folder}/" if folder else ""
        expected = {
            name + "/" * bool(slash)
            for file in plain
            if file.startswith(prefix)
            for name, slash, _ in [file[len(prefix) :].partition("/")]
        }
        found = names(tree, folder, most)
        assert len(found) == len(set(found))
        assert set(found) == expected
