"""Tests of texts.session_paths: the rules, by POSIX's paths and by Windows'."""

from pathlib import PurePath, PurePosixPath, PureWindowsPath

import pytest

from peerline_bridge.texts.session_paths import (
    Area,
    Look,
    SessionPaths,
    Unshared,
    find_root,
    path_of_uri,
    set_root,
)

P, W = PurePosixPath, PureWindowsPath


def tree(*files: str) -> set[PurePath]:
    return {P(file) for file in files}


@pytest.mark.parametrize(
    ("uri", "path"),
    [
        ("file:///c%3A/Users/me/x.py", r"c:\Users\me\x.py"),
        ("file:///C:/Users/me/x.py", r"C:\Users\me\x.py"),
        ("file:///c%3a/a%20b/%C3%A4.py", r"c:\a b\ä.py"),
        ("file:///c|/x.py", r"c:\x.py"),
        ("file://localhost/c:/x.py", r"c:\x.py"),
        ("file://server/share/x.py", r"\\server\share\x.py"),
        ("file:///x.py", None),
        ("file:////server/share/x.py", None),
        ("file://a@b/share/x.py", None),
        ("https://server/x.py", None),
        ("file:///c:/a%00b", None),
    ],
)
def test_a_file_uri_of_windows(uri: str, path: str | None) -> None:
    found = path_of_uri(uri, W)
    assert found == (None if path is None else W(path))


def test_drives_and_names_on_windows_are_compared_without_case() -> None:
    paths = SessionPaths([Area(W("C:/Users/me/app"), W("C:/Users/me/app"), ignores_case=True)])
    here = {W("C:/Users/me/app/Src/Main.py")}
    uri = "file:///c%3A/users/ME/app/Src/Main.py"
    path = path_of_uri(uri, W)
    assert path is not None
    assert paths.name(path, here.__contains__) == "Src/Main.py"
    assert paths.find("src/main.py", here.__contains__) == W("c:/users/me/app/src/main.py")
    assert paths.key("SRC/main.py") == paths.key("src/MAIN.py")


@pytest.mark.parametrize("name", ["x.py:stream", "con", "NUL.txt", "a.", "a ", "a?b", "a*b"])
def test_a_name_that_means_something_else_on_windows_is_no_file_there(name: str) -> None:
    paths = SessionPaths([Area(W("C:/w"), W("C:/w"))])
    assert isinstance(paths.find(f"src/{name}", lambda _: True), Unshared)


def test_a_share_of_windows_is_a_folder_like_others() -> None:
    folder = path_of_uri("file://server/share/app", W)
    assert folder is not None
    paths = SessionPaths([Area(folder, folder)])
    file = path_of_uri("file://SERVER/share/app/x.py", W)
    assert file is not None
    assert paths.name(file, lambda _: True) == "x.py"
    elsewhere = path_of_uri("file://other/share/app/x.py", W)
    assert elsewhere is not None
    assert paths.name(elsewhere, lambda _: True) is Unshared.OUTSIDE


def test_a_subfolder_and_its_repository_agree_on_paths() -> None:
    here = tree("/r/packages/app/src/x.py").__contains__
    whole = SessionPaths([Area(P("/r"), P("/r"))])
    part = SessionPaths([Area(P("/r/packages/app"), P("/r"))])
    file = P("/r/packages/app/src/x.py")
    assert whole.name(file, here) == part.name(file, here) == "packages/app/src/x.py"
    assert part.find("packages/app/src/x.py", here) == file
    assert part.find("README.md", lambda _: True) is Unshared.MISSING
    assert part.prefixes() == ["packages/app"]


def test_the_folder_decides_which_of_two_files_with_one_path_is_meant() -> None:
    here = tree("/a/one/x.py", "/a/two/x.py", "/a/two/only.py").__contains__
    one, two = Area(P("/a/one"), P("/a/one")), Area(P("/a/two"), P("/a/two"))
    for areas in ([one, two], [two, one]):
        paths = SessionPaths(areas)
        for name in ("one/x.py", "two/x.py"):
            assert paths.find(name, here) == P("/a") / name
            assert paths.name(P("/a") / name, here) == name
        assert paths.find("x.py", here) is Unshared.SAME_NAME
        assert paths.name(P("/a/two/only.py"), here) == "only.py"
    alone = SessionPaths([two])
    assert alone.find("two/x.py", here) == P("/a/two/x.py")
    assert alone.find("one/x.py", here) == P("/a/two/one/x.py")  # which does not exist


def test_a_marked_root_has_the_plain_paths() -> None:
    here = tree("/a/one/x.py", "/a/two/x.py").__contains__
    paths = SessionPaths(
        [Area(P("/a/one"), P("/a/one")), Area(P("/a/two"), P("/a/two"), is_marked=True)]
    )
    assert paths.find("x.py", here) == P("/a/two/x.py")
    assert paths.name(P("/a/two/x.py"), here) == "x.py"
    assert paths.name(P("/a/one/x.py"), here) == "one/x.py"


def test_two_folders_of_one_name_share_only_what_is_clear() -> None:
    here = tree("/a/app/x.py", "/b/app/x.py", "/b/app/y.py").__contains__
    paths = SessionPaths([Area(P("/a/app"), P("/a/app")), Area(P("/b/app"), P("/b/app"))])
    assert paths.name(P("/a/app/x.py"), here) is Unshared.SAME_NAME
    assert paths.name(P("/b/app/y.py"), here) == "y.py"


@pytest.mark.parametrize("name", ["pages/[id].tsx", "a*b", "{x,y}", "$HOME", "~", "%41", "#", "?"])
def test_a_name_that_looks_like_a_pattern_is_a_name(name: str) -> None:
    paths = SessionPaths([Area(P("/w"), P("/w"))])
    file = P("/w") / name
    assert paths.name(file, lambda _: True) == name
    assert paths.find(name, lambda _: True) == file


@pytest.mark.parametrize("name", ["a:b.txt", "a\\b", "a\nb", "a\x7f", "\udcff"])
def test_a_name_that_not_every_computer_can_have_is_not_shared(name: str) -> None:
    paths = SessionPaths([Area(P("/w"), P("/w"))])
    assert paths.name(P("/w") / name, lambda _: True) is Unshared.ODD_NAME


REPOSITORY = Look(device=1, is_mine=True, is_repository=True)
MARKED = Look(device=1, is_mine=True, is_marked=True)


@pytest.mark.parametrize(
    ("marks", "root", "is_marked"),
    [
        ({}, "/h/r/p/app", False),
        ({"/h/r": REPOSITORY}, "/h/r", False),
        ({"/h/r": REPOSITORY, "/h/r/p": REPOSITORY}, "/h/r/p", False),
        ({"/h/r": REPOSITORY, "/h/r/p": MARKED}, "/h/r/p", True),
        ({"/h/r": MARKED, "/h/r/p": REPOSITORY}, "/h/r", True),
        ({"/h": REPOSITORY}, "/h/r/p/app", False),
        ({"/": MARKED}, "/h/r/p/app", False),
        ({"/h/r": Look(1, is_mine=False, is_repository=True)}, "/h/r/p/app", False),
        ({"/h/r": Look(2, is_mine=True, is_repository=True)}, "/h/r/p/app", False),
        ({"/h/r/p/app": Look(1, is_mine=True, is_marked=True, root="../..")}, "/h/r", True),
        (
            {"/h/r/p/app": Look(1, is_mine=True, is_marked=True, root="../../..")},
            "/h/r/p/app",
            True,
        ),
        ({"/h/r/p/app": Look(1, is_mine=True, is_marked=True, root="/etc")}, "/h/r/p/app", True),
    ],
)
def test_the_root_of_a_folder(marks: dict[str, Look], root: str, *, is_marked: bool) -> None:
    def look(path: PurePath) -> Look:
        return marks.get(str(path), Look(device=1, is_mine=True))

    area = find_root(P("/h/r/p/app"), P("/h/r/p/app"), look, P("/h"))
    assert (area.root, area.is_marked) == (P(root), is_marked)
    assert area.folder == P("/h/r/p/app")


def test_a_mark_below_the_open_folder_is_the_root_of_its_files() -> None:
    def look(path: PurePath) -> Look:
        return (
            MARKED
            if path == P("/r/examples/ws")
            else REPOSITORY
            if path == P("/r")
            else Look(1, is_mine=True)
        )

    area = find_root(P("/r/examples/ws/src"), P("/r"), look, P("/h"))
    assert area == Area(P("/r/examples/ws"), P("/r/examples/ws"), is_marked=True)
    assert find_root(P("/r/docs"), P("/r"), look, P("/h")) == Area(P("/r"), P("/r"))


def test_the_setting_names_a_root_above_or_below() -> None:
    folder = P("/r/packages/app")
    assert set_root(folder, P("../..")) == Area(folder, P("/r"), is_marked=True)
    assert set_root(folder, P("/r")) == Area(folder, P("/r"), is_marked=True)
    assert set_root(P("/r"), P("packages")) == Area(
        P("/r/packages"), P("/r/packages"), is_marked=True
    )
    assert set_root(folder, P("/elsewhere")) is None
