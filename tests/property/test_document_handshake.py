"""Editors, bridges and the shared text end equal, in whatever order their messages come.

Each editor is a model of a real one: a text with a version that makes an edit at exactly that
version or refuses it. The shared text is pycrdt's. Messages keep their order on each way, and come
late.
"""

from collections import deque
from collections.abc import Callable
from typing import Any

import pycrdt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from peerline.documents.delta import Delta, apply, replacement
from peerline_bridge.coediting.effects import EditRequest, Effect, LocalEdit
from peerline_bridge.coediting.handshake import Handshake

START = "one\ntwo\nthree\n"


class SharedText:
    """pycrdt's text of one bridge, in code points, with the changes that others made."""

    def __init__(self, client_id: int, state: bytes) -> None:
        self.doc: pycrdt.Doc[Any] = pycrdt.Doc(client_id=client_id)
        self.text = self.doc.get("text", type=pycrdt.Text)
        self.doc.apply_update(state)

    def edit(self, change: Delta) -> bytes:
        before = self.doc.get_state()
        whole = str(self.text)
        at = 0
        shift = 0
        with self.doc.transaction():
            for step in change:
                place = len(whole[:at].encode()) + shift
                if isinstance(step, str):
                    self.text.insert(place, step)
                    shift += len(step.encode())
                elif step > 0:
                    at += step
                else:
                    size = len(whole[at : at - step].encode())
                    del self.text[place : place + size]
                    at -= step
                    shift -= size
        return self.doc.get_update(before)

    def take(self, update: bytes) -> Delta:
        deltas: list[Any] = []
        subscription = self.text.observe(lambda event: deltas.append(event.delta))
        before = str(self.text)
        self.doc.apply_update(update)
        self.text.unobserve(subscription)
        change: list[int | str] = []
        data = before.encode()
        at = 0
        for delta in deltas:
            for step in delta:
                if "insert" in step:
                    change.append(step["insert"])
                elif "retain" in step:
                    change.append(len(data[at : at + step["retain"]].decode()))
                    at += step["retain"]
                else:
                    change.append(-len(data[at : at + step["delete"]].decode()))
                    at += step["delete"]
        assert apply(before, tuple(change)) == str(self.text)
        return tuple(change)


class Site:
    """An editor, its bridge, and the messages between them that are under way."""

    def __init__(self, client_id: int, state: bytes, *, marks: bool) -> None:
        self.shared = SharedText(client_id, state)
        self.text = START
        self.version = 1
        self.marks = marks
        self.bridge = Handshake(START, 1, marks_edits=marks)
        self.to_editor: deque[EditRequest] = deque()
        self.to_bridge: deque[Callable[[], list[Effect]]] = deque()
        self.incoming: deque[bytes] = deque()
        self.now = 0.0
        self.refuse_next = False
        self.is_busy = False
        self.answer: Callable[[], list[Effect]] | None = None
        self.outgoing: list[bytes] = []

    def type(self, place: int, deleted: int, inserted: str) -> None:
        place = min(place, len(self.text))
        deleted = min(deleted, len(self.text) - place)
        self._change(replacement(place, deleted, inserted))

    def _change(self, change: Delta) -> None:
        self.text = apply(self.text, change)
        self.version += 1
        version = self.version
        self.to_bridge.append(lambda: self.bridge.changed(change, version, self.now))

    def editor_step(self) -> None:
        """Answer one request of the bridge; an answer may come after more typing."""
        if self.answer:
            self.to_bridge.append(self.answer)
            self.answer = None
            return
        if not self.to_editor:
            return
        request = self.to_editor.popleft()
        applied = request.version == self.version and not self.refuse_next and not self.is_busy
        if applied:
            if self.marks:
                self.to_bridge.append(lambda: self._applying(request.request_id))
            self._change(request.change)
        later = self.is_busy
        version = self.version
        self.refuse_next = False

        def answer() -> list[Effect]:
            return self.bridge.answered(
                request.request_id, version, self.now, applied=applied, later=later
            )

        if self.marks:
            self.to_bridge.append(answer)
        else:
            self.answer = answer

    def _applying(self, request_id: int) -> list[Effect]:
        self.bridge.applying(request_id)
        return []

    def become_free(self) -> None:
        if self.is_busy:
            self.is_busy = False
            self.to_bridge.append(lambda: self.bridge.ready(self.now))

    def bridge_step(self) -> None:
        if self.to_bridge:
            self.carry_out(self.to_bridge.popleft()())

    def network_step(self) -> None:
        if self.incoming:
            change = self.shared.take(self.incoming.popleft())
            self.carry_out(self.bridge.remote(change, self.now))

    def time_step(self) -> None:
        self.now += 0.06
        self.carry_out(self.bridge.proceed(self.now))

    def carry_out(self, effects: list[Effect]) -> None:
        for effect in effects:
            if isinstance(effect, LocalEdit):
                self.outgoing.append(self.shared.edit(effect.change))
            else:
                self.to_editor.append(effect)
        assert apply(self.bridge.text, self.bridge.debt) == str(self.shared.text)


def state_of_start() -> bytes:
    doc: pycrdt.Doc[Any] = pycrdt.Doc(client_id=99)
    text = doc.get("text", type=pycrdt.Text)
    text += START
    return doc.get_update()


STEPS = st.lists(
    st.tuples(
        st.integers(0, 1),
        st.one_of(
            st.tuples(
                st.just("type"),
                st.integers(0, 20),
                st.integers(0, 4),
                st.sampled_from(("", "a", "bc\n", "ž🎉")),
            ),
            st.tuples(
                st.sampled_from(("editor", "bridge", "network", "time", "refuse", "busy", "free"))
            ),
        ),
    ),
    max_size=60,
)


@pytest.mark.parametrize("marks", [(True, True), (False, False), (True, False)])
@settings(max_examples=150)
@given(steps=STEPS)
def test_all_end_with_the_same_text(marks: tuple[bool, bool], steps: list[Any]) -> None:
    state = state_of_start()
    sites = [Site(at + 1, state, marks=mark) for at, mark in enumerate(marks)]
    for who, step in steps:
        run(sites[who], step)
        relay(sites)
    for _ in range(300):
        for site in sites:
            site.become_free()
            site.editor_step()
            site.bridge_step()
            site.network_step()
            site.time_step()
        relay(sites)
    texts = {site.text for site in sites} | {str(site.shared.text) for site in sites}
    assert len(texts) == 1
    assert all(site.bridge.is_equal for site in sites)


def run(site: Site, step: tuple[Any, ...]) -> None:
    match step:
        case ("type", place, deleted, inserted):
            site.type(place, deleted, inserted)
        case ("refuse",):
            site.refuse_next = True
        case ("busy",):
            site.is_busy = True
        case ("free",):
            site.become_free()
        case _:
            getattr(site, f"{step[0]}_step")()


def relay(sites: list[Site]) -> None:
    for site in sites:
        for other in sites:
            if other is not site:
                other.incoming.extend(site.outgoing)
        site.outgoing.clear()
