"""Names that look alike: nobody takes the name of another participant. Pure.

After Unicode Technical Standard #39, section 4: two names look alike if they have the same
skeleton. Taking off accents and telling apart neither 0 from O nor i from l is stricter than the
standard; all that it costs is a number behind a name.
"""

import re
import unicodedata
from collections import Counter
from functools import lru_cache
from typing import Final

from peerline.protocol.limits import MAX_USERNAME_CHARS
from peerline.protocol.roles import SERVER_USER_ID
from peerline.protocol.text import clean_name
from peerline_server.core.confusables import LOOKS_LIKE

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
    """The looks of a name: two names that share one of these may be taken for one another."""
    shown = unicodedata.normalize("NFKC", clean_name(name))
    bare = _ACCENTS.sub("", unicodedata.normalize("NFKD", shown))
    skeleton = bare.translate(_PROTOTYPES).casefold().translate(_SAME_IN_ASCII)
    # A capital and a small letter may look like different letters; they are one name all the same.
    folded = bare.casefold().translate(_PROTOTYPES).casefold().translate(_SAME_IN_ASCII)
    return frozenset({_words(skeleton), _words(folded)})


class NameBook:
    """The names of a session's participants. A look-up costs the same however many there are."""

    def __init__(self) -> None:
        self._names: dict[str, str] = {}
        self._reserved: dict[str, list[str]] = {}
        self._taken = Counter(look for name in RESERVED for look in looks(name))

    def put(self, user_id: str, name: str) -> None:
        """The user is called so from now on."""
        self.remove(user_id)
        self._names[user_id] = name
        self._taken.update(looks(name))

    def reserve(self, user_id: str, name: str) -> None:
        """Keep the name for the user, who is not called so yet."""
        self._reserved.setdefault(user_id, []).append(name)
        self._taken.update(looks(name))

    def release(self, user_id: str, name: str) -> None:
        """End a reservation."""
        names = self._reserved[user_id]
        names.remove(name)
        if not names:
            del self._reserved[user_id]
        self._free(name)

    def reserved(self, user_id: str) -> str | None:
        """The name that the user will have when all is written; None if none is kept."""
        names = self._reserved.get(user_id)
        return names[-1] if names else None

    def remove(self, user_id: str) -> None:
        """The user is no participant any more."""
        name = self._names.pop(user_id, None)
        if name is not None:
            self._free(name)

    def name_for(self, user_id: str, wanted: str) -> str:
        """The wanted name, or with the first free number if it looks like another participant's.

        A user who has a number already keeps it as long as the wanted name is taken.
        """
        if not self._is_taken(wanted, user_id):
            return wanted
        current = self._names.get(user_id)
        if current is not None and is_numbered(current, wanted):
            return current
        number = 2
        while True:
            suffix = f" ({number})"
            name = _with_suffix(wanted, suffix)
            if not self._is_taken(name, user_id):
                return name
            number += 1

    def _free(self, name: str) -> None:
        for look in looks(name):
            self._taken[look] -= 1
            if not self._taken[look]:
                del self._taken[look]

    def _is_taken(self, name: str, user_id: str) -> bool:
        """Whether somebody else's name looks so."""
        names = [*self._reserved.get(user_id, ())]
        if user_id in self._names:
            names.append(self._names[user_id])
        own = Counter(look for one in names for look in looks(one))
        return any(self._taken[look] > own[look] for look in looks(name))


def is_numbered(name: str, wanted: str) -> bool:
    """Whether a name is the wanted one with a number."""
    _, bracket, rest = name.rpartition(" (")
    suffix = bracket + rest
    is_number = bool(bracket) and rest.endswith(")") and rest.removesuffix(")").isdecimal()
    return is_number and name == _with_suffix(wanted, suffix)


def _with_suffix(wanted: str, suffix: str) -> str:
    """The name with the suffix, as much of it as there is room for."""
    return wanted[: MAX_USERNAME_CHARS - len(suffix)].rstrip() + suffix


def _words(text: str) -> str:
    return " ".join(text.split())
