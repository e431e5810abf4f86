"""Tests of texts.paths on a real file system."""

import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from peerline_bridge.texts.paths import Workspace, path_of_uri
from peerline_bridge.texts.session_paths import Unshared


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = tmp_path / "ws"
    (root / "src").mkdir(parents=True)
    (root / "src" / "a b ä.py").write_text("x")
    (tmp_path / "ws-secret").mkdir()
    (tmp_path / "ws-secret" / "key").write_text("secret")
    (tmp_path / "outside").write_text("secret")
    return root


def test_a_document_inside_is_known_by_its_relative_path(root: Path) -> None:
    uri = (root / "src" / "a b ä.py").as_uri()
    assert Workspace([root]).relative(uri) == "src/a b ä.py"
    assert Workspace([root]).locate("src/a b ä.py") == root / "src" / "a b ä.py"


def test_what_is_outside_is_not_known(root: Path) -> None:
    workspace = Workspace([root])
    base = root.as_uri()
    for uri in (
        base,
        f"{base}/..%2foutside",
        f"{base}/../outside",
        f"{base}/%2e%2e/outside",
        f"{base}-secret/key",
        f"{base}/a%00b",
        "file://host/share/a",
        "file:////host/share/a",
        "untitled:a",
        "https://example.org/a",
        "",
        "file:relative",
        "//[",
    ):
        assert workspace.relative(uri) is None, uri


@pytest.mark.parametrize("file", ["../outside", "/etc/passwd", "src/../../outside", "", "."])
def test_a_peers_path_never_leads_outside(root: Path, file: str) -> None:
    assert Workspace([root]).locate(file) is None


@pytest.mark.skipif(sys.platform == "win32", reason="links need rights on Windows")
def test_a_link_that_leads_outside_is_not_followed(root: Path) -> None:
    (root / "link").symlink_to(root.parent / "ws-secret")
    (root / "file-link").symlink_to(root.parent / "outside")
    workspace = Workspace([root])
    assert workspace.locate("link/key") is None
    assert workspace.locate("file-link") is None
    assert workspace.relative((root / "link" / "key").as_uri()) is None


def test_of_several_folders_the_one_that_has_the_file_is_taken(root: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    (other / "b.py").write_text("x")
    assert Workspace([root, other]).locate("b.py") == other / "b.py"
    assert Workspace([root, other]).locate("new.py") == root / "new.py"


@given(st.text())
def test_no_text_makes_it_fail(text: str) -> None:
    path_of_uri(text)
    path_of_uri("file:///" + text)
    assert Workspace([]).locate(text) is None


@pytest.mark.parametrize("file", [".git/config", ".env", "keys/id_rsa"])
def test_a_private_file_is_not_there_for_peers(root: Path, file: str) -> None:
    (root / file).parent.mkdir(exist_ok=True)
    (root / file).write_text("secret")
    assert Workspace([root]).locate(file) is None


@pytest.mark.skipif(sys.platform == "win32", reason="links need rights on Windows")
def test_a_link_to_a_private_file_is_not_followed(root: Path) -> None:
    (root / ".env").write_text("secret")
    (root / "notes.txt").symlink_to(root / ".env")
    (root / "loop").symlink_to(root / "loop")
    assert Workspace([root]).locate("notes.txt") is None
    assert Workspace([root]).locate("loop/x") is None


def test_composed_and_decomposed_names_are_one_name(root: Path) -> None:
    composed, decomposed = "caf\u00e9.py", "cafe\u0301.py"
    (root / decomposed).write_text("x")
    workspace = Workspace([root])
    assert workspace.relative((root / decomposed).as_uri()) == composed
    assert workspace.locate(composed) == workspace.locate(decomposed) == root / decomposed


@pytest.mark.skipif(sys.platform != "linux", reason="other disks hold both for one name")
def test_of_two_names_that_look_the_same_the_composed_one_is_shared(root: Path) -> None:
    composed, decomposed = "caf\u00e9.py", "cafe\u0301.py"
    for name in (composed, decomposed):
        (root / name).write_text("x")
    workspace = Workspace([root])
    assert workspace.locate(composed) == root / composed
    assert workspace.relative((root / composed).as_uri()) == composed
    assert workspace.name((root / decomposed).as_uri()) is Unshared.SAME_NAME


@pytest.mark.parametrize("git", ["folder", "file"])
def test_a_subfolder_of_a_repository_shares_the_repositorys_paths(tmp_path: Path, git: str) -> None:
    app = tmp_path / "r" / "packages" / "app"
    app.mkdir(parents=True)
    (app / "x.py").write_text("x")
    (tmp_path / "r" / "README.md").write_text("x")
    if git == "folder":
        (tmp_path / "r" / ".git").mkdir()
    else:
        (tmp_path / "r" / ".git").write_text("gitdir: /elsewhere")  # a worktree or a submodule
    workspace = Workspace([app])
    assert workspace.relative((app / "x.py").as_uri()) == "packages/app/x.py"
    assert workspace.locate("packages/app/x.py") == app / "x.py"
    assert workspace.find("README.md") is Unshared.MISSING
    assert workspace.find("x.py") is Unshared.MISSING


def test_a_mark_below_the_open_folder_is_the_root_of_its_files(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    ws = tmp_path / "examples" / "workspace"
    (ws / "src").mkdir(parents=True)
    (ws / ".peerline.toml").write_text("")
    (ws / "src" / "x.py").write_text("x")
    (tmp_path / "y.py").write_text("x")
    workspace = Workspace([tmp_path])
    assert workspace.relative((tmp_path / "y.py").as_uri()) == "y.py"
    assert workspace.relative((ws / "src" / "x.py").as_uri()) == "src/x.py"
    assert workspace.locate("src/x.py") == ws / "src" / "x.py"
    assert workspace.locate("y.py") == tmp_path / "y.py"


def test_a_set_root_names_paths_and_opens_nothing(tmp_path: Path) -> None:
    app = tmp_path / "packages" / "app"
    app.mkdir(parents=True)
    (app / "x.py").write_text("x")
    (tmp_path / "secret.py").write_text("x")
    for root in ("../..", str(tmp_path)):
        workspace = Workspace([app], root)
        assert workspace.relative((app / "x.py").as_uri()) == "packages/app/x.py"
        assert workspace.locate("secret.py") is None
        assert workspace.relative((tmp_path / "secret.py").as_uri()) is None
