"""INSERT … ON CONFLICT, of which each dialect has its own class; each statement is made once."""

from functools import cache
from importlib import import_module
from typing import Any

from sqlalchemy import Table, func


@cache
def insert_or_ignore(dialect: str, table: Table) -> Any:  # noqa: ANN401 - the dialect's Insert
    """An INSERT that leaves a row alone which is there already."""
    return _insert(dialect, table).on_conflict_do_nothing()


@cache
def upsert(
    dialect: str,
    table: Table,
    keys: tuple[str, ...],
    values: tuple[str, ...],
    kept: tuple[str, ...] = (),
) -> Any:  # noqa: ANN401 - the dialect's Insert
    """An INSERT that gives a row which is there already the new `values`.

    Those in `kept` stay as they are where the new row has none.
    """
    statement = _insert(dialect, table)
    new = statement.excluded
    changes = {name: new[name] for name in values}
    changes |= {name: func.coalesce(new[name], table.c[name]) for name in kept}
    return statement.on_conflict_do_update(index_elements=keys, set_=changes)


def _insert(dialect: str, table: Table) -> Any:  # noqa: ANN401 - the dialect's Insert
    # By name: a server on SQLite need not import what Postgres needs.
    return import_module(f"sqlalchemy.dialects.{dialect}").insert(table)
