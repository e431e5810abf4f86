"""Tests of peerline.watch.main; what it starts is tested in tests/e2e/test_watch.py."""

import sys

import pytest

from peerline.protocol.links import SessionLink
from peerline.watch.main import WatchError, main


class Screen:
    """A stream that is a terminal."""

    def isatty(self) -> bool:
        return True


def test_without_textual_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("stdin", "stdout", "stderr"):
        monkeypatch.setattr(sys, name, Screen())
    for name in [name for name in sys.modules if name.split(".")[0] == "textual"]:
        monkeypatch.delitem(sys.modules, name)
    for name in ("peerline.watch.app", "peerline.watch.widgets"):
        monkeypatch.delitem(sys.modules, name, raising=False)
    monkeypatch.setitem(sys.modules, "textual", None)
    link = SessionLink("127.0.0.1:1", "s", "code")
    with pytest.raises(WatchError, match=r"install the extra .watch., or add --plain"):
        main(link, name=None, token=None, is_plain=False)


def test_there_must_be_something_to_sign_in_with() -> None:
    with pytest.raises(WatchError, match="PEERLINE_TOKEN"):
        main(SessionLink("127.0.0.1:1", "s"), name=None, token=None, is_plain=True)
