"""The start of a document's generation, and whether the state of one can be read. Pure."""

from collections.abc import Sequence

from peerline.documents.errors import UpdateError
from peerline.documents.guard import check_update
from peerline.documents.shared_text import SharedText
from peerline_server.core.records import Seed
from peerline_server.documents.runs import Run


def seed_of(text: str, runs: Sequence[Run]) -> Seed:
    """The start of a generation with a text, made exactly once."""
    update = SharedText.seeded(text)
    return Seed(update, tuple(check_update(update, {}).clocks), runs)


def reads_back(data: bytes, text: str) -> bool:
    """Whether a state is read as this text."""
    copy = SharedText()
    try:
        copy.apply(data)
    except UpdateError:
        return False
    else:
        return copy.text == text
    finally:
        copy.close()
