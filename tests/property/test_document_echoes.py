"""An editor without a plugin that tells late what it did ends equal, with nothing lost or doubled.

Like Emacs with eglot, it makes an edit at exactly its version, and tells that later, together with
what was typed after it, in a shape of its own: as it was made, by whole lines, by the difference of
the texts from either end, or as one change. Its answers may be lies.
"""

from collections import Counter, deque
from collections.abc import Callable
from itertools import count
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from peerline.documents.delta import Delta, apply, normal, replacement
from peerline.documents.difference import difference
from peerline.protocol.editor.documents import EditAnswer
from peerline_bridge.coediting.joined_text import JoinedText, Request, Step, Write
from peerline_bridge.coediting.offsets import EditorText
from peerline_bridge.texts.open_texts import TextChange
from peerline_bridge.texts.positions import Encoding

START = "one\n\n\ntwo\n\nthree\n"
SHAPES = ("as made", "difference", "from the end", "lines")


def shaped(before: str, after: str, change: Delta, shape: str) -> Delta:
    """The same change of a text, as another editor would tell it."""
    match shape:
        case "difference":
            return difference(before, after)
        case "from the end":
            found = difference(before[::-1], after[::-1])
            left = len(before) - sum(abs(each) for each in found if isinstance(each, int))
            turned = [each if isinstance(each, int) else each[::-1] for each in reversed(found)]
            return normal((left, *turned))
        case "lines":
            return by_lines(before, after)
        case _:
            return change


def by_lines(before: str, after: str) -> Delta:
    old, new = before.splitlines(keepends=True), after.splitlines(keepends=True)
    start = 0
    while start < min(len(old), len(new)) and old[start] == new[start]:
        start += 1
    end = 0
    while end < min(len(old), len(new)) - start and old[-1 - end] == new[-1 - end]:
        end += 1
    gone = "".join(old[start : len(old) - end])
    come = "".join(new[start : len(new) - end])
    return replacement(len("".join(old[:start])), len(gone), come)


class Site:
    """The editor, its bridge, the messages under way, and the shared text."""

    def __init__(self, *, tells_whole: bool = False, checks_versions: bool = True) -> None:
        self.editor_text = EditorText(START, Encoding.UTF16)
        self.shared = START
        self.version = 1
        self.tells_whole = tells_whole
        self.checks_versions = checks_versions
        text = EditorText(START, Encoding.UTF16)
        self.bridge = JoinedText(
            text, 1, marks_edits=False, by_hunks=True, checks_versions=checks_versions
        )
        self.untold: list[TextChange] = []
        self.to_editor: deque[Request] = deque()
        self.to_bridge: deque[Callable[[], list[Step]]] = deque()
        self.now = 0.0
        self.names = count(0x4E00)
        self.written: Counter[str] = Counter(START)

    @property
    def text(self) -> str:
        return self.editor_text.text

    def name(self, *, has_line: bool) -> str:
        """A text that is nowhere else."""
        name = chr(next(self.names)) + ("\n" if has_line else "")
        self.written.update(name)
        return name

    def type(self, at: int, deleted: int, shape: str, *, has_line: bool) -> None:
        at = min(at, len(self.text) - 1)
        deleted = min(deleted, len(self.text) - 1 - at)
        self.make(replacement(at, deleted, self.name(has_line=has_line)), shape)

    def make(self, change: Delta, shape: str) -> None:
        before = self.text
        told = shaped(before, apply(before, change), change, shape)
        for edit in self.editor_text.edits(told):
            part = TextChange(edit.newText, edit.range)
            self.editor_text.change([part])
            self.untold.append(part)
        self.version += 1

    def remote(self, at: int, deleted: int, *, has_line: bool) -> None:
        at = min(at, len(self.shared) - 1)
        deleted = min(deleted, len(self.shared) - 1 - at)
        change = replacement(at, deleted, self.name(has_line=has_line))
        self.shared = apply(self.shared, change)
        self.carry_out(self.bridge.remote(change, self.now))

    def editor(self, shape: str, *, lies: bool) -> None:
        """Make the edit that is asked for, or not, and answer."""
        if not self.to_editor:
            return
        request = self.to_editor.popleft()
        is_made = request.version == self.version or not self.checks_versions
        if is_made:
            (edit,) = request.edits
            copy = EditorText(self.text, Encoding.UTF16)
            self.make(copy.change([TextChange(edit.newText, edit.range)]), shape)
        elif not lies:
            self.to_bridge.append(lambda: self.look(request.request_id))

    def tell(self) -> None:
        """One didChange of all that was not told yet."""
        if not self.untold:
            return
        parts, self.untold = self.untold, []
        if self.tells_whole:
            parts = [TextChange(self.text, None)]
        version = self.version
        self.to_bridge.append(lambda: self.bridge.changed(parts, version, self.now))

    def look(self, request_id: int) -> list[Step]:
        """The bridge waits no longer for what the editor tells about a request."""
        made_at = self.bridge.made_at
        if made_at is None and not self.checks_versions:
            return []  # it is made in any case
        answer = EditAnswer(applied=made_at is not None, version=made_at or 0)
        return self.bridge.answered(request_id, answer, self.now)

    def step(self, step: tuple[Any, ...]) -> None:
        match step:
            case ("type", at, deleted, has_line, shape):
                self.type(at, deleted, shape, has_line=has_line)
            case ("remote", at, deleted, has_line):
                self.remote(at, deleted, has_line=has_line)
            case ("editor", shape, lies):
                self.editor(shape, lies=lies)
            case ("tell",):
                self.tell()
            case ("bridge",):
                if self.to_bridge:
                    self.carry_out(self.to_bridge.popleft()())
            case ("wait",):
                self.now += 2
                self.carry_out(self.look(self.bridge.request_id))
            case _:
                self.now += 2
                self.carry_out(self.bridge.proceed(self.now))

    def carry_out(self, steps: list[Step]) -> None:
        for step in steps:
            if isinstance(step, Write):
                self.shared = apply(self.shared, step.change)
            else:
                self.to_editor.append(step)
        assert apply(self.bridge.text, self.bridge.debt) == self.shared, "P1"

    def come_to_rest(self) -> None:
        for _ in range(200):
            while self.to_editor:
                self.editor("as made", lies=False)
            self.tell()
            while self.to_bridge:
                self.step(("bridge",))
            self.step(("wait",))
            if self.bridge.is_equal and not self.untold and not self.to_editor:
                break
            self.step(("time",))


def steps(most_deleted: int) -> st.SearchStrategy[list[Any]]:
    places, deleted = st.integers(0, 16), st.integers(0, most_deleted)
    shapes = st.sampled_from(SHAPES)
    return st.lists(
        st.one_of(
            st.tuples(st.just("type"), places, deleted, st.booleans(), shapes),
            st.tuples(st.just("remote"), places, deleted, st.booleans()),
            st.tuples(st.just("editor"), shapes, st.booleans()),
            st.tuples(st.sampled_from(("tell", "bridge", "wait", "time"))),
        ),
        max_size=40,
    )


@pytest.mark.parametrize("tells_whole", [False, True])
@settings(max_examples=150)
@given(steps=steps(0))
def test_what_both_type_is_there_once(tells_whole: bool, steps: list[Any]) -> None:
    site = Site(tells_whole=tells_whole)
    for step in steps:
        site.step(step)
    site.come_to_rest()
    assert site.text == site.shared == site.bridge.text, "P2"
    assert Counter(site.text) == site.written


@pytest.mark.parametrize("tells_whole", [False, True])
@settings(max_examples=150)
@given(steps=steps(3))
def test_all_ends_equal_whatever_is_deleted(tells_whole: bool, steps: list[Any]) -> None:
    site = Site(tells_whole=tells_whole)
    for step in steps:
        site.step(step)
    site.come_to_rest()
    assert site.text == site.shared == site.bridge.text, "P2"
    # That a part of an edit was deleted cannot be seen where whole texts are told.
    doubled = {name for name in site.text if name > "\u4dff" and site.text.count(name) > 1}
    assert tells_whole or not doubled


@settings(max_examples=150)
@given(steps=steps(0))
def test_an_edit_at_a_wrong_place_is_put_right(steps: list[Any]) -> None:
    site = Site(checks_versions=False)
    for step in steps:
        site.step(step)
    site.come_to_rest()
    assert site.text == site.shared == site.bridge.text, "P2"
    assert Counter(site.text) == site.written
