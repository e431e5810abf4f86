"""The presence of a user with several connections, on a real server."""

from typing import Any

from peerline.protocol.roles import Role
from tests.unit.server.conftest import SESSION, Door, RawClient

AT = {"file": "a.py", "line": 3, "column": 2}


async def until(client: RawClient, **presence: Any) -> None:
    """Read until the presence is this, whole."""
    while (await client.receive_type("presence_update"))["presence"] != presence:
        pass


async def test_the_window_in_use_counts_until_it_is_closed(door: Door) -> None:
    ann = await door.join("ann", Role.EDITOR)
    idle, used = await door.join("bob", Role.EDITOR), await door.join("bob")
    await idle.send(type="cursor_update", session_id=SESSION, data=AT)
    await idle.send(type="presence_update", session_id=SESSION, status="away")
    cursor = {"file": "a.py", "line": 3, "col": 2}
    await until(ann, status="away", cursor=cursor)
    await used.send(type="presence_update", session_id=SESSION, status="typing", typing_in="chat")
    await until(ann, status="typing", typing_in="chat", cursor=cursor)
    await used.socket.close()
    await until(ann, status="away", cursor=cursor)


async def test_a_cursor_that_left_the_files_is_taken_away(door: Door) -> None:
    ann, bob = await door.join("ann", Role.EDITOR), await door.join("bob", Role.EDITOR)
    await bob.send(type="cursor_update", session_id=SESSION, data=AT)
    await until(ann, status="active", cursor={"file": "a.py", "line": 3, "col": 2})
    await bob.send(type="cursor_update", session_id=SESSION)
    await until(ann, status="active")
    late = await door.join("cat", Role.VIEWER)
    (shown,) = (one for one in late.connected["participants"] if one["id"] == "bob")
    assert shown["presence"] == {"status": "active"}
