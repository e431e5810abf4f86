"""Tokens' places, and that each goes to its own server only."""

import json
import os
import sys
from pathlib import Path

import keyring
import keyring.backend
import pytest

from peerline.client.tokens import clean_token
from peerline.protocol.links import SessionLink
from peerline_bridge.options import InitializationOptions
from peerline_bridge.session.configured_session import named_addresses
from peerline_bridge.session.tokens import MAX_FILE_BYTES, TokenError, Tokens, token_for_link

LINK = SessionLink.parse("peerline://a.example:1/one")
EVIL = SessionLink.parse("peerline://evil.example:1/one")


class FileKeyring(keyring.backend.KeyringBackend):
    """A back end of the real library, with what it keeps in this process."""

    priority = 1  # pyright: ignore[reportAssignmentType, reportIncompatibleMethodOverride]

    def __init__(self, passwords: dict[tuple[str, str], str]) -> None:
        super().__init__()
        self.passwords = passwords

    def get_password(self, service: str, username: str) -> str | None:
        if username == "broken.example:1":
            raise RuntimeError("locked")
        return self.passwords.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.passwords[service, username] = password


@pytest.fixture(autouse=True)
def no_keyring() -> None:
    keyring.set_keyring(FileKeyring({}))


def tokens(folder: Path, named: frozenset[str] = frozenset(), **environ: str) -> Tokens:
    return Tokens({"XDG_CONFIG_HOME": str(folder), **environ}, named)


def kept(folder: Path, text: str, mode: int = 0o600) -> Path:
    path = folder / "peerline" / "tokens.toml"
    path.parent.mkdir(exist_ok=True)
    path.write_text(text)
    path.chmod(mode)
    return path


@pytest.mark.parametrize(
    "environ",
    [
        {"PEERLINE_LINK": "peerline://a.example:1/other"},
        {"PEERLINE_SERVER": "a.example:1"},
        {"PEERLINE_SERVER": "peerline://a.example:1/"},
    ],
)
async def test_the_environments_token_goes_to_the_environments_server(
    tmp_path: Path, environ: dict[str, str]
) -> None:
    store = tokens(tmp_path, frozenset(), PEERLINE_TOKEN="t", **environ)
    assert await store.find(LINK, "me") == "t"
    assert await store.find(EVIL, "me") is None


async def test_without_a_server_it_goes_to_the_one_of_the_options_or_to_none(
    tmp_path: Path,
) -> None:
    named = frozenset({"a.example:1"})
    assert await tokens(tmp_path, named, PEERLINE_TOKEN="t").find(LINK, "me") == "t"
    assert await tokens(tmp_path, PEERLINE_TOKEN="t").find(LINK, "me") is None


async def test_a_file_with_mode_600_gives_each_server_its_token(tmp_path: Path) -> None:
    kept(tmp_path, '"a.example:1" = "mine"\n')
    assert await tokens(tmp_path).find(LINK, "me") == "mine"
    assert await tokens(tmp_path).find(EVIL, "me") is None


async def test_the_file_may_be_elsewhere(tmp_path: Path) -> None:
    path = kept(tmp_path, '"a.example:1" = "mine"\n')
    assert await Tokens({"PEERLINE_TOKEN_FILE": str(path)}).find(LINK, "me") == "mine"


@pytest.mark.skipif(sys.platform == "win32", reason="modes say nothing on Windows")
@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o777])
async def test_a_file_that_others_may_read_is_refused(tmp_path: Path, mode: int) -> None:
    path = kept(tmp_path, '"a.example:1" = "mine"\n', mode)
    with pytest.raises(TokenError, match=f"mode {mode:03o}.*chmod 600") as refused:
        await tokens(tmp_path).find(LINK, "me")
    assert str(path) in str(refused.value)
    assert "mine" not in str(refused.value)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("secret-without-form", "is not TOML"),
        ('"a.example:1" = 5', "must be a string"),
        ("#" * (MAX_FILE_BYTES + 1), "longer than"),
    ],
)
async def test_a_file_that_is_not_valid_says_why_and_no_token(
    tmp_path: Path, text: str, problem: str
) -> None:
    kept(tmp_path, text)
    with pytest.raises(TokenError, match=problem) as refused:
        await tokens(tmp_path).find(LINK, "me")
    assert "secret" not in str(refused.value)


async def test_a_file_of_the_longest_size_is_read(tmp_path: Path) -> None:
    line = '"a.example:1" = "mine"\n'
    kept(tmp_path, line + "#" * (MAX_FILE_BYTES - len(line)))
    assert await tokens(tmp_path).find(LINK, "me") == "mine"


async def test_the_keyring_is_asked_for_the_server(tmp_path: Path) -> None:
    keyring.set_keyring(FileKeyring({("peerline", "a.example:1"): "ring"}))
    assert await tokens(tmp_path).find(LINK, "me") == "ring"
    assert await tokens(tmp_path).find(EVIL, "me") is None


async def test_a_keyring_that_fails_is_none(tmp_path: Path) -> None:
    broken = SessionLink.parse("peerline://broken.example:1/one")
    assert await tokens(tmp_path).find(broken, "me") is None


TLS = SessionLink.parse("peerlines://a.example:1/one")


@pytest.mark.parametrize("server", ["peerlines://a.example:1", "peerlines://a.example:1/"])
async def test_a_token_for_a_server_with_tls_goes_nowhere_without(
    tmp_path: Path, server: str
) -> None:
    # A workspace's file may name the same address without TLS, to listen on the way.
    found = tokens(tmp_path, PEERLINE_TOKEN="t", PEERLINE_SERVER=server)
    assert await found.find(TLS, "me") == "t"
    assert await found.find(LINK, "me") is None
    options = InitializationOptions(server=server)
    found = tokens(tmp_path, named_addresses(options), PEERLINE_TOKEN="t")
    assert await found.find(TLS, "me") == "t"
    assert await found.find(LINK, "me") is None
    plain = tokens(tmp_path, PEERLINE_TOKEN="t", PEERLINE_SERVER="a.example:1")
    assert await plain.find(TLS, "me") == "t"


async def test_a_token_in_the_file_can_be_for_tls_only(tmp_path: Path) -> None:
    path = tmp_path / "peerline" / "tokens.toml"
    path.parent.mkdir()
    path.write_text('"peerlines://a.example:1" = "t"\n')
    path.chmod(0o600)
    assert await tokens(tmp_path).find(TLS, "me") == "t"
    assert await tokens(tmp_path).find(LINK, "me") is None


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such files")
async def test_a_pipe_in_place_of_the_file_is_refused_and_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe", 0o600)
    with pytest.raises(TokenError, match="is not a file"):
        await tokens(tmp_path, PEERLINE_TOKEN_FILE=str(tmp_path / "pipe")).find(LINK, "me")


@pytest.mark.parametrize(
    ("server", "text", "is_sent"),
    [
        (None, "peerline://h/s", True),
        ("h", "peerline://h/s", True),
        ("H:8377", "peerline://h/s", True),
        ("h", "peerlines://h/s", True),
        ("h:8377", "peerlines://h/s", False),
        ("h/user/ann", "https://h/user/ann/s/abc", True),
        ("h/user/ann", "https://h/user/bob/s/abc", False),
        ("h", "https://h/user/bob/s/abc", False),
        ("bank", "see https://bank/s/x peerline://h/s", False),
        ("a b", "peerline://h/s", False),
    ],
)
def test_a_token_beside_a_text_goes_to_the_server_that_it_names_only(
    server: str | None, text: str, *, is_sent: bool
) -> None:
    found = token_for_link("token", server, SessionLink.parse(text))
    assert found == ("token" if is_sent else None)


@pytest.mark.parametrize(
    "text", ["t", "t\n", "t\r\n", " t ", "Bearer t", "bearer  t\n", "\ufefft", '"t"', "Bearer \nt"]
)
async def test_a_token_is_read_as_it_was_meant(tmp_path: Path, text: str) -> None:
    assert clean_token(text) == "t"
    found = tokens(tmp_path, PEERLINE_TOKEN=text, PEERLINE_SERVER="a.example:1")
    assert await found.find(LINK, "me") == "t"
    path = tmp_path / "peerline" / "tokens.toml"
    path.parent.mkdir()
    path.write_text(f'\ufeff"a.example:1" = {json.dumps(text)}\r\n', encoding="utf-8")
    path.chmod(0o600)
    assert await tokens(tmp_path).find(LINK, "me") == "t"


@pytest.mark.parametrize("text", [None, "", " \n", "Bearer ", "\ufeff"])
def test_a_text_without_a_token_is_none(text: str | None) -> None:
    assert clean_token(text) is None
