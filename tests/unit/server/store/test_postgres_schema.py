"""The tables as Postgres makes them."""

from sqlalchemy import Table
from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import CreateIndex

from peerline_server.store.postgres_schema import set_index_options
from peerline_server.store.schema import message_words, session_messages


def created(table: Table, name: str) -> str:
    """The statement that makes an index."""
    [index] = [each for each in table.indexes if each.name == name]
    dialect = postgresql.dialect()  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]
    return str(CreateIndex(index).compile(dialect=dialect))


def test_indexes_have_what_only_postgres_knows() -> None:
    set_index_options()
    assert created(message_words, "ix_message_words").endswith("USING gin (words)")
    made = created(session_messages, "ix_session_messages_parent")
    assert made.endswith("(parent_id) WHERE parent_id IS NOT NULL")
