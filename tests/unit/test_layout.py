"""The map in CONTRIBUTING.md shows the folders that are there, and modules stay small."""

import os
import re
import subprocess
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path, PurePosixPath

import pytest

ROOT = Path(__file__).parents[2]
MOST_LINES = 400
CODE = (".py", ".ts", ".tsx", ".lua")
GENERATED = ("client-js/src/generated/", "ui/generated/")
UNSAID = (
    r"benchmarks/|deploy/|docs/|examples/|nvim-plugin/lua/|vscode-extension/media/|tests/\w+/"
    r"|(?:vscode-extension|web)/test/"
    r"|server/peerline_server/store/"
)
"""Folders below those that the map names, whose names say enough."""
LONG: set[str] = set()
"""Modules that are still to be split."""


def tracked() -> list[str]:
    done = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],  # noqa: S607 - on the PATH
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return [name for name in done.stdout.splitlines() if (ROOT / name).is_file()]


def test_no_module_is_longer_than_four_hundred_lines() -> None:
    long = {
        name: lines
        for name in tracked()
        if name.endswith(CODE) and not name.startswith(("tests/", "benchmarks/", *GENERATED))
        if "/test/" not in name
        if (lines := len((ROOT / name).read_text(encoding="utf-8").splitlines())) > MOST_LINES
    }
    assert set(long) == LONG


@pytest.mark.parametrize("sources", ["ui", "vscode-extension/src", "web/src"])
def test_no_folder_of_typescript_comes_back_to_itself_by_its_imports(sources: str) -> None:
    folders: defaultdict[str, set[str]] = defaultdict(set)
    for name in tracked():
        if not name.startswith(f"{sources}/") or "/test/" in name or "/generated/" in name:
            continue
        place = PurePosixPath(name).relative_to(sources)
        text = (ROOT / name).read_text(encoding="utf-8")
        for path in re.findall(r'(?:from |import\()"(\.[^"]+)"', text):
            target = PurePosixPath(os.path.normpath(place.parent / path))
            if ".." not in target.parts and target.parts[0] != place.parts[0]:
                folders[place.parts[0]].add(target.parts[0])
    assert len(folders) > 3
    assert [folder for folder in folders if folder in reached(folders, folder)] == []


def reached(folders: Mapping[str, set[str]], start: str) -> set[str]:
    """The folders that a folder imports, itself or through others."""
    found: set[str] = set()
    left = [start]
    while left:
        new = folders.get(left.pop(), set()) - found
        found |= new
        left += new
    return found


def test_the_map_shows_every_folder_and_no_other() -> None:
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    (tree,) = re.findall(r"```text\n(peerline/.*?)```", text, flags=re.DOTALL)
    shown: set[str] = set()
    trail: list[str] = []
    for line in tree.splitlines():
        found = re.match(r"((?:  )*)(\S+)/(?:\s{2,}(\S.*))?$", line)
        assert found, f"one folder a line, with what it is for: {line!r}"
        assert found[3], f"{found[2]} says nothing of what it is for"
        trail[len(found[1]) // 2 :] = [found[2]]
        shown.add("/".join(trail))
    roots = {folder.split("/")[0] for folder in shown}
    there = {
        "/".join(parts[:depth])
        for name in tracked()
        if (parts := name.split("/"))[0] in roots
        for depth in range(1, len(parts))
    }
    assert shown - there == set()
    assert {folder for folder in there - shown if not re.match(UNSAID, folder)} == set()


def test_the_places_that_contributors_are_sent_to_are_there() -> None:
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    named = set(re.findall(r"`((?:[\w-]+/)+[\w-]+\.\w+)`", text))
    assert len(named) > 10
    assert {path for path in named if not (ROOT / path).exists()} == set()
