"""A new generation has the text and the authors of the one before, and takes nothing of it in."""

from dataclasses import dataclass, field
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from peerline.documents.delta import normal
from peerline.documents.shared_text import SharedText
from peerline_server.core.records import StoredGeneration
from peerline_server.documents.document import Document
from peerline_server.documents.generations import seed_of
from peerline_server.documents.refused import UpdateRefused
from peerline_server.runtime.live_documents import DocumentOptions
from peerline_server.settings import Settings

LIMITS = DocumentOptions.of(Settings()).limits
START = "α🎉\nseed\n"
ALPHABET = "ab\n\u2028\u0301é🎉漢\x00\r"
USERS = ("ann", "bob")


@dataclass
class World:
    """A document on the server, and what two writers have of its present generation."""

    document: Document = field(init=False)
    writers: list[SharedText] = field(default_factory=list)
    old: list[bytes] = field(default_factory=list)
    """Whole states of generations before."""
    retired: dict[int, str] = field(default_factory=dict)
    ids: int = 100

    def begin(self, data: bytes, runs: Any) -> None:
        stored = StoredGeneration(data, runs, 0, [], {}, dict(self.retired), has_ended=False)
        self.document = Document(stored, LIMITS)
        self.writers = []
        for _ in USERS:
            self.ids += 1
            writer = SharedText(self.ids)
            writer.apply(data)
            self.writers.append(writer)

    def edit(self, who: int, at: int, deleted: int, inserted: str) -> None:
        writer = self.writers[who]
        at %= len(writer.text) + 1
        gone = min(deleted, len(writer.text) - at)
        update = writer.edit(normal((at, inserted, -gone)))
        taken = self.document.take(update, USERS[who], may_edit=True)
        if taken is not None:
            self.document.commit(taken)
            self.writers[1 - who].apply(update)

    def renew(self) -> None:
        before = self.document
        text, runs = before.text.text, list(before.runs)
        self.old.append(before.text.encode())
        self.retired |= dict.fromkeys(before.text.clocks, f"g{len(self.old)}")
        seed = seed_of(text, runs)
        self.begin(seed.update, seed.runs)
        assert self.document.text.text == text, "P11"
        assert list(self.document.runs) == runs, "the authors stay"
        assert self.document.text.items <= 2, "that is what it is for"

    def offer_old(self) -> None:
        """Somebody comes back with a generation that is gone, and offers all of it."""
        text = self.document.text.text
        for state in self.old:
            try:
                taken = self.document.take(state, "ann", may_edit=True)
            except UpdateRefused:
                continue
            assert taken is None, "P10"
        assert self.document.text.text == text


STEPS = st.lists(
    st.one_of(
        st.tuples(
            st.integers(0, 1),
            st.integers(0, 40),
            st.integers(0, 3),
            st.text(alphabet=ALPHABET, max_size=4),
        ),
        st.sampled_from(("renew", "offer old")),
    ),
    max_size=30,
)


@settings(max_examples=300)
@given(steps=STEPS)
def test_a_renewal_changes_no_text_and_no_text_comes_in_twice(steps: list[Any]) -> None:
    world = World()
    seed = seed_of(START, [(len(START), "ann")])
    world.begin(seed.update, seed.runs)
    for step in (*steps, "renew", "offer old"):
        match step:
            case "renew":
                world.renew()
            case "offer old":
                world.offer_old()
            case _:
                world.edit(*step)
    assert [writer.text for writer in world.writers] == 2 * [world.document.text.text]
