"""Brings the tables of a Postgres database up to date, and checks the server that it is on."""

from datetime import UTC, datetime
from typing import Final

from sqlalchemy import Connection, insert, inspect, text

from peerline_server.store.base import StoreError
from peerline_server.store.database import upgrade
from peerline_server.store.postgres_connection import OLDEST, PostgresUrl
from peerline_server.store.schema import HEAD, SERVER_USER, metadata, tables_of, users

UPGRADE_LOCK: Final = 0x7065_6572_0001
"""So that of several who start at once one makes the tables and the others wait."""
_TABLE_LOCK_SECONDS: Final = 20
TIMELINE: Final = "SELECT left(pg_walfile_name(pg_current_wal_lsn()), 8)"
"""The timeline of the server, in the name of its WAL file: another one after a standby was promoted
(https://www.postgresql.org/docs/current/functions-admin.html)."""
_UNSAFE: Final = ("fsync", "synchronous_commit", "full_page_writes")
"""Settings that lose what was acknowledged when they are off."""
_OF_INDEXES: Final = {
    "ix_session_messages_parent": {"postgresql_where": text("parent_id IS NOT NULL")},
    "ix_message_words": {"postgresql_using": "gin"},
}
"""Options of indexes that only Postgres knows."""


def check_server(connection: Connection, where: PostgresUrl) -> None:
    """Refuse a server that would lose or mangle what is written.

    Raises:
        StoreError: with what to do about it.
    """
    number = connection.scalar(text("SELECT current_setting('server_version_num')"))
    check_version(int(number or 0), where)
    for name in _UNSAFE:
        if connection.scalar(text(f"SELECT current_setting('{name}')")) == "off":
            raise StoreError(
                f"{name} is off in Postgres at {where.shown}: it would lose what it has "
                "acknowledged; turn it on"
            )
    if connection.scalar(text("SELECT current_setting('transaction_read_only')")) == "on":
        raise StoreError(
            f"Postgres at {where.shown} takes no writes: name the primary server, or turn "
            "default_transaction_read_only off"
        )
    encoding = connection.scalar(text("SELECT current_setting('server_encoding')"))
    if encoding != "UTF8":
        raise StoreError(
            f"the database {where.shown} is in {encoding}; create one with createdb -E UTF8"
        )


def check_version(number: int, where: PostgresUrl) -> None:
    """Refuse a server that is too old; `number` is its server_version_num, such as 150018.

    Raises:
        StoreError: with what to do about it.
    """
    if number < OLDEST * 10_000:
        raise StoreError(
            f"Postgres at {where.shown} is version {number // 10_000}; "
            f"use Postgres {OLDEST} or newer"
        )


def prepare(connection: Connection, where: PostgresUrl) -> None:
    """Make the tables in an empty database, or bring older ones up to date.

    Raises:
        StoreError: if they are of a newer Peerline.
    """
    connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": UPGRADE_LOCK})
    if not inspect(connection).has_table("alembic_version"):
        set_index_options()
        metadata.create_all(connection, tables_of("postgresql"))
        now = datetime.now(UTC)
        connection.execute(insert(users), {**SERVER_USER, "created_at": now, "last_seen": None})
        connection.execute(text("CREATE TABLE alembic_version (version_num varchar(32) NOT NULL)"))
        stamp = text("INSERT INTO alembic_version VALUES (:head)")
        connection.execute(stamp, {"head": HEAD})
        return
    if connection.scalar(text("SELECT version_num FROM alembic_version")) != HEAD:
        # Longer than any other transaction may take; behind it everybody else would wait.
        connection.execute(text(f"SET LOCAL lock_timeout = '{_TABLE_LOCK_SECONDS}s'"))
        upgrade(connection, f"the database {where.shown}")


def set_index_options() -> None:
    """Give indexes what only Postgres knows of them.

    Named in `store.schema` it would load SQLAlchemy's dialect, for which SQLite has no need.
    """
    for table in metadata.tables.values():
        for index in table.indexes:
            index.dialect_kwargs.update(_OF_INDEXES.get(str(index.name), {}))
