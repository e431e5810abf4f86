"""Tests of exports and their Markdown, with what a real server wrote."""

import asyncio
import json
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from peerline.cli.main import main
from peerline.protocol.roles import Role
from peerline_server.admin.archive import export_session, import_session, list_sessions, load
from peerline_server.admin.markdown import to_markdown
from peerline_server.core.records import NewDocumentEdit
from peerline_server.store.base import Retention, StoreError
from peerline_server.store.sqlite import SqliteStore
from tests.unit.server.conftest import SESSION, Door

NASTY = "[click](command:x) <img src=x> http://evil.example **b** \x1b[2J\n# head"


async def fill(door: Door) -> None:
    """A session with chat, a thread with an answer, a reaction, an edit and a deletion."""
    host, bob = await door.join("host"), await door.join("bob", Role.EDITOR)
    await bob.send(type="chat_message", session_id=SESSION, content=NASTY)
    first = (await bob.receive_type("chat_message"))["message"]["id"]
    await bob.send(type="chat_message", session_id=SESSION, content="gone")
    second = (await bob.receive_type("chat_message"))["message"]["id"]
    await bob.send(type="delete_message", session_id=SESSION, message_id=second)
    await bob.send(type="react", session_id=SESSION, message_id=first, emoji="👍")
    data = {"file": "a`.py", "line": 3, "content": "why?", "code_snippet": "x = '```'"}
    await bob.send(type="add_comment", session_id=SESSION, data=data)
    thread = (await host.receive_type("code_comment"))["comment"]["id"]
    await host.send(type="reply_comment", session_id=SESSION, comment_id=thread, content="so")
    await host.send(type="resolve_comment", session_id=SESSION, comment_id=thread, request_id="r")
    await host.receive_type("ack")
    data = {"file": "a.py", "line": 4, "column": 1}
    await host.send(type="cursor_update", session_id=SESSION, data=data, request_id="moved")
    await host.receive_type("ack")
    await door.server.stop()


async def test_an_export_comes_back_the_same_on_another_server(door: Door, tmp_path: Path) -> None:
    await fill(door)
    text = await export_session(door.data_dir, SESSION)
    other = tmp_path / "other"
    assert await import_session(other, text) == SESSION
    before, after = await load(door.data_dir, SESSION), await load(other, SESSION)
    assert after.epoch != before.epoch
    assert (after.info, after.comments, after.messages, after.seq) == (
        before.info,
        before.comments,
        before.messages,
        before.seq,
    )
    assert {person.user_id: person.role for person in after.participants} == {
        person.user_id: person.role for person in before.participants
    }
    assert not any(person.is_active for person in after.participants)
    assert json.loads(await export_session(other, SESSION)) == json.loads(text)
    assert [trail["file"] for trail in json.loads(text)["trails"]] == ["a.py"]
    assert "gone" not in text
    assert [session.id for session in await list_sessions(other)] == [SESSION]


async def test_an_export_has_the_edits_of_documents(door: Door, tmp_path: Path) -> None:
    await fill(door)
    store = SqliteStore(door.data_dir)
    await store.open()
    moment = datetime(2026, 1, 1, tzinfo=UTC)
    await store.add_document_edits(
        [NewDocumentEdit(SESSION, "bob", "d1", "a.py", 3, 1, moment, moment)]
    )
    await store.close()
    text = await export_session(door.data_dir, SESSION)
    (edit,) = json.loads(text)["edits"]
    assert (edit["user_id"], edit["document_id"], edit["inserted"]) == ("bob", "d1", 3)
    await import_session(tmp_path / "other", text)
    assert json.loads(await export_session(tmp_path / "other", SESSION)) == json.loads(text)
    forged = json.loads(text)
    forged["edits"][0]["user_id"] = "nobody"
    with pytest.raises(StoreError, match="names users that are not in it"):
        await import_session(tmp_path / "third", json.dumps(forged))


async def test_an_export_whose_oldest_events_have_gone_comes_back(
    door: Door, tmp_path: Path
) -> None:
    await fill(door)
    store = SqliteStore(door.data_dir)
    await store.open()
    for_ever = datetime(2000, 1, 1, tzinfo=UTC)
    assert await store.forget_activity(Retention(for_ever, 1, 3, 100)) > 0
    await store.close()
    text = await export_session(door.data_dir, SESSION)
    assert len(json.loads(text)["events"]) == 3
    await import_session(tmp_path / "other", text)
    before, after = await load(door.data_dir, SESSION), await load(tmp_path / "other", SESSION)
    assert (after.comments, after.messages, after.seq) == (
        before.comments,
        before.messages,
        before.seq,
    )


async def test_a_second_import_is_refused_and_changes_nothing(door: Door) -> None:
    await fill(door)
    text = await export_session(door.data_dir, SESSION)
    for new_id in (None, "another"):
        with pytest.raises(StoreError, match="already"):
            await import_session(door.data_dir, text, new_id=new_id)
    assert len(await list_sessions(door.data_dir)) == 1


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"format": "other"}, "format"),
        ({"version": 2}, "version"),
        ({"events": []}, "gap"),
        ({"users": []}, "users"),
        ({"surprise": 1}, "surprise"),
        ({"session": {"id": "../x"}}, "session"),
    ],
)
async def test_what_is_no_export_is_refused(
    door: Door, tmp_path: Path, change: dict[str, object], complaint: str
) -> None:
    await fill(door)
    data = json.loads(await export_session(door.data_dir, SESSION))
    with pytest.raises(StoreError, match=complaint):
        await import_session(tmp_path / "other", json.dumps({**data, **change}))
    assert await list_sessions(tmp_path / "other") == []


async def test_text_that_not_every_store_keeps_is_refused(door: Door, tmp_path: Path) -> None:
    await fill(door)
    data = json.loads(await export_session(door.data_dir, SESSION))
    data["users"][0]["username"] = "a\x00"
    with pytest.raises(StoreError, match=r"users\.0\.username: .*U\+0000"):
        await import_session(tmp_path / "other", json.dumps(data))
    assert await list_sessions(tmp_path / "other") == []


async def test_nothing_in_the_markdown_comes_alive(door: Door) -> None:
    await fill(door)
    text = to_markdown(await load(door.data_dir, SESSION))
    assert "\x1b" not in text
    assert "<img" not in text.replace("\\<img", "")
    assert "[click](" not in text
    assert re.search(r"(?<!`)http:", text) is None
    assert "\n# head" not in text
    assert "````\nx = '```'\n````" in text
    assert "(deleted)" in text
    assert "Reactions: 👍 Bob" in text
    assert "(resolved by Host, " in text


async def test_a_session_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="no session none"):
        await export_session(tmp_path, "none")
    with pytest.raises(StoreError, match="no session none"):
        await load(tmp_path, "none")


def test_the_commands_export_show_list_and_import(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    here, there = ["--data-dir", str(tmp_path / "a")], ["--data-dir", str(tmp_path / "b")]
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    assert main(["session", "create", "--title", "Pairing", "--host-user", "ann", *here]) == 0
    session_id = capsys.readouterr().out.strip()
    file = tmp_path / "session.json"
    assert main(["export", session_id, "--output", str(file), *here]) == 0
    assert main(["import", str(file), "--id", "other", *there]) == 0
    assert capsys.readouterr().out.strip() == "other"
    assert main(["session", "list", *there]) == 0
    assert capsys.readouterr().out.startswith("other  open")
    assert main(["session", "show", "other", *there]) == 0
    assert capsys.readouterr().out.startswith("# Pairing\n")
    assert main(["export", "none", *here]) == 2
    assert "no session none" in capsys.readouterr().err
    assert main(["import", str(tmp_path / "missing"), *here]) == 2
    assert "cannot read" in capsys.readouterr().err
    assert main(["import", str(file), "--id", "../x", *here]) == 2
    assert "--id" in capsys.readouterr().err


ACTING = "\u202eexe\x1b[2J\x85\u2066"
SHOWN_LINE = "<U+202E>exe<U+001B>[2J <U+2066>"


async def test_what_acts_on_a_terminal_is_shown_in_exports_and_exact_in_json(
    door: Door, capsys: pytest.CaptureFixture[str]
) -> None:
    host = await door.join("host")
    title = f"T{ACTING}"
    changes = {"title": title, "context": {f"key{ACTING}": f"value{ACTING}", "title": "mine"}}
    await host.send(type="update_session", session_id=SESSION, changes=changes)
    await host.send(type="chat_message", session_id=SESSION, content=f"said{ACTING}")
    data = {"file": "a\u202e.py", "line": 1, "content": f"why{ACTING}", "code_snippet": ACTING}
    await host.send(type="add_comment", session_id=SESSION, data=data, request_id="last")
    await host.receive_type("ack")
    await door.server.stop()
    text = to_markdown(await load(door.data_dir, SESSION))
    assert all(char.isprintable() or char == "\n" for char in text)
    for name in ("key", "value", "said", "why"):
        found = next(line for line in text.split("\n") if name in line and "U+202E" in line)
        assert "\\<U+202E>exe\\<U+001B>" in found
    assert "title: mine" in text
    exported = await export_session(door.data_dir, SESSION)
    assert all(char.isprintable() or char == "\n" for char in exported)
    assert json.loads(exported)["session"]["title"] == title
    assert json.loads(exported)["session"]["state"]["context"][f"key{ACTING}"] == f"value{ACTING}"
    folder = ["--data-dir", str(door.data_dir)]
    found = await list_sessions(door.data_dir)
    assert found[0].title == title
    await asyncio.to_thread(main, ["session", "list", *folder])
    assert capsys.readouterr().out.rstrip().endswith(f"T{SHOWN_LINE}")
    await asyncio.to_thread(main, ["session", "role", SESSION, f"no{ACTING}", "editor", *folder])
    assert "no participant no<U+202E>exe<U+001B>[2J" in capsys.readouterr().err
