"""Tests of texts.root_mismatch."""

from peerline_bridge.texts.root_mismatch import MAX_SEEN, RootMismatch

HERE = {"src/x.py", "src/y.py", "README.md", "main.py"}


def test_paths_of_others_that_start_further_up_are_told_once() -> None:
    mismatch = RootMismatch()
    text = mismatch.observe("packages/app/src/x.py", HERE.__contains__, [], [])
    assert text is not None
    assert text.startswith("The others' paths start with packages/app, yours do not")
    assert ".peerline.toml" in text
    assert mismatch.observe("packages/app/src/y.py", HERE.__contains__, [], []) is None


def test_paths_of_others_that_start_further_down_are_told() -> None:
    here = {"packages/app/src/x.py"}.__contains__
    for mine, prefixes in ((["packages/app/src/x.py"], []), ([], ["packages/app"])):
        text = RootMismatch().observe("src/x.py", here, mine, prefixes)
        assert text is not None
        assert text.startswith("Your paths start with packages/app, the others' do not")


def test_one_file_name_that_is_everywhere_is_not_enough() -> None:
    mismatch = RootMismatch()
    assert mismatch.observe("app/README.md", HERE.__contains__, [], []) is None
    assert mismatch.observe("app/README.md", HERE.__contains__, [], []) is None
    assert mismatch.observe("lib/README.md", HERE.__contains__, [], []) is None
    assert mismatch.observe("app/main.py", HERE.__contains__, [], []) is not None


def test_paths_that_are_here_or_nowhere_show_nothing() -> None:
    mismatch = RootMismatch()
    for file in ("src/x.py", "other/z.py", "z.py"):
        assert mismatch.observe(file, HERE.__contains__, ["src/x.py"], []) is None


def test_no_more_paths_are_looked_at_than_the_limit() -> None:
    mismatch = RootMismatch()
    for number in range(MAX_SEEN - 1):
        assert mismatch.observe(f"z{number}", HERE.__contains__, [], []) is None
    assert mismatch.is_news("a")
    assert mismatch.observe("z", HERE.__contains__, [], []) is None
    assert not mismatch.is_news("a")
