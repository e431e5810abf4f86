"""Paths and private files of an agent's workspace."""

import time
from pathlib import PurePosixPath, PureWindowsPath

import pytest

from peerline.agent.cleaning import AgentCleaner

WORKSPACE = PurePosixPath("/home/ann/shop")
HOME = PurePosixPath("/home/ann")


@pytest.fixture
def cleaner() -> AgentCleaner:
    return AgentCleaner(
        WORKSPACE,
        HOME,
        {"SHOP_TOKEN": "correct horse battery"},
        lambda path: path.startswith("vault/"),
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("/home/ann/shop/src/a.py", "src/a.py"),
        ("Read /home/ann/shop/src/a.py:3 twice", "Read src/a.py:3 twice"),
        ("cd /home/ann/shop && make", "cd . && make"),
        ("cd /home/ann/shop/", "cd ./"),
        ("in /home/ann/shop.", "in .."),
        ("/home/ann/.bashrc", "~/.bashrc"),
        ("/home/ann/shop2/a.py", "~/shop2/a.py"),
        ("/home/annette/a.py", "/home/annette/a.py"),
        ("/mnt/home/ann/shop/a.py", "/mnt/home/ann/shop/a.py"),
        ('{"file": "/home/ann/shop/a.py"}', '{"file": "a.py"}'),
    ],
)
def test_folders_of_the_user_are_not_shown(cleaner: AgentCleaner, text: str, expected: str) -> None:
    assert cleaner.text(text) == expected


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/home/ann/shop/src/a.py", "src/a.py"),
        ("src/./a.py", "src/a.py"),
        ("/home/ann/shop", None),
        ("/home/ann/other/a.py", None),
        ("/home/ann/shop/../a.py", None),
        ("~/a.py", None),
        ("C:/a.py", None),
        ("a\n.py", None),
        ("a" * 600, None),
        ("", None),
    ],
)
def test_paths_of_the_workspace(cleaner: AgentCleaner, path: str, expected: str | None) -> None:
    assert cleaner.path(path) == expected


def test_paths_of_windows() -> None:
    cleaner = AgentCleaner(PureWindowsPath("C:\\shop"), PureWindowsPath("C:\\Users\\ann"), {})
    assert cleaner.path("C:\\shop\\src\\a.py") == "src/a.py"
    assert cleaner.text("C:\\shop\\src\\a.py") == "src\\a.py"
    assert cleaner.text("C:\\Users\\ann\\a.py") == "~\\a.py"


@pytest.mark.parametrize(
    "text",
    [
        ".env",
        "/home/ann/shop/.env.local",
        "cat .env",
        "cat ./.env | grep TOKEN",
        "source .env; make",
        "openssl rsa -in certs/server.pem",
        "cat ~/.ssh/id_ed25519",
        "cat $HOME/.netrc",
        "head vault/list.txt",
        "grep -r x .env*",
        "cat .e*",
        "cat ./.en?",
        "cat .[e]nv",
        "cat .{env,gitignore}",
        "cat .e{nv,x}",
        "cat conf/.E*",
        "cat ~/.s*/id_*",
        "cat ~/.ss?/known_hosts",
        "cat .*",
        "cat id_*",
        "cat *.pem",
        "cat certs/*.key",
        "cat my*.pem",
        "cat *.pe?",
        "cat cred*.json",
        "find . -name '.e*' -exec cat {} +",
        'cat .e""nv',
        "cat .e\\nv",
        "cat '.e'nv",
    ],
)
def test_private_files_are_known_in_paths_and_commands(cleaner: AgentCleaner, text: str) -> None:
    assert cleaner.is_private(text)


@pytest.mark.parametrize(
    "text",
    [
        *("ls .", "make test", "cat src/a.py", "cd ..", "echo done.", ".env.example", "git log"),
        *("ls *", "cat src/*", "wc -l *.py", "cat **/*.json", "pytest tests/**/test_*.py"),
        *("cat app/[id]/page.tsx", "cat src/*.{ts,tsx}", "cat lib/{a,b}/x.ts", "ls */", "ls ?"),
        *("sed 's/.*/x/' a.txt", 'grep "a .* b" src', "grep -E 'foo.*bar' a", "echo ${HOME}/*"),
        *('echo "a" "b"', "jq '.[] | {a, b}' x.json", "rm -rf build*", "cat README*"),
    ],
)
def test_other_commands_are_not_private(cleaner: AgentCleaner, text: str) -> None:
    assert not cleaner.is_private(text)


def test_secrets_are_counted_once_each(cleaner: AgentCleaner) -> None:
    for _ in range(3):
        cleaner.text("password: hunter2x and AKIA" + "A" * 16)
    assert cleaner.text("correct horse battery") == "‹secret:environment›"
    assert cleaner.hidden == 3


def test_json_is_cleaned_at_any_depth(cleaner: AgentCleaner) -> None:
    assert cleaner.json({"a": [{"b": "AKIA" + "A" * 16}, 1, None, True]}) == {
        "a": [{"b": "‹secret:aws›"}, 1, None, True]
    }
    deep: object = "x"
    for _ in range(100):
        deep = [deep]
    assert "x" not in str(cleaner.json(deep))


@pytest.mark.parametrize(
    "text", ["[" * 32_768, "{" * 32_768, "*" * 32_768, "*a" * 16_384, "a" * 32_768, "'\"" * 16_384]
)
def test_the_search_for_private_files_takes_little_time(cleaner: AgentCleaner, text: str) -> None:
    began = time.process_time()
    cleaner.is_private(text)
    assert time.process_time() - began < 1


def test_a_command_with_very_many_patterns_counts_as_private(cleaner: AgentCleaner) -> None:
    assert cleaner.is_private(" ".join(f"a{number}*.py" for number in range(600)))
