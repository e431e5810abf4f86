"""Tests of peerline.watch.feed."""

from peerline.watch.feed import Added, Feed, Refilled, Replaced
from tests.unit.peerline.watch.conftest import NOW, STAMP, Room, item


def joined(feed: Feed) -> list[str]:
    return [
        entry.message.content if entry.message else f"{entry.name} {entry.did}".strip()
        for entry in feed.entries.values()
    ]


def test_what_happens_becomes_a_line_each() -> None:
    room = Room()
    room.person("Ann", "host")
    feed = Feed(room.replica)

    def update(changes: list) -> None:  # pyright: ignore[reportMissingTypeArgument]
        feed.update(changes, NOW)

    update(room.connect())
    user = {"id": "bob", "username": "Bob", "role": "editor"}
    update(room.happen(type="user_joined", user=user))
    update(room.happen(type="user_joined", user=user))  # again, on another connection
    for before, name in (("Bob", "Robert"), ("Robert", "Bob")):
        update(room.happen(type="name_changed", user_id="bob", username=before, name=name))
    update(room.say("Bob", "hello"))
    update(room.comment("Bob", "why?", line=3, end_line=4))
    thread = next(iter(room.replica.threads))
    who = {"user_id": "ann", "username": "Ann"}
    reply = item("r1", "Ann", "so")
    update(room.happen(type="comment_reply", comment_id=thread, reply=reply))
    update(
        room.happen(type="reaction", message_id="r1", comment_id=thread, user_id="bob", emoji="👍")
    )
    closed = room.replica.threads[thread].model_dump(mode="json")
    update(room.happen(type="comment_resolved", comment_id=thread, resolved=True, **who))
    update(
        room.happen(
            type="comment_resolved", comment_id=thread, resolved=False, comment=closed, **who
        )
    )
    change = {"status": "testing", "token_count": 5}
    update(room.happen(type="session_update", changes=change, updated_by="bob"))
    update(room.happen(type="session_update", changes={"token_count": 6}, updated_by="bob"))
    data = {"file": "b.py", "change": "renamed", "old_file": "a.py", "lines_added": 2}
    update(room.happen(type="file_event", data=data, user_id="bob", username="Bob"))
    update(
        room.happen(
            type="role_changed", user_id="bob", username="Bob", role="viewer", changed_by="ann"
        )
    )
    update(room.happen(type="participant_removed", user_id="bob", username="Bob", removed_by="ann"))
    update(room.happen(type="session_ended", ended_by="ann"))
    assert joined(feed) == [
        "Bob joined as editor",
        "Bob is now called Robert",
        "Robert is now called Bob",
        "hello",
        "Bob commented src/a.py:3-4: why?",
        "Ann replied at src/a.py:3-4: so",
        "Ann resolved the comment at src/a.py:3-4",
        "Ann reopened the comment at src/a.py:3-4",
        "Bob set status to testing",
        "Bob renamed a.py to b.py (+2)",
        "Bob is a viewer now",
        "Bob was removed by Ann",
        "ann ended the session for everyone",
    ]


def test_shared_documents_become_a_line_each() -> None:
    room = Room()
    feed = Feed(room.replica)
    feed.update(room.connect(), NOW)
    hashed = f"sha256:{'0' * 64}"
    document = {
        "id": "d1",
        "file": "a.py",
        "generation": "g1",
        "shared_by": "bob",
        "hash": hashed,
        "lines": 1,
    }
    who = {"user_id": "ann", "username": "Ann"}
    saved = {"document_id": "d1", "hash": hashed, "timestamp": STAMP, **who}
    renamed = {"document_id": "d1", "file": "b.py", "old_file": "a.py", **who}
    renewed = {"document_id": "d1", "generation": "g2", "old_generation": "g1"}
    feed.update(room.happen(type="document_shared", document=document, username="Bob"), NOW)
    feed.update(room.hear(type="document_saved", **saved), NOW)
    feed.update(room.happen(type="document_renamed", **renamed), NOW)
    feed.update(room.hear(type="document_saved", **saved), NOW)
    feed.update(room.happen(type="document_renewed", hash=hashed, lines=1, **renewed), NOW)
    feed.update(room.happen(type="document_unshared", document_id="d1", file="b.py", **who), NOW)
    feed.update(room.hear(type="document_saved", **saved), NOW)
    assert joined(feed) == [
        "Bob shared a.py",
        "Ann saved a.py",
        "Ann renamed the shared a.py to b.py",
        "Ann saved b.py",
        "Ann stopped sharing b.py",
        "Ann saved a shared file",
    ]


def test_a_shared_folder_becomes_a_line_and_its_changes_do_not() -> None:
    room = Room()
    feed = Feed(room.replica)
    feed.update(room.connect(), NOW)
    offer = {"user_id": "ann", "username": "Ann", "name": "shop", "files": 1}
    many = {**offer, "user_id": "bob", "username": "Bob", "files": 19_998, "is_cut": True}
    for offers in ([offer], [{**offer, "files": 112, "version": 2}], [], [many]):
        feed.update(room.hear(type="files_offered", offers=offers), NOW)
    assert joined(feed) == [
        "Ann shares the folder shop (1 file)",
        "Ann no longer shares the folder shop",
        "Bob shares the folder shop (the first 19998 files)",
    ]


def test_an_edit_and_a_reaction_replace_the_message() -> None:
    room = Room()
    room.messages = [item("m1", "Bob", "helo", seq=1)]
    feed = Feed(room.replica)
    assert feed.update(room.connect(), NOW) == [Refilled()]
    (change,) = feed.update(
        room.happen(type="message_edited", message_id="m1", content="hello", user_id="bob"), NOW
    )
    assert isinstance(change, Replaced)
    assert change.entry.message is not None
    assert change.entry.message.content == "hello"
    assert joined(feed) == ["hello"]


def test_a_snapshot_keeps_what_was_seen_happen() -> None:
    room = Room()
    feed = Feed(room.replica)
    feed.update(room.connect(), NOW)
    user = {"id": "bob", "username": "Bob", "role": "editor"}
    feed.update(room.happen(type="user_joined", user=user), NOW)
    feed.update(room.say("Bob", "one"), NOW)
    room.messages = [item("m2", "Bob", "two", seq=9)]
    room.seq = 9
    assert feed.update(room.connect(), NOW) == [Refilled()]
    assert joined(feed) == ["Bob joined as editor", "two"]


def test_the_oldest_go_first_at_the_limit() -> None:
    room = Room()
    feed = Feed(room.replica, limit=3)
    feed.update(room.connect(), NOW)
    for number in range(3):
        (change,) = feed.update(room.say("Bob", str(number)), NOW)
        assert isinstance(change, Added)
    assert joined(feed) == ["0", "1", "2"]
    feed.update(room.say("Bob", "3"), NOW)
    assert joined(feed) == ["1", "2", "3"]


def test_older_messages_come_before_and_make_room_for_themselves() -> None:
    room = Room()
    room.messages = [item("m5", "Bob", "five", seq=5)]
    feed = Feed(room.replica, limit=1)
    feed.update(room.connect(), NOW)
    assert feed.oldest_message == 5
    older = Room()
    older.messages = [item("m4", "Bob", "four", seq=4)]
    older.connect()
    feed.add_older(older.replica.messages)
    feed.add_older(older.replica.messages)
    assert joined(feed) == ["four", "five"]
    assert feed.oldest_message == 4
    assert feed.limit == 2
