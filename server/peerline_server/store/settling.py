"""The outcome of a commit without an answer, told by the rows that it had locked."""

from dataclasses import dataclass, field
from typing import Any


@dataclass(slots=True)
class Reached:
    """How far a batch has brought sessions and generations of documents."""

    seqs: dict[str, int] = field(default_factory=dict[str, int])
    """The seq of the last event of each session."""
    numbers: dict[tuple[str, str], tuple[str, int]] = field(
        default_factory=dict[tuple[str, str], tuple[str, int]]
    )
    """The session, and the number of the last update, of each generation of a document."""
    fences: dict[str, int] = field(default_factory=dict[str, int])
    """The fence of the owner of each session, as the batch found it."""


async def was_kept(connection: Any, reached: Reached) -> bool | None:  # noqa: ANN401 - asyncpg gives no types
    """Whether a batch is in the database, once its transaction has ended one way or the other.

    A plain read would not do: while a commit waits for a standby, nobody sees it yet. One session
    that still has the owner of then tells it of the whole batch. Without any it is None: what is
    there may be another owner's.
    """
    if not reached.seqs and not reached.numbers:
        return True
    async with connection.transaction():
        rows = await _locked(connection, reached)
        found = {row["id"]: row["last_seq"] for row in rows if _is_owned(row, reached)}
        for session_id, seq in reached.seqs.items():
            if session_id in found:
                return found[session_id] >= seq
        for (document_id, generation), (session_id, number) in reached.numbers.items():
            if session_id in found or session_id not in reached.fences:
                return await _has_update(connection, document_id, generation, number)
    return None


async def sessions_kept(connection: Any, reached: Reached) -> frozenset[str]:  # noqa: ANN401 - asyncpg gives no types
    """Of a statement that decides on each session, those that it has kept.

    Only what is still its owner's is told of.
    """
    async with connection.transaction():
        rows = await _locked(connection, reached)
        return frozenset(
            row["id"]
            for row in rows
            if _is_owned(row, reached) and row["last_seq"] >= reached.seqs[row["id"]]
        )


async def generations_kept(connection: Any, reached: Reached) -> frozenset[tuple[str, str]]:  # noqa: ANN401 - asyncpg gives no types
    """The same of generations of documents."""
    async with connection.transaction():
        rows = await _locked(connection, reached)
        owned = {row["id"] for row in rows if _is_owned(row, reached)}
        kept: set[tuple[str, str]] = set()
        for (document_id, generation), (session_id, number) in reached.numbers.items():
            if session_id in owned and await _has_update(
                connection, document_id, generation, number
            ):
                kept.add((document_id, generation))
        return frozenset(kept)


async def _locked(connection: Any, reached: Reached) -> Any:  # noqa: ANN401 - asyncpg gives no types
    """The sessions, once the transaction that had them has ended."""
    return await connection.fetch(
        "SELECT id, last_seq, fence FROM sessions WHERE id = ANY($1) ORDER BY id FOR NO KEY UPDATE",
        sorted({*reached.seqs, *reached.fences}),
    )


def _is_owned(row: Any, reached: Reached) -> bool:  # noqa: ANN401 - asyncpg gives no types
    """Whether a session has the owner of then."""
    fence: int = row["fence"]
    return reached.fences.get(row["id"], fence) == fence


async def _has_update(
    connection: Any,  # noqa: ANN401 - asyncpg gives no types
    document_id: str,
    generation: str,
    number: int,
) -> bool:
    await connection.execute(
        "SELECT FROM document_snapshots WHERE document_id = $1 AND generation = $2 "
        "FOR NO KEY UPDATE",
        document_id,
        generation,
    )
    found = await connection.fetchval(
        "SELECT greatest(max(number), (SELECT up_to FROM document_snapshots "
        "WHERE document_id = $1 AND generation = $2)) FROM document_updates "
        "WHERE document_id = $1 AND generation = $2",
        document_id,
        generation,
    )
    return found is not None and found >= number
