"""Drafts that people write together, on a real server: opened as documents, until they end."""

from base64 import b64encode
from typing import Any

import pytest

from peerline.documents.errors import UpdateError
from peerline.protocol.limits import MAX_CONTENT_CHARS
from peerline.protocol.roles import Role
from peerline_server.documents.document import Document
from peerline_server.runtime import live_documents, live_drafts
from tests.unit.server.conftest import Door
from tests.unit.server.document_client import DocumentClient

DRAFT = {"id": "n1", "content": "Why ", "anchor": {"file": "a.py", "line": 3}}
HASH = "sha256:" + "0" * 64


@pytest.fixture
async def ann(door: Door) -> DocumentClient:
    return DocumentClient(await door.join("ann", Role.EDITOR))


@pytest.fixture
async def bob(door: Door) -> DocumentClient:
    return DocumentClient(await door.join("bob", Role.EDITOR))


async def drafts(client: DocumentClient) -> list[dict[str, Any]]:
    return (await client.receive("drafts_shared"))["drafts"]


async def test_several_write_in_a_draft_and_nobody_reads_it_as_a_file(
    door: Door, ann: DocumentClient, bob: DocumentClient
) -> None:
    assert (await ann.ask("share_draft", data=DRAFT))["type"] == "ack"
    (draft,) = await drafts(bob)
    assert (draft["user_id"], draft["username"], draft["anchor"]["line"]) == ("ann", "Ann", 3)
    mine, theirs = await ann.open("n1"), await bob.open("n1")
    assert theirs.text == "Why "
    await theirs.edit(4, "not")
    await mine.until("Why not")
    await mine.edit(7, "?")
    await theirs.until("Why not?")
    await theirs.until_kept()
    blame = await ann.ask("get_blame", document_id="n1")
    assert blame["runs"] == [[4, "ann"], [3, "bob"], [1, "ann"]]
    carol = await door.join("carol", Role.VIEWER)
    assert [each["id"] for each in carol.connected["drafts"]] == ["n1"]
    assert carol.connected["documents"] == []
    assert carol.connected["seq"] == 3, "a draft is no event of the session"


async def test_a_viewer_reads_a_draft_and_shares_none(door: Door, ann: DocumentClient) -> None:
    await ann.ask("share_draft", data=DRAFT)
    carol = DocumentClient(await door.join("carol", Role.VIEWER))
    text = await carol.open("n1")
    assert (text.text, text.opened["can_edit"]) == ("Why ", False)
    refused = await carol.ask("share_draft", data={**DRAFT, "id": "n2"})
    assert refused["error_code"] == "PERMISSION_DENIED"
    await text.edit("x")
    assert (await carol.receive("error"))["error_code"] == "PERMISSION_DENIED"


async def test_a_draft_that_ends_can_no_longer_be_opened(
    ann: DocumentClient, bob: DocumentClient
) -> None:
    await ann.ask("share_draft", data=DRAFT)
    assert await drafts(bob)
    assert (await bob.ask("end_draft", draft_id="n1"))["error_code"] == "PERMISSION_DENIED"
    assert (await ann.ask("end_draft", draft_id="n1"))["type"] == "ack"
    assert await drafts(bob) == []
    for kind, fields in (("open_document", {}), ("get_blame", {})):
        answer = await bob.ask(kind, document_id="n1", **fields)
        assert answer["error_code"] == "DOCUMENT_NOT_FOUND"
    assert (await ann.ask("end_draft", draft_id="n1"))["error_code"] == "DOCUMENT_NOT_FOUND"


async def test_a_generation_that_is_not_the_drafts_is_refused(ann: DocumentClient) -> None:
    await ann.ask("share_draft", data=DRAFT)
    answer = await ann.ask("open_document", document_id="n1", generation="other")
    assert answer["error_code"] == "GENERATION_MISMATCH"


async def test_a_draft_ends_with_its_author(
    door: Door, ann: DocumentClient, bob: DocumentClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live_drafts, "RETURN_SECONDS", 0.0)
    host = DocumentClient(await door.join("host", Role.HOST))
    await ann.ask("share_draft", data=DRAFT)
    await bob.ask("share_draft", data={**DRAFT, "id": "n2"})
    assert len(await drafts(host)) == 1
    assert len(await drafts(host)) == 2
    await host.ask("change_role", user_id="bob", role="viewer")
    assert [each["id"] for each in await drafts(host)] == ["n1"]
    await ann.ask("leave_session")
    assert await drafts(host) == []


async def test_a_draft_waits_for_an_author_who_comes_back(
    door: Door, ann: DocumentClient, bob: DocumentClient
) -> None:
    await ann.ask("share_draft", data=DRAFT)
    await ann.ask("leave_session")
    await bob.receive("user_left")
    again = DocumentClient(await door.join("ann", Role.EDITOR))
    assert [each["id"] for each in again.raw.connected["drafts"]] == ["n1"]
    assert (await again.open("n1")).text == "Why "
    assert (await again.ask("end_draft", draft_id="n1"))["type"] == "ack"


@pytest.mark.parametrize("is_checked", [False, True])
async def test_a_draft_whose_text_is_lost_ends_and_all_goes_on(
    door: Door,
    ann: DocumentClient,
    bob: DocumentClient,
    monkeypatch: pytest.MonkeyPatch,
    is_checked: bool,
) -> None:
    await ann.ask("share_draft", data=DRAFT)
    assert len(await drafts(bob)) == 1
    text = await ann.open("n1")
    if is_checked:
        # Its CRDT would read its own state as another text.
        monkeypatch.setattr(live_documents, "reads_back", lambda *_: False)
        state = b64encode(text.shared.state).decode()
        checked = await ann.ask("document_check", document_id="n1", state=state, hash=HASH)
        assert checked["equal"] is False, checked
    else:
        # A fault in the CRDT that the check did not see.
        monkeypatch.setattr(Document, "commit", broken)
        await text.edit("x")
    assert await drafts(bob) == []
    assert (await ann.ask("end_draft", draft_id="n1"))["error_code"] == "DOCUMENT_NOT_FOUND"
    host = DocumentClient(await door.join("host", Role.HOST))
    assert (await host.ask("change_role", user_id="ann", role="viewer"))["type"] == "ack"
    assert (await bob.ask("share_draft", data=DRAFT))["type"] == "ack"


def broken(*_: object) -> None:
    raise UpdateError("it is broken")


async def test_a_draft_is_as_long_as_a_comment_may_be(ann: DocumentClient) -> None:
    long = {**DRAFT, "content": "x" * (MAX_CONTENT_CHARS + 1)}
    assert (await ann.ask("share_draft", data=long))["error_code"] == "INVALID_FIELD"
    await ann.ask("share_draft", data={**DRAFT, "content": ""})
    text = await ann.open("n1")
    await text.edit("\U0001f600" * MAX_CONTENT_CHARS)
    await text.until_kept()
    await text.edit("x")
    assert (await ann.receive("error"))["error_code"] == "DOCUMENT_TOO_LARGE"
