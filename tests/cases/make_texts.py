"""Texts with what is read from them, or made of them: links, tokens, refusals, colors."""

import json
from pathlib import Path
from typing import Any

from peerline.client.colors import assign_colors
from peerline.client.tokens import clean_token
from peerline.client.words import in_words
from peerline.protocol.errors import ErrorCode
from peerline.protocol.links import LinkError, SessionLink

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
