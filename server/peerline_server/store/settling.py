"""The outcome of a commit without an answer, told by the rows that it had locked."""

from dataclasses import dataclass, field
from typing import Any


@dataclass(slots=True)
class Reached:
    """How far a batch has brought sessions and generations of documents."""

    seqs: dict[str, int] = field(default_factory=dict[str, int])
    """The seq of the last event of each session."""
    numbers: dict[tuple[str, str], int] = field(default_factory=dict[tuple[str, str], int])
    """The number of the last update of each generation of a document."""


async def was_kept(connection: Any, reached: Reached) -> bool:  # noqa: ANN401 - asyncpg gives no types
    """Whether a batch is in the database, once its transaction has ended one way or the other.

    A plain read would not do: while a commit waits for a standby, nobody sees it yet.
    """
    async with connection.transaction():
        if reached.seqs:
            session_id, seq = min(reached.seqs.items())
            found = await connection.fetchval(
                "SELECT last_seq FROM sessions WHERE id = $1 FOR NO KEY UPDATE", session_id
            )
            return found is not None and found >= seq
        if reached.numbers:
            (document_id, generation), number = min(reached.numbers.items())
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
    # Nothing was written.
    return True
