"""Tests of peerline.agent.asking.named_files."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from peerline.agent.asking.named_files import named_files, spellings


@pytest.mark.parametrize(
    ("value", "names"),
    [
        ({"file_path": "a", "notebook_path": "b", "absolutePath": "c"}, ["a", "b", "c"]),
        ({"paths": ["a", "b", "a"], "x": ["c"]}, ["a", "b"]),
        ({"x": {"y": [{"filename": "a b.txt"}]}}, ["a b.txt"]),
        ({"files": {"a": "b\nc"}}, ["a"]),
        ({"uri": "file:///w/a%20b"}, ["/w/a b"]),
        ({"source": "a", "destination": "b"}, ["a", "b"]),
        ({"path": " a\n", "path2": "a\nb", "path3": 5, "path4": None}, ["a"]),
        ({"file_text": "a", "fileContents": "b", "command": "cat c"}, []),
        ({"command": "cat > .env <<'E'\nA=b\nE\n"}, [".env"]),
        (
            {"cmd": ["bash", "-lc", "echo a >>'b/.env' 2>&1; x | tee -a c >| d"]},
            ["b/.env", "c", "d"],
        ),
        ({"command": "cat > \"$D\"/.env; cat >'my dir/.env' <<E"}, ["$D/.env", "my dir/.env"]),
        ({"command": "x | tee --append a .e\\nv; rm b"}, ["a", ".env"]),
        ({"command": "grep '->' a 2>&1 >/dev/null", "x": "a > b"}, ["/dev/null"]),
        ("*** Add File: a\n+b\n*** Update File:c\r\n*** Move to: d e\n", ["a", "c", "d e"]),
        ("--- a/x\t2026\n+++ b/x\n@@\n-y", ["a/x", "b/x"]),
        ("diff --git a/x b/x\nrename from a\nrename to b", ["a/x b/x", "a", "b"]),
        ("a --- b\n---\n-- c", []),
        (None, []),
    ],
)
def test_the_files_of_fields_and_patches(value: object, names: list[str]) -> None:
    assert named_files(value) == names


def test_a_name_is_looked_at_without_gits_folder_and_at_its_end() -> None:
    assert set(spellings("a/x")) == {"a/x", "x"}
    assert "/.env" in spellings("x" * 9_000 + "/.env")[1]


_VALUES = st.recursive(
    st.none() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=8,
)


@given(_VALUES, st.sampled_from(["path", "filePath", "files", "target"]))
def test_a_name_is_found_at_any_depth(value: object, field: str) -> None:
    assert ".env" in named_files({"x": [value, {field: ".env"}]})
