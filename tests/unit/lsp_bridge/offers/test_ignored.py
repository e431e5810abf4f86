"""Ignored files, held to what git itself says."""

import random
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from peerline import processes
from peerline_bridge.offers.ignored import IgnoreRules

NAMES = ("a", "b", "ab.log", "keep.log", "build", "x y", "ž.txt", ".dot", "#hash")
PATTERNS = (
    *("*.log", "!keep.log", "build/", "/build", "a/b", "a/**", "**/b", "a/**/b", "*", "!*/"),
    *("!a/", "x y", "x\\ y", "ž.*", "# a comment", "", "\\#hash", "[ab]", "[!a]", "?", "/a/*"),
    *("!/a/b", ".*", "**/", "**", "a/", "b/**/*.log", "/", "!", "[", "[z-a]", "a\\", "ab.log  "),
)


def read_text(path: Path) -> str | None:
    try:
        return path.read_text("utf-8")
    except OSError:
        return None


def rules_for(folder: Path, home: Path | None = None) -> IgnoreRules:
    return IgnoreRules(folder, read_text, lambda path: (path / ".git").exists(), home)


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    folder = tmp_path / "repository"
    (folder / ".git" / "info").mkdir(parents=True)
    (folder / ".git" / "objects").mkdir()
    (folder / ".git" / "refs").mkdir()
    (folder / ".git" / "HEAD").write_text("ref: refs/heads/main\n")
    return folder


@pytest.fixture
def ask_git(tmp_path: Path) -> Callable[[Path, list[str]], set[str]]:
    environ = {"PATH": "/usr/bin:/bin", "HOME": str(tmp_path)}

    def ask(folder: Path, names: list[str]) -> set[str]:
        command = processes.git(
            folder, "check-ignore", "--no-index", "--stdin", "-z", environ=environ
        )
        assert command is not None
        answer = processes.run(command, timeout=30, stdin="\0".join([*names, ""]).encode())
        assert answer.returncode in {0, 1}, answer.stderr
        return {name for name in answer.stdout.decode().split("\0") if name}

    return ask


@pytest.mark.parametrize("seed", range(12))
def test_the_answers_are_those_of_git(
    repository: Path, ask_git: Callable[[Path, list[str]], set[str]], seed: int
) -> None:
    chance = random.Random(seed)  # noqa: S311 - a plan
    files: list[str] = []
    folders = [repository]
    for _ in range(40):
        path = chance.choice(folders) / chance.choice(NAMES)
        if path.exists() or len(path.relative_to(repository).parts) > 4:
            continue
        if chance.random() < 0.5:
            path.mkdir()
            folders.append(path)
        else:
            path.write_text("")
            files.append(path.relative_to(repository).as_posix())
    for folder in [repository, *chance.sample(folders, min(3, len(folders)))]:
        patterns = chance.choices(PATTERNS, k=4)
        (folder / ".gitignore").write_text("\n".join(patterns), "utf-8")
    (repository / ".git" / "info" / "exclude").write_text(chance.choice(PATTERNS))
    rules = rules_for(repository)
    found = {name for name in files if rules.is_ignored(repository / name)}
    assert found == ask_git(repository, files)


def test_files_of_patterns_override_each_other(repository: Path) -> None:
    (repository / ".gitignore").write_text("*.log\n")
    (repository / ".ignore").write_text("!kept.log\n")
    (repository / ".peerlineignore").write_text("notes/\n")
    (repository / "inner").mkdir()
    (repository / "inner" / ".gitignore").write_text("!inner.log\n")
    rules = rules_for(repository)
    assert rules.is_ignored(repository / "a.log")
    assert not rules.is_ignored(repository / "kept.log")
    assert not rules.is_ignored(repository / "inner" / "inner.log")
    assert rules.is_ignored(repository / "notes" / "a.txt")
    assert rules.is_ignored(repository / "notes", is_folder=True)
    assert not rules.is_ignored(repository / "notes")


def test_patterns_above_the_open_folder_count_up_to_the_repository(repository: Path) -> None:
    folder = repository / "packages" / "app"
    folder.mkdir(parents=True)
    (repository / ".gitignore").write_text("*.log\n")
    (repository.parent / ".gitignore").write_text("*.txt\n")
    rules = rules_for(folder)
    assert rules.is_ignored(folder / "a.log")
    assert not rules.is_ignored(folder / "a.txt")


def test_the_users_own_patterns_count(repository: Path, tmp_path: Path) -> None:
    file = tmp_path / ".config" / "git" / "ignore"
    file.parent.mkdir(parents=True)
    file.write_text("*.swp\n")
    assert rules_for(repository, tmp_path).is_ignored(repository / "a.swp")
    assert not rules_for(repository).is_ignored(repository / "a.swp")


def test_patterns_are_read_again_when_they_have_changed(repository: Path) -> None:
    rules = rules_for(repository)
    assert not rules.is_ignored(repository / "a.log")
    (repository / ".gitignore").write_text("*.log\n")
    rules.forget()
    assert rules.is_ignored(repository / "a.log")


@pytest.mark.parametrize(
    ("pattern", "ignored", "others"),
    [
        ("a*b*c*d", ["aXbXcXd", "x/aXbXcXd"], ["b"]),
        ("x/a*b*c*d*e/f.log", ["x/abcde/f.log", "f.log"], ["g.log"]),
        ("*/*/*/*/d/**", ["1/2/3/4/d/x"], ["e"]),
        ("*/*/*/*/d/", ["1/2/3/4/d/x"], ["e/x"]),
        ("**/**/**/**", ["a", "b/c"], []),
        ("[*]*[*]*[*]", ["a", "***"], []),
    ],
)
def test_a_pattern_of_many_stars_ignores_rather_more(
    repository: Path, pattern: str, ignored: list[str], others: list[str]
) -> None:
    (repository / ".gitignore").write_text(pattern + "\n")
    rules = rules_for(repository)
    assert all(rules.is_ignored(repository / name) for name in ignored)
    assert not any(rules.is_ignored(repository / name) for name in others)


def test_a_pattern_of_many_stars_takes_no_file_back(repository: Path) -> None:
    (repository / ".gitignore").write_text("*.log\n!a*b*c*d*.log\n!a*b*c*.log\n")
    rules = rules_for(repository)
    assert rules.is_ignored(repository / "a1b2c3d4.log") is False  # by the last pattern
    (repository / ".gitignore").write_text("*.log\n!a*b*c*d*.log\n")
    rules.forget()
    assert rules.is_ignored(repository / "a1b2c3d4.log")


def test_no_pattern_takes_long(repository: Path) -> None:
    (repository / ".gitignore").write_text("*a" * 100 + "*b\n" + "**/a/" * 50 + "b\n")
    start = time.process_time()
    assert not rules_for(repository).is_ignored(repository / ("a" * 250))
    # Such a match of the plain pattern takes longer than the age of the universe.
    assert time.process_time() - start < 60
