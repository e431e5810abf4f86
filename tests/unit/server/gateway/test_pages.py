"""The browser page is served from memory, with a policy that lets nothing else run."""

import re
from http import HTTPStatus
from pathlib import Path

import pytest
from websockets.datastructures import Headers

from peerline_server.gateway.page_files import PageFiles, read_page
from peerline_server.gateway.pages import NOT_BUILT, TURNED_OFF, Pages, accepted_codings
from peerline_server.transport.base import HttpAnswer

_HTML = '<link nonce="{{nonce}}"><script src="{{root}}assets/main.ABCDEFGH.js"></script>'


class Request:
    def __init__(self, path: str, **headers: str) -> None:
        self.path = path
        self.headers = Headers({name.replace("_", "-"): value for name, value in headers.items()})


@pytest.fixture
def files(tmp_path: Path) -> PageFiles:
    assets = tmp_path / "assets"
    assets.mkdir()
    (tmp_path / "index.html").write_text(_HTML.replace("main", "start"))
    (tmp_path / "session.html").write_text(_HTML)
    (assets / "main.ABCDEFGH.js").write_bytes(b"plain")
    (assets / "main.ABCDEFGH.js.gz").write_bytes(b"gzipped")
    (assets / "main.ABCDEFGH.js.br").write_bytes(b"brotli")
    (assets / "style.ABCDEFGH.css").write_bytes(b"p{}")
    (assets / "notes.txt").write_bytes(b"not of the page")
    found = read_page(tmp_path)
    assert found is not None
    return found


@pytest.fixture
def pages(files: PageFiles) -> Pages:
    nonces = iter(("first", "second", "third"))
    return Pages(files, is_on=True, make_nonce=lambda: next(nonces))


def get(pages: Pages, path: str, **headers: str) -> HttpAnswer:
    answer = pages.answer(path, Request(path, **headers))
    assert answer is not None
    return answer


def page(answer: HttpAnswer) -> bytes:
    assert isinstance(answer.body, bytes)
    return answer.body


def header(answer: HttpAnswer, name: str) -> str:
    [value] = [value for found, value in answer.headers if found == name]
    return value


@pytest.mark.parametrize("path", ["/s/abc", "/s/" + "a" * 64, "/s/not%20an%20id."])
def test_every_session_has_the_same_page(pages: Pages, path: str) -> None:
    answer = get(pages, path)
    assert answer.status is HTTPStatus.OK
    assert answer.body == _HTML.replace("{{nonce}}", "first").replace("{{root}}", "../").encode()


def test_the_start_page_finds_its_files_below_itself(pages: Pages) -> None:
    assert b'src="assets/start' in page(get(pages, "/"))


def test_each_answer_has_a_nonce_of_its_own(pages: Pages) -> None:
    for nonce in ("first", "second"):
        answer = get(pages, "/s/abc")
        assert f"'nonce-{nonce}'" in header(answer, "Content-Security-Policy")
        assert f'nonce="{nonce}"'.encode() in page(answer)
        assert header(answer, "Cache-Control") == "no-store"


def test_a_real_nonce_cannot_be_guessed(files: PageFiles) -> None:
    pages = Pages(files, is_on=True)
    policies = {header(get(pages, "/s/a"), "Content-Security-Policy") for _ in range(50)}
    assert len(policies) == 50
    assert all(re.search(r"'nonce-[A-Za-z0-9_-]{22}'", policy) for policy in policies)


def test_the_policy_lets_nothing_of_others_run_or_load(pages: Pages) -> None:
    policy = header(get(pages, "/s/abc"), "Content-Security-Policy")
    directives = dict(entry.split(" ", 1) for entry in policy.split("; "))
    assert directives["default-src"] == "'none'"
    assert directives["script-src"] == "'self'"
    assert directives["frame-ancestors"] == "'none'"
    assert directives["require-trusted-types-for"] == "'script'"
    assert "unsafe" not in policy
    answer = get(pages, "/s/abc")
    assert header(answer, "Referrer-Policy") == "no-referrer"
    assert header(answer, "X-Content-Type-Options") == "nosniff"
    assert "Set-Cookie" not in dict(answer.headers)


@pytest.mark.parametrize(
    ("accepts", "coding", "body"),
    [
        ("gzip, deflate, br", "br", b"brotli"),
        ("gzip", "gzip", b"gzipped"),
        ("br;q=0, gzip;q=0.5", "gzip", b"gzipped"),
        ("GZIP;q=1", "gzip", b"gzipped"),
        ("identity", None, b"plain"),
        ("", None, b"plain"),
        ("br;q=x", None, b"plain"),
    ],
)
def test_a_file_comes_in_the_best_coding_that_is_taken(
    pages: Pages, accepts: str, coding: str | None, body: bytes
) -> None:
    answer = get(pages, "/assets/main.ABCDEFGH.js", Accept_Encoding=accepts)
    assert answer.body == body
    assert dict(answer.headers).get("Content-Encoding") == coding
    assert header(answer, "Content-Type") == "text/javascript; charset=utf-8"
    assert header(answer, "Vary") == "Accept-Encoding"
    assert "immutable" in header(answer, "Cache-Control")


def test_a_file_without_another_coding_comes_as_it_is(pages: Pages) -> None:
    assert get(pages, "/assets/style.ABCDEFGH.css", Accept_Encoding="br").body == b"p{}"


def test_a_copy_that_is_still_good_is_not_sent_again(pages: Pages) -> None:
    etag = header(get(pages, "/assets/main.ABCDEFGH.js"), "ETag")
    for known in (etag, f"W/{etag}", f'"other", {etag}', "*"):
        answer = get(pages, "/assets/main.ABCDEFGH.js", If_None_Match=known)
        assert answer.status is HTTPStatus.NOT_MODIFIED
        assert answer.body == b""
    assert get(pages, "/assets/main.ABCDEFGH.js", If_None_Match='"x"').status is HTTPStatus.OK


@pytest.mark.parametrize(
    "path",
    [
        "/assets/notes.txt",
        "/assets/../index.html",
        "/assets/main.ABCDEFGH.js/..",
        "/assets/%2e%2e/index.html",
        "/assets/main.ABCDEFGH.js.gz",
        "/assets/",
        "/index.html",
        "/s/",
        "/s/a/b",
        "/s",
    ],
)
def test_nothing_else_is_served(pages: Pages, path: str) -> None:
    answer = pages.answer(path, Request(path))
    assert answer is None or answer.status is HTTPStatus.NOT_FOUND


def test_without_a_built_page_one_is_told_how_to_build_it(tmp_path: Path) -> None:
    pages = Pages(read_page(tmp_path), is_on=True)
    answer = get(pages, "/s/abc")
    assert answer.status is HTTPStatus.SERVICE_UNAVAILABLE
    assert answer.body == NOT_BUILT
    assert not pages.are_served


def test_a_page_that_is_turned_off_says_how_to_join(files: PageFiles) -> None:
    pages = Pages(files, is_on=False)
    answer = get(pages, "/s/abc")
    assert answer.status is HTTPStatus.NOT_FOUND
    assert answer.body == TURNED_OFF
    assert not pages.are_served


def test_codings_that_are_refused_are_not_taken() -> None:
    values = ["br;q=0, gzip ; q=0.8", "zstd"]
    assert accepted_codings(values) == {"gzip", "zstd"}
