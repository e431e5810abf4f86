"""Tests of server.metrics, alone and through a running server."""

import asyncio
import sqlite3
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import pytest
from hypothesis import given
from hypothesis import strategies as st
from prometheus_client.parser import text_string_to_metric_families

from peerline.protocol.roles import Role
from peerline_server.metrics import Metrics, buckets_of
from peerline_server.node_metrics import Durations
from peerline_server.store import writer

from .conftest import SESSION, Door, OpenDoor


async def get(door: Door, path: str) -> tuple[int, str]:
    """The status and the body of a plain HTTP request."""
    host, port = door.address.split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    writer.write(f"GET {path} HTTP/1.1\r\nHost: {door.address}\r\n\r\n".encode())
    head, _, body = (await reader.read()).decode().partition("\r\n\r\n")
    writer.close()
    return int(head.split()[1]), body


async def samples(door: Door) -> dict[str, float]:
    """Every sample by its name and labels."""
    status, body = await get(door, "/metrics")
    assert status == 200
    return {
        sample.name + "".join(f" {key}={value}" for key, value in sample.labels.items()): float(
            sample.value
        )
        for family in text_string_to_metric_families(body)
        for sample in family.samples
    }


@given(st.lists(st.integers(0, 20)))
def test_buckets_are_cumulative(values: list[int]) -> None:
    counts = [count for _, count in buckets_of(values, (1, 5, 10))]
    assert counts == sorted(counts)
    assert counts[-1] == len(values)


@given(st.lists(st.floats(0, 10)))
def test_durations_are_a_histogram(values: list[float]) -> None:
    durations = Durations()
    for value in values:
        durations.observe(value)
    samples = {
        (each.name.removeprefix("seconds"), each.labels.get("le")): each.value
        for each in durations.family("seconds", "text").samples
    }
    for (name, bound), count in samples.items():
        if name == "_bucket" and bound != "+Inf":
            assert count == sum(1 for value in values if value <= float(str(bound)))
    assert samples["_bucket", "+Inf"] == samples["_count", None] == len(values)
    assert samples["_sum", None] == pytest.approx(sum(values))


def test_two_servers_in_one_process_do_not_share_figures() -> None:
    first, second = Metrics(), Metrics()
    first.commit.observe(1.0)
    assert "peerline_store_commit_seconds_count 1.0" in first.text()
    assert "peerline_store_commit_seconds_count 0.0" in second.text()


async def test_what_happens_is_counted(open_door: OpenDoor) -> None:
    door = await open_door(messages_per_minute=2)
    alice = await door.join("alice", Role.EDITOR)
    bob = await door.join("bob", Role.VIEWER)
    await alice.send(
        type="cursor_update",
        session_id=SESSION,
        data={"file": "a.py", "line": 1, "column": 1},
    )
    await bob.receive_type("presence_update")
    for number in range(3):
        await alice.send(
            type="chat_message", session_id=SESSION, content="secret words", request_id=f"r{number}"
        )
        await alice.receive_type("ack", "error")
    found = await samples(door)
    assert found["peerline_connections"] == 2
    assert found["peerline_sessions"] == 1
    assert found["peerline_session_participants_bucket le=1"] == 0
    assert found["peerline_session_participants_bucket le=2"] == 1
    assert found["peerline_messages_total type=chat_message"] == 3
    assert found["peerline_messages_total type=cursor_update"] == 1
    assert found["peerline_errors_total code=RATE_LIMITED"] == 1
    assert found["peerline_delivery_seconds_count kind=event"] == 2
    assert found["peerline_delivery_seconds_count kind=presence"] >= 1
    assert found["peerline_store_batch_events_sum"] >= 4
    assert found["peerline_store_commit_seconds_count"] >= 2
    await bob.socket.close()
    while (await samples(door))["peerline_connection_seconds_count"] < 1:
        pass
    assert "secret" not in (await get(door, "/metrics"))[1]


async def test_metrics_can_be_turned_off(open_door: OpenDoor) -> None:
    door = await open_door(serve_metrics=False)
    assert (await get(door, "/metrics"))[0] == 404


@asynccontextmanager
async def stalled(door: Door) -> AsyncGenerator[None]:
    """Another process holds the database, so that nothing can be written."""
    other = sqlite3.connect(door.data_dir / "peerline.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    try:
        yield
    finally:
        other.rollback()
        other.close()


async def test_a_stalled_store_blocks_neither_presence_nor_sockets(
    open_door: OpenDoor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writer, "STALLED_SECONDS", 0.1)
    door = await open_door()
    alice = await door.join("alice", Role.EDITOR)
    bob = await door.join("bob", Role.EDITOR)
    async with stalled(door):
        for number in range(5):
            await alice.send(
                type="chat_message",
                session_id=SESSION,
                content=f"number {number}",
                request_id=f"r{number}",
            )
        while (await get(door, "/readyz"))[0] == 200:
            pass
        assert (await get(door, "/healthz"))[0] == 200
        await alice.send(
            type="cursor_update",
            session_id=SESSION,
            data={"file": "a.py", "line": 7, "column": 1},
        )
        moved = await bob.receive_type("presence_update", "chat_message")
        assert moved["type"] == "presence_update", "what is not durable must not be told"
        assert moved["presence"]["cursor"]["line"] == 7
    seen = [await bob.receive_type("chat_message") for _ in range(5)]
    assert [message["message"]["content"] for message in seen] == [
        f"number {number}" for number in range(5)
    ]
    acks = [await alice.receive_type("ack", "error") for _ in range(5)]
    assert [ack["seq"] for ack in acks] == [message["seq"] for message in seen]
    # Sent again, each is known.
    await alice.send(type="chat_message", session_id=SESSION, content="number 0", request_id="r0")
    assert (await alice.receive_type("ack"))["seq"] == seen[0]["seq"]
    while (await get(door, "/readyz"))[0] != 200:
        pass
