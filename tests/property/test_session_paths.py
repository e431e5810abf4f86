"""Invariants of texts.session_paths over generated trees, by POSIX's rules and by Windows'."""

import unicodedata
from pathlib import PurePath, PurePosixPath, PureWindowsPath

from hypothesis import given
from hypothesis import strategies as st

from peerline_bridge.texts.session_paths import (
    Area,
    Exists,
    Look,
    SessionPaths,
    Unshared,
    find_root,
    is_valid,
    path_of_uri,
)

NAMES = ["a", "b", "B", "src", "[id]", "caf\u00e9", "cafe\u0301", "x y", "main.py"]
FLAVOURS = [(PurePosixPath, "/w"), (PureWindowsPath, "C:\\w")]
parts = st.lists(st.sampled_from(NAMES), min_size=1, max_size=4)
trees = st.lists(parts, min_size=1, max_size=12)
flavours = st.sampled_from(FLAVOURS)


@st.composite
def workspaces(draw: st.DrawFn) -> tuple[SessionPaths, set[PurePath]]:
    flavour, top = draw(flavours)
    base = flavour(top)
    files: set[PurePath] = {base.joinpath(*path) for path in draw(trees)}
    areas: list[Area] = []
    for place in draw(st.lists(parts, min_size=1, max_size=3)):
        folder = base.joinpath(*place[:3])
        depth = draw(st.integers(0, len(place[:3])))
        root = [folder, *folder.parents][depth]
        areas.append(Area(folder, root, is_marked=draw(st.booleans())))
    return SessionPaths(areas), files


def on_disk(files: set[PurePath]) -> Exists:
    """Whether there is a file of that name in one of Unicode's forms."""
    composed = {unicodedata.normalize("NFC", str(file)) for file in files}
    return lambda path: unicodedata.normalize("NFC", str(path)) in composed


@given(workspaces())
def test_a_shared_path_means_the_same_file_where_it_was_named(
    workspace: tuple[SessionPaths, set[PurePath]],
) -> None:
    paths, files = workspace
    for file in files:
        name = paths.name(file, on_disk(files))
        if isinstance(name, Unshared):
            continue
        assert is_valid(name)
        assert unicodedata.is_normalized("NFC", name)
        found = paths.find(name, on_disk(files))
        assert isinstance(found, PurePath)
        is_same = unicodedata.normalize("NFC", str(found)) == unicodedata.normalize(
            "NFC", str(file)
        )
        assert found == file or is_same


@given(
    workspaces(),
    st.lists(st.sampled_from([*NAMES, "..", "con", "w", "c:", "a:b"]), min_size=1, max_size=5),
)
def test_no_path_leads_out_of_the_open_folders(
    workspace: tuple[SessionPaths, set[PurePath]], path: list[str]
) -> None:
    paths, files = workspace
    found = paths.find("/".join(path), on_disk(files))
    if isinstance(found, PurePath):
        assert any(found.is_relative_to(area.folder) for area in paths.areas)
        assert ".." not in found.parts


@given(workspaces())
def test_of_two_files_here_no_two_are_shared_under_one_path(
    workspace: tuple[SessionPaths, set[PurePath]],
) -> None:
    paths, files = workspace
    composed = [file for file in files if unicodedata.is_normalized("NFC", str(file))]
    names = [paths.name(file, on_disk(files)) for file in composed]
    shared = [name for name in names if not isinstance(name, Unshared)]
    assert len(shared) == len(set(shared))


@given(flavours, parts, st.integers(0, 4), st.data())
def test_the_search_for_a_root_stays_in_its_limits(
    flavour: tuple[type[PurePath], str], place: list[str], limit: int, data: st.DataObject
) -> None:
    base = flavour[0](flavour[1])
    folder = base.joinpath("home", *place)
    above = [folder, *folder.parents]
    end = above[min(limit, len(place))]
    kind = data.draw(st.sampled_from(["device", "owner", "home"]))

    def look(path: PurePath) -> Look:
        is_beyond = path != end and end.is_relative_to(path)
        return Look(
            device=2 if is_beyond and kind == "device" else 1,
            is_mine=not (is_beyond and kind == "owner"),
            is_marked=is_beyond,
            is_repository=True,
        )

    home = end.parent if kind == "home" else base.parent
    area = find_root(folder, folder, look, home)
    assert area.root == folder  # the nearest repository
    assert not area.is_marked


@given(st.text(), flavours)
def test_no_uri_makes_it_fail(text: str, flavour: tuple[type[PurePath], str]) -> None:
    for uri in (text, f"file:///{text}", f"file:///c%3A/{text}", f"file://host/share/{text}"):
        path = path_of_uri(uri, flavour[0])
        assert path is None or path.is_absolute()
