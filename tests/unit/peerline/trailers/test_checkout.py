"""Tests of peerline.trailers.checkout with a real git."""

import os
import shutil
import subprocess
from pathlib import Path
from typing import Final

import pytest

from peerline.trailers.checkout import Checkout, CheckoutError

ADA = {
    "GIT_AUTHOR_NAME": "Ada",
    "GIT_AUTHOR_EMAIL": "ada@example.org",
    "GIT_COMMITTER_NAME": "Ada",
    "GIT_COMMITTER_EMAIL": "ada@example.org",
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_NOSYSTEM": "1",
}
ENVIRON = {**os.environ, **ADA}
GIT: Final = shutil.which("git") or "git"


def git(folder: Path, *arguments: str) -> None:
    subprocess.run([GIT, "-C", str(folder), *arguments], check=True, env=ENVIRON)


@pytest.fixture
def top(tmp_path: Path) -> Path:
    top = tmp_path / "project"
    (top / "sub dir").mkdir(parents=True)
    git(top, "init", "--quiet")
    (top / "kept.py").write_text("kept\n")
    (top / "sub dir" / "file two.py").write_text("one\n")
    git(top, "add", ".")
    git(top, "commit", "--quiet", "--message", "first")
    return top


def test_texts_before_and_in_the_commit_to_be_made(top: Path) -> None:
    (top / "sub dir" / "file two.py").write_text("one\ntwo\n")
    (top / "new.py").write_text("new\n")
    (top / "image.bin").write_bytes(b"\xff\x00")
    git(top, "add", ".")
    (top / "new.py").write_text("new\nbut not staged\n")
    (top / "untracked.py").write_text("x\n")
    files = ["sub dir/file two.py", "new.py", "kept.py", "image.bin", "untracked.py", "no\nway"]
    texts = Checkout(top / "sub dir", ENVIRON).texts([*files, "sub dir", "nowhere.py"])
    assert texts == {"sub dir/file two.py": ("one\n", "one\ntwo\n"), "new.py": ("", "new\n")}


def test_before_the_first_commit_everything_is_new(tmp_path: Path) -> None:
    git(tmp_path, "init", "--quiet")
    (tmp_path / "a.py").write_text("a\n")
    git(tmp_path, "add", ".")
    checkout = Checkout(tmp_path, ENVIRON)
    assert checkout.texts(["a.py"]) == {"a.py": ("", "a\n")}
    assert checkout.people() == {}


def test_people_and_the_committer(top: Path) -> None:
    git(top, "commit", "--quiet", "--allow-empty", "--message", "m", "--author", "Bob <b@x.org>")
    checkout = Checkout(top, ENVIRON)
    assert checkout.people() == {"Ada": "ada@example.org", "Bob": "b@x.org"}
    assert checkout.committer() == ("Ada", "ada@example.org")


def test_nothing_of_a_hostile_checkout_runs(top: Path, tmp_path: Path) -> None:
    ran = tmp_path / "ran"
    trap = tmp_path / "trap"
    trap.write_text(f"#!/bin/sh\ntouch {ran}\ncat\n")
    trap.chmod(0o755)
    for name in (
        *("core.fsmonitor", "core.pager", "pager.shortlog", "gpg.program", "diff.external"),
        *("diff.x.textconv", "diff.x.command", "filter.x.clean", "filter.x.smudge"),
        *("alias.shortlog", "trailer.co-authored-by.command"),
    ):
        git(top, "config", name, str(trap))
    for name in ("log.showSignature", "trailer.co-authored-by.ifexists"):
        git(top, "config", name, "true")
    (top / ".gitattributes").write_text("* filter=x diff=x\n")
    git(top, "config", "core.hooksPath", str(tmp_path))
    (top / "kept.py").write_text("changed\n")
    # Staged without the filter, which is the trap.
    blob = subprocess.run(
        [GIT, "-C", str(top), "hash-object", "-w", "--no-filters", "kept.py"],
        check=True,
        capture_output=True,
        text=True,
        env=ENVIRON,
    ).stdout.strip()
    git(top, "-c", "core.fsmonitor=false", "update-index", "--cacheinfo", f"100644,{blob},kept.py")
    ran.unlink(missing_ok=True)
    checkout = Checkout(top, ENVIRON)
    assert checkout.texts(["kept.py"]) == {"kept.py": ("kept\n", "changed\n")}
    assert checkout.people() == {"Ada": "ada@example.org"}
    assert checkout.committer()[0] == "Ada"
    assert not ran.exists()


def test_the_index_of_a_commit_of_named_files_counts(top: Path, tmp_path: Path) -> None:
    (top / "kept.py").write_text("changed\n")
    other = {**ENVIRON, "GIT_INDEX_FILE": str(tmp_path / "index")}
    subprocess.run([GIT, "-C", str(top), "add", "kept.py"], check=True, env=other)
    assert Checkout(top, ENVIRON).texts(["kept.py"]) == {}
    assert Checkout(top, other).texts(["kept.py"]) == {"kept.py": ("kept\n", "changed\n")}


def test_outside_of_a_working_tree_it_says_so(tmp_path: Path) -> None:
    with pytest.raises(CheckoutError, match="not a git repository"):
        Checkout(tmp_path, ENVIRON)
    with pytest.raises(CheckoutError, match="git was not found"):
        Checkout(tmp_path, {"PATH": ""})
