"""Editors without a plugin end equal, and no text is there twice, however late their echoes are.

Such an editor makes an edit at exactly its version or drops it, and says the same either way. Its
bridge looks at the text, and gives up after a while: the edit may still be made then.
"""

from collections import deque
from collections.abc import Callable
from itertools import count
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from peerline.documents.delta import Delta, apply, replacement
from peerline.documents.difference import difference
from peerline_bridge.coediting.echoes import exact_echo
from peerline_bridge.coediting.effects import EditRequest, Effect, LocalEdit
from peerline_bridge.coediting.handshake import Handshake
from peerline_bridge.coediting.hunks import before_last_newline, differ_in_last_newlines

START = "one\ntwo\n"
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("type"), st.integers(0, 12), st.integers(0, 3), st.booleans()),
        st.tuples(st.just("remote"), st.integers(0, 12), st.integers(0, 3), st.booleans()),
        st.tuples(st.just("cut"), st.integers(0, 12), st.integers(1, 3)),
        st.tuples(st.sampled_from(("editor", "bridge", "look", "give up"))),
    ),
    max_size=50,
)


class Site:
    """An editor that keeps a newline at the end, its bridge, and the shared text."""

    def __init__(self) -> None:
        self.text = self.shared = START
        self.version = 1
        self.bridge = Handshake(START, 1, marks_edits=False, by_hunks=True)
        self.to_editor: deque[EditRequest] = deque()
        self.to_bridge: deque[Callable[[], list[Effect]]] = deque()
        self.asked = 0
        self.now = 0.0
        self.names = count(0x4E00)

    def insertion(self, *, has_line: bool) -> str:
        """A text that is nowhere else."""
        return chr(next(self.names)) + ("\n" if has_line else "")

    def change(self, change: Delta) -> None:
        before = self.text
        after = apply(before, change)
        self.text = after if after.endswith("\n") else after + "\n"
        self.version += 1
        version, delta = self.version, difference(before, self.text)
        self.to_bridge.append(lambda: self.bridge.changed(delta, version, self.now))

    def step(self, step: tuple[Any, ...]) -> None:
        match step:
            case ("type", at, deleted, has_line):
                at = min(at, len(self.text) - 1)
                deleted = min(deleted, len(self.text) - 1 - at)
                self.change(replacement(at, deleted, self.insertion(has_line=has_line)))
            case ("remote", at, deleted, has_line):
                at = min(at, len(self.shared))
                deleted = min(deleted, len(self.shared) - at)
                change = replacement(at, deleted, self.insertion(has_line=has_line))
                self.shared = apply(self.shared, change)
                self.carry_out(self.bridge.remote(change, self.now))
            case ("cut", at, deleted):
                at = max(0, min(at, len(self.shared) - deleted))
                change = replacement(at, min(deleted, len(self.shared) - at), "")
                self.shared = apply(self.shared, change)
                self.carry_out(self.bridge.remote(change, self.now))
            case ("editor",):
                self.editor()
            case ("bridge",):
                if self.to_bridge:
                    self.carry_out(self.to_bridge.popleft()())
            case ("look",):
                self.look()
            case _:
                self.carry_out(
                    self.bridge.answered(self.asked, self.version, self.now, applied=False)
                )

    def editor(self) -> None:
        if self.to_editor:
            request = self.to_editor.popleft()
            if request.version == self.version:
                change = before_last_newline(self.text, request.change)
                assert change, "a client is asked for one edit, not for none"
                self.change(change)

    def look(self) -> None:
        version = self.bridge.made_at
        if version is not None:
            self.carry_out(self.bridge.answered(self.asked, version, self.now, applied=True))

    def carry_out(self, effects: list[Effect]) -> None:
        for effect in effects:
            if isinstance(effect, LocalEdit):
                self.shared = apply(self.shared, effect.change)
            else:
                self.asked = effect.request_id
                self.to_editor.append(effect)
        assert apply(self.bridge.text, self.bridge.debt) == self.shared


@settings(max_examples=300)
@given(steps=STEPS)
def test_all_ends_equal_and_nothing_is_there_twice(steps: list[Any]) -> None:
    site = Site()
    for step in steps:
        site.step(step)
    for _ in range(300):
        site.now += 0.06
        while site.to_editor:
            site.editor()
        while site.to_bridge:
            site.step(("bridge",))
        site.look()
        if site.bridge.is_equal:
            break
        site.step(("give up",))
        site.carry_out(site.bridge.proceed(site.now))
    assert site.text == site.shared == site.bridge.text
    assert all(site.text.count(name) <= 1 for name in set(site.text) if name > "\u4dff")


TEXTS = st.text(alphabet="ab\n", max_size=12)


@settings(max_examples=500)
@given(text=TEXTS, one=TEXTS, other=TEXTS)
def test_an_echo_is_exact_if_the_texts_differ_in_nothing_but_last_newlines(
    text: str, one: str, other: str
) -> None:
    found = exact_echo(text, difference(text, one), [difference(text, other)])
    assert (found == 1) == differ_in_last_newlines(one, other)
