"""Mutated updates: those that are accepted are applied, and nothing breaks.

`make fuzz-updates` throws 100,000; PEERLINE_FUZZ_UPDATES and PEERLINE_FUZZ_SEED say which and how
many.
"""

import os
import random

from peerline.documents.shared_text import SharedText
from peerline_server.core.records import StoredGeneration
from peerline_server.documents.document import Document
from peerline_server.documents.generations import reads_back, seed_of
from peerline_server.documents.refused import UpdateRefused
from peerline_server.runtime.live_documents import DocumentOptions
from peerline_server.settings import Settings
from tests.yjs_updates import update

CASES = int(os.environ.get("PEERLINE_FUZZ_UPDATES", "1500"))
SEED = int(os.environ.get("PEERLINE_FUZZ_SEED", "1"))
AT_ONCE = 250
"""Mutations of one document."""
WORDS = ("a", "word ", "é", "🎉", "\n", "漢字", "0" * 200)


def test_a_mutated_update_is_refused_or_applied_and_harms_nothing() -> None:
    accepted = refused = 0
    for start in range(0, CASES, AT_ONCE):
        source = random.Random(SEED * 1_000_003 + start)  # noqa: S311 - a plan, not a secret
        some, others = _throw(source, min(AT_ONCE, CASES - start))
        accepted += some
        refused += others
    assert accepted > CASES / 50, "mutations that leave an update sound are among them"
    assert refused > CASES / 2


def _throw(source: random.Random, count: int) -> tuple[int, int]:
    seed = SharedText.seeded("the text\nof a document\n")
    stored = StoredGeneration(seed, [(23, "ann")], 0, [], {}, {}, has_ended=False)
    document = Document(stored, DocumentOptions.of(Settings()).limits)
    honest = SharedText(7)
    honest.apply(seed)
    accepted = 0
    for _ in range(count):
        data = _edit(honest, source)
        mutated = _mutated(data, source)
        before = (document.text.text, document.text.state)
        try:
            taken = document.take(mutated, "ann" if source.random() < 0.5 else "eve", may_edit=True)
        except UpdateRefused:
            assert (document.text.text, document.text.state) == before
        else:
            accepted += 1
            if taken is not None:
                document.commit(taken)
        _accept(document, data, "ann")
    _assert_sound(document)
    document.close()
    honest.close()
    return accepted, count - accepted


def _accept(document: Document, data: bytes, user_id: str) -> None:
    try:
        taken = document.take(data, user_id, may_edit=True)
    except UpdateRefused:
        return  # what it builds upon was not taken, or was written by a mutation
    if taken is not None:
        document.commit(taken)


def _edit(text: SharedText, source: random.Random) -> bytes:
    size = len(text.text)
    at = source.randrange(size + 1)
    deleted = min(source.randrange(4), size - at)
    return text.edit(
        (at, source.choice(WORDS), -deleted) if deleted else (at, source.choice(WORDS))
    )


def _mutated(data: bytes, source: random.Random) -> bytes:
    out = bytearray(data or update())
    for _ in range(source.randrange(1, 4)):
        place = source.randrange(len(out)) if out else 0
        match source.randrange(5):
            case 0 if out:
                out[place] = source.randrange(256)
            case 1 if out:
                out[place] ^= 1 << source.randrange(8)
            case 2:
                del out[place : place + source.randrange(1, 4)]
            case 3:
                out[place:place] = source.randbytes(source.randrange(1, 4))
            case _:
                end = place + source.randrange(1, 16)
                out[place:place] = out[place:end]
    return bytes(out)


def _assert_sound(document: Document) -> None:
    assert document.is_settled
    text = document.text.text
    assert document.runs.length == len(text)
    copy = SharedText()
    copy.apply(document.text.encode())
    assert dict(copy.clocks) == dict(document.text.clocks)
    copy.close()
    if not reads_back(document.text.encode(), text):
        # Between two places in the wrong order: a new generation has the text that writers have.
        assert reads_back(seed_of(text, list(document.runs)).update, text)
