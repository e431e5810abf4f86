"""The directory in Redis: a key for each session in use and for each node, which expire."""

from collections.abc import AsyncGenerator, Iterable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from itertools import islice
from typing import Any, Final, TypeVar

from pydantic import ValidationError

from peerline_server.directory.base import (
    NODE_SECONDS,
    SESSION_SECONDS,
    DirectoryError,
    NodeEntry,
    SessionEntry,
)
from peerline_server.redis_link import ERRORS, RedisLink, close

KEYS_AT_ONCE: Final = 200
"""In one script, for which all others wait; the round trip is the same for all."""
_T = TypeVar("_T")
_FENCE_OF: Final = """
local function fence_of(key)
  local found = redis.call('GET', key)
  if not found then return -1 end
  local is_json, entry = pcall(cjson.decode, found)
  if not is_json or type(entry) ~= 'table' then return -1 end
  return tonumber(entry.fence) or -1
end
"""
_PUT: Final = (
    _FENCE_OF
    + """
for i, key in ipairs(KEYS) do
  if fence_of(key) <= tonumber(ARGV[2 * i]) then
    redis.call('SET', key, ARGV[2 * i + 1], 'EX', ARGV[1])
  end
end
"""
)
_REMOVE: Final = (
    _FENCE_OF
    + """
for i, key in ipairs(KEYS) do
  if fence_of(key) <= tonumber(ARGV[i]) then redis.call('DEL', key) end
end
"""
)


class RedisDirectory:
    """Implements `peerline_server.directory.base.Directory` for nodes that share a Redis."""

    def __init__(self, link: RedisLink) -> None:
        self._link = link
        self._client: Any = None

    async def put(self, entries: Mapping[str, SessionEntry], node: NodeEntry | None = None) -> None:
        """Write entries of sessions, and of the node, for a while, in one round trip."""
        async with self._pipeline() as pipeline:
            for some in _batches(entries.items()):
                keys = [self._session_key(session_id) for session_id, _ in some]
                values = [part for _, each in some for part in (each.fence, each.model_dump_json())]
                pipeline.eval(_PUT, len(keys), *keys, SESSION_SECONDS, *values)
            if node is not None:
                key = self._link.key(f"node:{node.node_id}")
                pipeline.set(key, node.model_dump_json(), ex=NODE_SECONDS)
            await pipeline.execute()

    async def remove(self, fences: Mapping[str, int]) -> None:
        """Remove the entries of sessions, unless a newer owner has written them."""
        async with self._pipeline() as pipeline:
            for some in _batches(fences.items()):
                keys = [self._session_key(session_id) for session_id, _ in some]
                pipeline.eval(_REMOVE, len(keys), *keys, *(fence for _, fence in some))
            await pipeline.execute()

    async def get_many(self, session_ids: Iterable[str]) -> dict[str, SessionEntry]:
        """The entries of these sessions, of those that are in use."""
        ids = list(session_ids)
        async with self._pipeline() as pipeline:
            for some in _batches(ids):
                pipeline.mget([self._session_key(session_id) for session_id in some])
            answers = await pipeline.execute()
        texts = [text for answer in answers for text in answer]
        found = zip(ids, texts, strict=True)
        entries = {session_id: _session(text) for session_id, text in found if text is not None}
        return {session_id: entry for session_id, entry in entries.items() if entry is not None}

    async def nodes(self) -> Sequence[NodeEntry]:
        """The nodes that live, in the order of their addresses."""
        async with self._pipeline() as pipeline:
            keys = [key async for key in self._client.scan_iter(self._link.key("node:*"), 1_000)]
            for key in keys:
                pipeline.get(key)
            texts = await pipeline.execute()
        found = [node for text in texts if text is not None and (node := _node(text)) is not None]
        return sorted(found, key=lambda node: (node.address, node.node_id))

    async def close(self) -> None:
        """Disconnect."""
        if self._client is not None:
            await close(self._client)

    def _session_key(self, session_id: str) -> str:
        return self._link.key(f"live:{session_id}")

    @asynccontextmanager
    async def _pipeline(self) -> AsyncGenerator[Any]:
        try:
            if self._client is None:
                self._client = self._link.client()
            async with self._client.pipeline(transaction=False) as pipeline:
                yield pipeline
        except ERRORS as error:
            self._link.failed(error)
            raise DirectoryError(self._link.problem(error)) from None
        self._link.worked()


def _batches(items: Iterable[_T]) -> Iterator[list[_T]]:
    rest = iter(items)
    while batch := list(islice(rest, KEYS_AT_ONCE)):
        yield batch


def _session(text: bytes) -> SessionEntry | None:
    """The entry, None if another version has written what this one does not know."""
    try:
        return SessionEntry.model_validate_json(text)
    except ValidationError:
        return None


def _node(text: bytes) -> NodeEntry | None:
    try:
        return NodeEntry.model_validate_json(text)
    except ValidationError:
        return None
