"""The configured session, and that a workspace's file alone joins nothing."""

from pathlib import Path

import pytest

from peerline_bridge.options import InitializationOptions, read_options
from peerline_bridge.session.configured_session import (
    FILE_NAME,
    MAX_FILE_BYTES,
    ChoiceError,
    Source,
    choose,
    named_addresses,
    parse_file,
    read_file,
)

LINK = "peerline://a.example:1/one"
FILE = 'server = "b.example:2"\nsession = "two"\n'
NONE = InitializationOptions()


def test_options_count_before_the_environment_before_the_workspace() -> None:
    options = InitializationOptions(link=LINK)
    environ = {"PEERLINE_LINK": "peerline://c.example:3/three"}
    sources = [
        choose(options, environ, FILE),
        choose(NONE, environ, FILE),
        choose(NONE, {}, FILE),
        choose(NONE, {}, None),
    ]
    assert [found and (found.source, str(found.link)) for found in sources] == [
        (Source.OPTIONS, LINK),
        (Source.ENVIRONMENT, "peerline://c.example:3/three"),
        (Source.WORKSPACE, "peerline://b.example:2/two"),
        None,
    ]
    assert [found and found.is_allowed for found in sources] == [True, True, False, None]


@pytest.mark.parametrize(
    ("options", "environ"),
    [({"auto_join": True}, {}), ({}, {"PEERLINE_AUTO_JOIN": "1"})],
)
def test_a_workspaces_file_is_joined_only_if_the_user_allows_it(
    options: dict[str, object], environ: dict[str, str]
) -> None:
    asked = choose(NONE, {"PEERLINE_AUTO_JOIN": "0"}, FILE)
    allowed = choose(read_options(options)[0], environ, FILE)
    assert asked is not None
    assert allowed is not None
    assert (asked.is_allowed, allowed.is_allowed) == (False, True)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ('token = "x"\n', "token: a secret"),
        ('auth_token = "x"\n', "auth_token: a secret"),
        ('link = "peerline://h:1/s?token=x"\n', "link: a secret"),
        ('[user]\npassword = "x"\n', "user: a secret"),
        ('session = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJ4In0.c2ln"\n', "session: a secret"),
        ('name = "x"\n', "name: no such key"),
        ('server = "h:1"\n', "server: needs session"),
        ('session = "s"\n', "session: needs server"),
        ("session = 1\n", "session: must be a string"),
        ('root = "/etc"\n', "root: must be relative"),
        ("root = 1\n", "root: must be a string"),
        ('link = "https://h/s"\n', "link: This is not a Peerline session link."),
        ("link\n", "Expected"),
    ],
)
def test_a_file_that_is_not_valid_says_why(text: str, problem: str) -> None:
    with pytest.raises(ChoiceError, match=problem) as refused:
        parse_file(text)
    assert str(refused.value).startswith(FILE_NAME)
    assert "eyJ" not in str(refused.value)


def test_a_file_may_ask_for_tls_and_carry_an_invite() -> None:
    safe = parse_file('server = "peerlines://h"\nsession = "s"\n')
    assert safe is not None
    assert safe.tls
    invited = parse_file('link = "peerline://h:1/s?invite=abc"\n')
    assert invited is not None
    assert invited.invite == "abc"


def test_the_first_folder_with_a_file_counts(tmp_path: Path) -> None:
    empty, full = tmp_path / "empty", tmp_path / "full"
    empty.mkdir()
    full.mkdir()
    assert read_file([empty, full]) is None
    (full / FILE_NAME).write_text(FILE)
    assert read_file([empty, full]) == FILE


@pytest.mark.parametrize(("extra", "is_read"), [(0, True), (1, False)])
def test_a_file_is_bounded(tmp_path: Path, extra: int, *, is_read: bool) -> None:
    (tmp_path / FILE_NAME).write_text("#" * (MAX_FILE_BYTES + extra))
    if is_read:
        assert read_file([tmp_path])
    else:
        with pytest.raises(ChoiceError, match="longer than"):
            read_file([tmp_path])


def test_a_file_that_is_not_text_says_so(tmp_path: Path) -> None:
    (tmp_path / FILE_NAME).write_bytes(b"\xff")
    with pytest.raises(ChoiceError, match="not UTF-8"):
        read_file([tmp_path])


def test_a_server_in_the_options_is_one_that_the_user_means() -> None:
    assert named_addresses(InitializationOptions(link=LINK)) == {"a.example:1"}
    assert named_addresses(InitializationOptions(server="s.example:4")) == {"s.example:4"}
    assert named_addresses(NONE) == set()


PASTED = f"<{LINK}>."


def test_the_link_is_found_in_every_setting_that_takes_one() -> None:
    found = [
        choose(InitializationOptions(link=PASTED), {}, None),
        choose(NONE, {"PEERLINE_LINK": f"\ufeff{PASTED}"}, None),
        choose(NONE, {}, f"link = '{PASTED}'\n"),
    ]
    assert [choice and str(choice.link) for choice in found] == [LINK] * 3


def test_a_server_without_a_port_has_the_default_one() -> None:
    choice = choose(InitializationOptions(server="b.example", session="two"), {}, None)
    assert choice is not None
    assert choice.link.address == "b.example:8377"


@pytest.mark.parametrize(
    ("server", "session", "text"),
    [
        ("a..b", "two", "server: Its host name"),
        ("b.example:0", "two", "Its port"),
        ("b.example", "two.", "session: is not the id"),
        ("b.example", "two?invite=x", "session: is not the id"),
    ],
)
def test_a_server_or_session_that_is_none_is_refused(server: str, session: str, text: str) -> None:
    with pytest.raises(ChoiceError, match=text):
        choose(InitializationOptions(server=server, session=session), {}, None)


def test_a_byte_order_mark_before_the_workspaces_file_is_none_of_it(tmp_path: Path) -> None:
    (tmp_path / ".peerline.toml").write_text(f"\ufefflink = '{LINK}'\n", encoding="utf-8")
    found = parse_file(read_file([tmp_path]) or "")
    assert found is not None
    assert found.session_id == "one"


@pytest.mark.parametrize("text", ["", "# a comment\n", "\ufeff", 'root = "../.."\n'])
def test_a_file_without_a_session_only_marks_the_root(text: str) -> None:
    assert parse_file(text) is None
    assert choose(InitializationOptions(), {}, text) is None


def test_a_file_is_read_as_it_was_meant() -> None:
    found = parse_file('\ufeffserver = " h:1 "\r\nsession = "s \\n"\r\n')
    assert found is not None
    assert (found.address, found.session_id) == ("h:1", "s")
