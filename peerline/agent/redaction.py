"""Secrets are taken out of all that leaves an agent's machine. Pure, in linear time.

Known shapes come first, then values whose name says secret, then random texts near such a word.
No pattern can go back over more than a fixed number of characters.
"""

import math
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from itertools import pairwise
from typing import Final

from peerline.agent.secret_shapes import SHAPES

MIN_KNOWN_CHARS: Final = 8
"""Shorter values of the environment are ordinary words."""
MIN_ENTROPY_BITS: Final = 4.0
MIN_RANDOM_CHARS: Final = 24
MAX_RANDOM_CHARS: Final = 512
MIN_VALUE_CHARS: Final = 6
MIN_TEXT_CHARS: Final = 8
"""In quotes, of a name that does not say password."""
_NEAR_CHARS: Final = 64
_ASCII_LOWER: Final = {code: code + 32 for code in range(ord("A"), ord("Z") + 1)}

_NAMES: Final = (*("key", "token", "secret", "passw", "pwd", "passphrase", "dsn", "credential"),)
"""The texts that a name which says secret contains; `key` only behind one of `_KEY_KINDS`."""
_ENVIRONMENT_NAME: Final = re.compile(
    r"(?:.*[_-])?(?:\w*KEY|\w*TOKEN|\w*SECRET|\w*PASSWORD|PASSWD|\w*PASSPHRASE|PWD|DSN|CREDENTIALS?)",
    re.IGNORECASE,
)
_NOT_SECRET: Final = frozenset({"PWD", "OLDPWD"})
_KEY_KIND: Final = re.compile(
    r"(?:api|access|secret|private|auth|account|encryption|signing|master|license|client|shared"
    r"|deploy|app|session|service|consumer|[a-z0-9][_.-])[ _.-]?$",
    re.ASCII,
)
_NAME: Final = re.compile(
    r"key(?:_?base)?|tokens?|secrets?|passwords?|passwd|passphrase|pwd|dsn|credentials?", re.ASCII
)
_ASSIGNED: Final = re.compile(
    r"""
    (?P<number>_?[0-9]{0,2})
    (?P<shut>\\?["'`]?\]?)
    (?P<sign>
        [ \t]{0,8}(?::[ \t]{0,2}[\w.]{1,24}[ \t]{1,2}=|=>|:=|\?=|\|\|=|[=:])[ \t]{0,8}(?!=)
        | (?P<comma>,[ \t]{0,4}(?=["']))
        | (?P<space>[ \t]{1,4})
    )
    (?:[rbfu]?(?P<quote>\\?["'`]) (?P<quoted>[^"'`\r\n\\\u2039]{4,512}+) (?=\\?["'`])
      | (?P<bare>[^\s"'`,;()\[\]{}<>\\\u2039]{4,512}+) (?P<after>[(\[{]?))
    """,
    re.IGNORECASE | re.VERBOSE | re.ASCII,
)
_HEADERS: Final = (
    *("authorization", "x-api-key", "x-auth-token", "private-token", "x-access-token"),
    *("job-token", "api-key"),
)
_HEADER: Final = re.compile(
    rf"""
    (?:{"|".join(_HEADERS)})
    \\?["']?\]?[ \t]{{0,4}}[:=,][ \t]{{0,4}}[rbf]?\\?["'`]?
    (?:(?:bearer|basic|token|digest|apikey|bot)[ \t]{{1,4}})?
    (?P<value>[\w.~+/=:-]{{8,4096}}+)
    """,
    re.IGNORECASE | re.VERBOSE | re.ASCII,
)
_BEARER: Final = re.compile(
    r"bearer[ \t]{1,4}(?P<value>[\w.~+/=-]{16,4096}+)", re.IGNORECASE | re.ASCII
)
_COOKIE: Final = re.compile(
    r"cookie\\?[\"']?[ \t]{0,4}:[ \t]{0,4}[\"']?(?P<value>[\w.-]{1,64}=[^\s\"'\\\u2039]{8,4096}+)",
    re.IGNORECASE | re.ASCII,
)
_QUERY: Final = re.compile(
    r"""(?:[?&;\#]|%3f|%26)(?:access_token|refresh_token|id_token|token|api_?key|key|sig|signature
    |secret|password|client_secret|auth|invite|code|x-amz-signature|x-amz-security-token
    |x-goog-signature)(?:=|%3d)(?P<value>[^\s&#%"'`<>{}()\\\u2039]{6,4096}+)""",
    re.IGNORECASE | re.VERBOSE | re.ASCII,
)
_RANDOM: Final = re.compile(r"(?<![\w+/=-])[A-Za-z0-9+/_=-]{24,512}+", re.ASCII)
_PLACEHOLDER: Final = re.compile(
    r"""\$.* | %(?:[sdv]|\(.*) | <.* | [*.x?#_-]+ | .*(?:\.\.\.|…|\*\*\*).*
    | (?:your|my|some|the|example|dummy)[_-].* | none | null | nil | true | false | undefined
    | self\..* | this\..* | process\.env.* | os\.environ.*
    | .*(?:example|changeme|placeholder|redacted).*""",
    re.IGNORECASE | re.VERBOSE | re.ASCII,
)
_PASSWORDS: Final = ("passw", "passphrase", "pwd")
_SAYS_SECRET: Final = re.compile(
    r"token|secret|passw|passphrase|credential|api[ _-]?key", re.IGNORECASE
)
"""A value that says secret is the name of one, or a message about one."""
_LABELS: Final = frozenset({"string", "number", "boolean", "required", "optional", "hidden"})
_TITLE: Final = re.compile(r"[A-Z][a-z]+")
_MARKS: Final = re.compile(r"[!#$%&*+@^~]")
_FLAG: Final = re.compile(r"--?[a-z-]*$", re.IGNORECASE)
_CODE_WORD: Final = re.compile(r"[A-Za-z_$][a-z_]*(?:[.:/_-][A-Za-z_]+)*[?!:]?", re.ASCII)
"""A name, a type, a path: letters and the marks between words."""


def redact(text: str, known: Iterable[str], hide: Callable[[str, str], str]) -> str:
    """The text without secrets.

    Args:
        text: Any text.
        known: Secrets that are known as such, the longest first.
        hide: Gives what stands for a secret, from its kind and itself.
    """
    for value in known:
        if value in text:
            text = text.replace(value, hide("environment", value))
    for shape in SHAPES:
        if shape.literal in text:
            text = _replaced(shape.pattern, text, shape.kind, hide)
    lower = _lowered(text)
    if any(name in lower for name in _HEADERS):
        text = _replaced(_HEADER, text, "header", hide)
    if "bearer" in lower:
        text = _replaced(_BEARER, text, "bearer", hide)
    if "cookie" in lower:
        text = _replaced(_COOKIE, text, "cookie", hide)
    if ("=" in text and ("?" in text or "&" in text or "#" in text)) or "%3d" in lower:
        text = _replaced(_QUERY, text, "url", hide)
    return _named(text, hide)


def _lowered(text: str) -> str:
    """The text in lower case, with every character at its place."""
    lower = text.lower()
    return lower if len(lower) == len(text) else text.translate(_ASCII_LOWER)


def _named(text: str, hide: Callable[[str, str], str]) -> str:
    """The text without what a name before it gives away."""
    lower = _lowered(text)
    parts: list[str] = []
    done = 0
    for name, start, end in _names(lower):
        if start < done:
            continue
        found = _assigned(text, name, start, end) or _random(text, end)
        if found is not None and found[1] >= done:
            kind, first, last = found
            parts += [text[done:first], hide(kind, text[first:last])]
            done = last
    return "".join([*parts, text[done:]]) if parts else text


def _names(lower: str) -> list[tuple[str, int, int]]:
    """The names that say secret, with their places in the text, in order."""
    found: dict[int, tuple[str, int, int]] = {}
    for word in _NAMES:
        at = lower.find(word)
        while at >= 0:
            if word != "key" or _KEY_KIND.search(lower[max(0, at - 12) : at]) is not None:
                match = _NAME.match(lower, at)
                if match is not None:
                    found.setdefault(at, (match[0], at, match.end()))
            at = lower.find(word, at + 1)
    return [found[at] for at in sorted(found)]


def _replaced(
    pattern: re.Pattern[str], text: str, kind: str, hide: Callable[[str, str], str]
) -> str:
    group = pattern.groups and 1

    def put(found: re.Match[str]) -> str:
        value = found[group]
        if group and _PLACEHOLDER.fullmatch(value[:200]) is not None:
            return found[0]
        start, end = (place - found.start() for place in found.span(group))
        return found[0][:start] + hide(kind, value) + found[0][end:]

    return pattern.sub(put, text)


def _assigned(text: str, name: str, start: int, end: int) -> tuple[str, int, int] | None:
    """The kind and the place of the secret that is assigned to a name."""
    found = _ASSIGNED.match(text, end)
    if found is None:
        return None
    before = text[max(0, start - 40) : start]
    is_password = name.startswith(_PASSWORDS)
    is_environment = text[start:end].isupper()
    if found["quoted"] is not None:
        is_secret = (found["comma"] is None or is_environment) and found["space"] is None
        is_secret = is_secret and _is_secret_text(found["quoted"], is_password=is_password)
        group = "quoted"
    else:
        is_flag = _FLAG.search(before) is not None
        is_secret = _is_secret_bare(
            found, is_flag=is_flag, is_password=is_password, is_environment=is_environment
        )
        group = "bare"
    return (_kind(name), *found.span(group)) if is_secret else None


def _is_secret_text(value: str, *, is_password: bool) -> bool:
    """Whether a text in quotes is a secret, and not a label or a message."""
    if _is_placeholder(value) or " " in value.strip():
        return False
    if is_password:
        return (
            len(value) >= MIN_VALUE_CHARS and not _TITLE.fullmatch(value) and value not in _LABELS
        )
    is_word = _CODE_WORD.fullmatch(value) is not None
    has_digit = any(char.isdigit() for char in value)
    return len(value) >= MIN_TEXT_CHARS and (_looks_random(value) or (has_digit and not is_word))


def _is_secret_bare(
    found: re.Match[str], *, is_flag: bool, is_password: bool, is_environment: bool
) -> bool:
    """Whether a value without quotes is a secret, and not code."""
    value = found["bare"]
    if (
        len(value) < MIN_VALUE_CHARS
        or found["after"]
        or found["comma"] is not None
        or value.startswith(("/", "./", "~/"))
        or value.endswith((":", "?"))
        or _is_placeholder(value)
    ):
        return False
    is_word = _CODE_WORD.fullmatch(value) is not None
    if is_flag or (is_environment and found["sign"] == "="):
        return not is_word or is_password or _looks_random(value)
    has_digit = any(char.isdigit() for char in value)
    if found["space"] is not None and not is_password:
        return False  # a random text there is found as such
    if is_password and (_changes(value) >= 0.3 * len(value) or _has_marks(value)):
        return True
    return has_digit and any(char.isalpha() for char in value) and not is_word


def _has_marks(value: str) -> bool:
    return _MARKS.search(value) is not None and _CODE_WORD.fullmatch(value) is None


def _is_placeholder(value: str) -> bool:
    return _PLACEHOLDER.fullmatch(value[:200]) is not None or _SAYS_SECRET.search(value) is not None


def _random(text: str, end: int) -> tuple[str, int, int] | None:
    """The kind and the place of a random text soon after a name."""
    limit = text.find("\n", end, end + _NEAR_CHARS)
    for found in _RANDOM.finditer(text, end, end + _NEAR_CHARS + MAX_RANDOM_CHARS):
        if found.start() > (limit if limit >= 0 else end + _NEAR_CHARS):
            return None
        if _looks_random(found[0]) and _entropy(found[0]) >= MIN_ENTROPY_BITS:
            return ("random", *found.span())
    return None


def _looks_random(value: str) -> bool:
    """Whether the kinds of characters change as often as they do not in words."""
    if len(value) < 16:  # noqa: PLR2004 - of less nothing can be told
        return False
    least = 0.3 if any(char.isdigit() for char in value) else 0.4
    return _changes(value) >= least * len(value)


def _changes(value: str) -> int:
    """How often upper case, lower case, digits and marks take turns."""
    kinds = [
        0 if char.islower() else 1 if char.isupper() else 2 if char.isdigit() else 3
        for char in value
    ]
    return sum(one != other for one, other in pairwise(kinds))


def _entropy(value: str) -> float:
    """The bits for each character (Shannon)."""
    size = len(value)
    return -sum(n / size * math.log2(n / size) for n in Counter(value).values())


def _kind(name: str) -> str:
    lower = name.lower()
    if lower.startswith(_PASSWORDS):
        return "password"
    for kind in ("token", "key", "dsn", "credential"):
        if kind in lower:
            return kind
    return "secret"


def secrets_of(environ: Mapping[str, str]) -> tuple[str, ...]:
    """The values of an environment whose names say secret, the longest first."""
    found = {
        value
        for name, value in environ.items()
        if len(value) >= MIN_KNOWN_CHARS
        and name.upper() not in _NOT_SECRET
        and _ENVIRONMENT_NAME.fullmatch(name) is not None
    }
    return tuple(sorted(found, key=lambda value: (-len(value), value)))
