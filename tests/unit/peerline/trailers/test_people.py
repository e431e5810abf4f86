"""Tests of peerline.trailers.people."""

import pytest

from peerline.trailers.people import Author, is_address, trailers

NOBODY = ("", "")


def test_addresses_are_found_by_name_whatever_its_case() -> None:
    lines = trailers([Author("u1", "Ada")], {"ADA": "ada@example.org"}, committer=NOBODY)
    assert lines == ["Co-authored-by: Ada <ada@example.org>"]


def test_who_has_no_address_gets_one_that_leads_nowhere() -> None:
    lines = trailers([Author("guest:7/x", "bob")], {}, committer=NOBODY)
    assert lines == ["Co-authored-by: bob <guest-7-x@peerline.invalid>"]
    assert trailers([Author("é", "é")], {}, committer=NOBODY) == [
        "Co-authored-by: é <user@peerline.invalid>"
    ]


@pytest.mark.parametrize("committer", [("ADA", "x@example.org"), ("x", "Ada@Example.org")])
def test_the_committer_is_no_co_author(committer: tuple[str, str]) -> None:
    people = [Author("u1", "ada"), Author("u2", "bob")]
    known = {"ada": "ada@example.org", "bob": "bob@example.org"}
    assert trailers(people, known, committer=committer) == ["Co-authored-by: bob <bob@example.org>"]


def test_one_person_by_two_accounts_is_there_once() -> None:
    people = [Author("u1", "ada"), Author("u9", "Ada")]
    assert len(trailers(people, {"ada": "ada@example.org"}, committer=NOBODY)) == 1


@pytest.mark.parametrize(
    "name", ["eve\nSigned-off-by: ada <a@b>", "eve <root@example.org>", "eve\u202e\u2028x", "\r\n"]
)
def test_a_name_ends_neither_its_line_nor_itself(name: str) -> None:
    (line,) = trailers([Author("u1", name)], {}, committer=NOBODY)
    assert len(line.splitlines()) == 1
    assert line.isprintable()
    assert line.endswith(" <u1@peerline.invalid>")
    assert line.count("<") == line.count(">") == 1


def test_forms_of_addresses() -> None:
    assert is_address("ada@example.org")
    for text in ("", "ada", "@x", "a@", "a b@c", "<a@b>", "a@b@c"):
        assert not is_address(text)
