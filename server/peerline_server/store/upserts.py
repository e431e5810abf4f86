"""INSERT … ON CONFLICT for the database of a connection: each dialect has a class of its own."""

from collections.abc import Callable
from functools import cache
from importlib import import_module
from typing import Any

from sqlalchemy import ColumnElement, Table
from sqlalchemy.ext.asyncio import AsyncConnection


def insert_or_ignore(connection: AsyncConnection, table: Table) -> Any:  # noqa: ANN401 - the dialect's Insert
    """An INSERT that leaves a row alone which is there already."""
    return _insert(connection.dialect.name)(table).on_conflict_do_nothing()


def upsert(
    connection: AsyncConnection,
    table: Table,
    keys: list[str],
    values: list[str],
    **others: Callable[[Any], ColumnElement[Any]],
) -> Any:  # noqa: ANN401 - the dialect's Insert
    """An INSERT that gives a row which is there already the new `values`.

    `others` are more columns to set: each a function that gets the row which was to be inserted.
    """
    statement = _insert(connection.dialect.name)(table)
    new = statement.excluded
    changes = {name: new[name] for name in values}
    changes |= {name: value(new) for name, value in others.items()}
    return statement.on_conflict_do_update(index_elements=keys, set_=changes)


@cache
def _insert(dialect: str) -> Any:  # noqa: ANN401 - a function of the dialect
    # By name: a server on SQLite need not import what Postgres needs.
    return import_module(f"sqlalchemy.dialects.{dialect}").insert
