"""Texts with what is read from them, or made of them: links, tokens, refusals, colors."""

import json
import random
from pathlib import Path
from typing import Any

from peerline.client.colors import assign_colors
from peerline.client.tokens import clean_token
from peerline.client.words import in_words
from peerline.protocol.errors import ErrorCode
from peerline.protocol.links import LinkError, SessionLink
from peerline.protocol.text import reveal_controls

_LINK = "peerline://host.example:99/abc_-9?invite=C0de_-"
_WEB = "https://h.example/s/abc#invite=c-_1"


def links() -> list[Any]:
    """Texts with the link in them, or with the error."""
    pasted: list[str] = json.loads((Path(__file__).parent / "links.json").read_text())
    return [_link_case(text) for text in dict.fromkeys([*LINKS, *pasted])]


def _link_case(text: str) -> dict[str, Any]:
    try:
        link = SessionLink.parse(text)
    except LinkError as error:
        return {"text": text, "error": str(error)}
    found = {
        "address": link.address,
        "sessionId": link.session_id,
        "tls": link.tls,
        "prefix": link.prefix,
    }
    invite = {} if link.invite is None else {"invite": link.invite}
    return {
        "text": text,
        "link": {**found, **invite},
        "editor": str(link),
        "socket": link.websocket_url,
    }


def tokens() -> list[Any]:
    """Tokens as they are pasted, and without what was around them."""
    return [{"text": text, "token": clean_token(text)} for text in TOKENS]


def words() -> list[Any]:
    """Refusals as the server sends them, and as a person reads them."""
    return [
        {"message": message, "text": in_words(ErrorCode.INVALID_FIELD, message)}
        for message in WORDS
    ]


def revealed() -> list[Any]:
    """Texts with characters that nobody sees, and as they are shown: in chat, and to be allowed."""
    chance = random.Random(564)  # noqa: S311 - it repeats the same texts
    mixed = ("".join(chance.choices(PIECES, k=chance.randint(1, 8))) for _ in range(400))
    single = (f"a{char}b" for char in UNSEEN)
    texts = dict.fromkeys([*REVEALED, *single, *mixed])
    return [
        {
            "text": text,
            "shown": reveal_controls(text),
            "exact": reveal_controls(text, all_spaces=True),
        }
        for text in texts
    ]


def colors() -> list[Any]:
    """Participants in the order of joining, with their colors."""
    people = [[], ["a"], ["a", "b", "a2"], [f"user{number}" for number in range(30)], ["é", "名"]]
    return [{"ids": ids, "colors": assign_colors(ids)} for ids in people]


LINKS = [
    *(
        _LINK,
        f" {_LINK}\n",
        f"<{_LINK}>",
        f"({_LINK}).",
        f"**{_LINK}**",
        f"_{_LINK}_",
        f'"{_LINK}"',
    ),
    *(f"Join me: {_LINK}, now!", f"[here]({_LINK})", f"`{_LINK}`", f"peerline:// no, {_LINK}"),
    *(_LINK.upper(), f"{_LINK}\u200b", f"\ufeff{_LINK}", f"peerline://h/abc and {_LINK}"),
    "vscode://peerline.peerline/join?link=peerline%3A%2F%2Fh%3A1%2Fabc%3Finvite%3Dc",
    "https://x.example/?to=peerline%253A%252F%252Fh%252Fabc%253Finvite%253Dc",
    *(
        _WEB,
        "http://h:8377/s/abc#invite=c",
        "http://h/s/abc",
        "https://h/s/abc",
        "https://h/pre/fix/s/abc#invite=c",
    ),
    *("https://h/s/s/abc#invite=c", "https://h/s/abc/more#invite=c", "https://h/about"),
    "https://a.example/s/x and peerline://h/abc",
    "peerline://h/abc and peerline://h/abc?invite=c",
    *("peerlines://h/abc", "peerlines://h:1/p/q/abc?invite=c", "peerline://h/s/abc"),
    *("peerline://h/abc", "peerline://h:/abc", "peerline://[::1]/abc", "peerline://h:65535/abc"),
    *(
        "peerline://EXAMPLE.org.:9/abc",
        "peerline://bücher.example/abc",
        "peerline://127.0.0.1:5/abc",
    ),
    *("peerline://[2001:DB8::0:1]:5/abc", "peerline://peerline_server:5/abc"),
    *(f"peerline://{'a' * 63}.b/abc", f"peerline://{'a' * 64}.b/abc", "peerline://a..b/abc"),
    *("peerline://-a/abc", "peerline://a-/abc", "peerline://256.1.1.1/abc", "peerline://1/abc"),
    *("peerline://0x7f/abc", "peerline://127.1/abc", "peerline://u@h/abc", "peerline://[::1/abc"),
    *("peerline://[fe80::1%25eth0]/abc", "peerline://h:0/abc", "peerline://h:65536/abc"),
    *("peerline://h:x/abc", "peerline://h/%2e%2e/abc", "peerline://h/a/../b", "ws://h/s/abc"),
    *("", " ", "x", "peerline:", "peerline://", "peerline://h", "peerline://h/", "peerline:/h/abc"),
    *(f"peerline://h/{'a' * 64}", f"peerline://h/{'a' * 65}", "peerline://h/?invite=x"),
    *("peerline://h/é", "peerline://h/abc?invite=%20", "peerline://h/abc?invite=a%C3%A9"),
    *("peerline://h/abc?invite=.", f"peerline://h/abc?invite={'a' * 128}"),
    *(f"peerline://h/abc?invite={'a' * 129}", "peerline://h/abc?invite=", "peerline://h/abc?x=1"),
    *("peerline://h/a\u202eb", "peerline://h/a\u00adb?invite=c", "peerline://h/a\x00b"),
    *(f"peerline://h/{'b' * 255}/abc", f"peerline://h/{'b' * 256}/abc"),
    *("__peerline://h:1/abc__", "peerline://h:1/abc?invite=c.", "peerline://h:1/abc/."),
]
TOKENS = [
    *(
        None,
        "",
        "  ",
        "a.b.c",
        " a.b.c\n",
        "Bearer a.b.c",
        "bearer\ta.b.c",
        '"a.b.c"',
        "'Bearer a'",
    ),
    *("\ufeffa.b.c", "a.b.c\u200b", "\u00a0a.b.c", "Bearer", "bearer ", "bearera.b.c", "Bearer: a"),
]
WORDS = [
    *(
        "the session has ended",
        "the time is 12: 30",
        "auth_token: \x1b[2J",
        "x: ",
        "a.b[0].c: is x",
    ),
    "auth_token: it is not a token that this server accepts",
    *("auth_token: it has expired; get a new one", "auth_token: its claim iss is missing"),
    "data.content: String should have at most 8000 characters",
    *(
        "username: at most 64 characters",
        "content: at least 1 character",
        "data.end_line: is missing",
    ),
    "data.context_before.3: Input should be a string",
    *("role: make somebody else a host first", "data.sketch: this field is not known"),
    *("changes.3: must be there", "data.0: String ", "user_id: no such participant!", "Field: x"),
    *(
        "seen \u202e and \u200b and a\u200db",
        "👩\u200d💻 and ❤️\u200d🔥",
        "\U0001f3f4\U000e0067\U000e0062",
    ),
    "\U0001f3f4\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f england",
    *("two\nlines\tand\rmore", "file: 😀 is odd", "invite: ünknown"),
]
UNSEEN = [
    *("\u00ad", "\u034f", "\u061c", "\u115f", "\u1160", "\u17b4", "\u17b5", "\u180b", "\u180c"),
    *("\u180d", "\u180e", "\u180f", "\u200b", "\u200c", "\u200d", "\u202e", "\u2060", "\u2066"),
    *("\u2800", "\u3164", "\ufe00", "\ufe0d", "\ufe0e", "\ufe0f", "\ufeff", "\uffa0", "\ufff0"),
    *("\U0001bca0", "\U0001d159", "\U0001d173", "\U000e0001", "\U000e0041", "\U000e007f"),
    *("\U000e0100", "\U000e01ef", "\U000e0fff", "\x00", "\x1b", "\x7f", "\x85", "\u2028", "\ue000"),
]
SPACES = ["\u00a0", "\u1680", "\u2003", "\u202f", "\u205f", "\u3000"]
PICTURES = [
    *("\U0001f468", "\U0001f3fb", "\U0001f3ff", "\u2764", "\u2640", "\u2642", "\u2695", "\u26a7"),
    *("\u00a9", "\u2194", "\u2b1b", "\U0001f3f4", "\U0001f3f3", "\U0001f308", "\U0001fae0"),
]
FLAG = "\U0001f3f4\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f"
PIECES = [
    *(*UNSEEN, *SPACES, *PICTURES, *PICTURES, FLAG, FLAG[:-1], FLAG[1:], "\u200d", "\u200d"),
    *("\u200d", "\ufe0f", "\ufe0f", "\u20e3", "1", "#", "|", "`", "~", "a", " ", "\n", "\t"),
    *("\u6f22", "\U00020000", "\u4dc0", "\u2190", "\u00b4", "\u05d0", "\u0915"),
]
REVEALED = [
    *(f"test -f ok {sign}\u200d{sign} rm -rf build" for sign in "|><=+~^`\u00b4\u2260\u2190"),
    *("|\ufe0f\u200d|", "\u2764\u200d|", "|\u200d\u2764", "\u2764\ufe0e\u200d\U0001f525"),
    *("1\ufe0f\u20e3", "#\ufe0f\u20e3", "1\ufe0f", "a\ufe0f\u20e3", "\u00a9\ufe0f", "\u2764\ufe0e"),
    "\U0001f468\u200d\U0001f469\u200d\U0001f467\u200d\U0001f466",
    "\U0001f468\U0001f3fb\u200d\U0001f91d\u200d\U0001f468\U0001f3ff",
    "\U0001f9d4\U0001f3fd\u200d\u2642\ufe0f and \U0001f469\u200d\u2695\ufe0f",
    "\U0001f3f3\ufe0f\u200d\U0001f308 and \U0001f3f3\ufe0f\u200d\u26a7\ufe0f",
    "\U0001f426\u200d\u2b1b and \U0001f642\u200d\u2194\ufe0f and \u26d3\ufe0f\u200d\U0001f4a5",
    *("\u845b\U000e0100", "a\U000e0100", "\U00020000\U000e01ef", "\u4dc0\U000e0100"),
    *("Il est 5\u00a0h\u202f!", "\u3053\u3093\u306b\u3061\u306f\u3000\u4e16\u754c", "rm\u00a0-rf"),
    *(FLAG, FLAG[:-1], FLAG[1:], FLAG + FLAG[1:], "\u2764\ufe0f\ufe0f", "\u2764\u200d\u200d\u2764"),
]
