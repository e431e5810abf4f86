"""Names that look alike: nobody takes the name of another participant. Pure.

After Unicode Technical Standard #39, section 4: two names look alike if they have the same
skeleton. Taking off accents and telling apart neither 0 from O nor i from l is stricter than the
standard; all that it costs is a number behind a name.
"""

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from typing import Final

from peerline.protocol.roles import SERVER_USER_ID
from peerline.protocol.text import clean_name
from peerline.protocol.types import MAX_USERNAME_CHARS
from server.confusables import LOOKS_LIKE

_PROTOTYPES: Final = {
    ord(char): prototype for prototype, chars in LOOKS_LIKE.items() for char in chars
}
_SAME_IN_ASCII: Final = str.maketrans(
    {"0": "o", "1": "l", "i": "l", "|": "l", "!": "l", "m": "rn", "w": "vv", "-": "_", ".": "_"}
)
_ACCENTS: Final = re.compile(
    "[\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe00-\ufe0f\ufe20-\ufe2f]+"
)
RESERVED: Final = (SERVER_USER_ID, "server", "system")
"""Nobody speaks for the server."""


@lru_cache(maxsize=4_096)
def looks(name: str) -> frozenset[str]:
    """What the name looks like: two that share one of these may be taken for one another."""
    shown = unicodedata.normalize("NFKC", clean_name(name))
    bare = _ACCENTS.sub("", unicodedata.normalize("NFKD", shown))
    skeleton = bare.translate(_PROTOTYPES).casefold().translate(_SAME_IN_ASCII)
    # A capital and a small letter may look like different letters; they are one name all the same.
    folded = bare.casefold().translate(_PROTOTYPES).casefold().translate(_SAME_IN_ASCII)
    return frozenset({_words(skeleton), _words(folded)})


def distinct_name(wanted: str, others: Iterable[str], *, current: str | None = None) -> str:
    """The wanted name, or with the first free number if it looks like one of the others.

    `current` is what a participant is called already; it stays if it is the wanted name numbered.
    """
    everybody = (*RESERVED, *others)
    wished = looks(wanted)
    if all(wished.isdisjoint(looks(other)) for other in everybody):
        return wanted
    taken = frozenset[str]().union(*map(looks, everybody))
    if current is not None and _is_numbered(current, wanted) and not looks(current) & taken:
        return current
    number = 2
    while True:
        suffix = f" ({number})"
        name = wanted[: MAX_USERNAME_CHARS - len(suffix)].rstrip() + suffix
        if not looks(name) & taken:
            return name
        number += 1


def _is_numbered(name: str, wanted: str) -> bool:
    beginning, bracket, rest = name.rpartition(" (")
    return bool(bracket) and wanted.startswith(beginning) and rest.removesuffix(")").isdecimal()


def _words(text: str) -> str:
    return " ".join(text.split())
