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
        rows = await connection.fetch(
            "SELECT id, last_seq, fence FROM sessions WHERE id = ANY($1) "
            "ORDER BY id FOR NO KEY UPDATE",
            sorted({*reached.seqs, *reached.fences}),
        )
        found = {row["id"]: row["last_seq"] for row in rows if _is_owned(row, reached)}
        for session_id, seq in reached.seqs.items():
            if session_id in found:
                return found[session_id] >= seq
        for (document_id, generation), (session_id, number) in reached.numbers.items():
            if session_id in found or session_id not in reached.fences:
                return await _has_update(connection, document_id, generation, number)
    return None


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
