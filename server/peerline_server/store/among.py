"""The rows that have one of several keys, found by their index on every database."""

import json
from collections.abc import Iterable
from typing import Any

from sqlalchemy import ColumnElement, func, select, tuple_


def among(
    dialect: str, columns: tuple[ColumnElement[str], ...], keys: Iterable[tuple[str, ...]]
) -> ColumnElement[bool]:
    """Whether these columns, together, equal one of the keys.

    SQLite reads the whole table for `IN (VALUES …)` with more than one row; for a SELECT it uses
    the index.
    """
    if dialect != "sqlite":
        return tuple_(*columns).in_(list(keys))
    key: Any = func.json_each(json.dumps(list(keys))).table_valued("value").c.value
    parts = [func.json_extract(key, f"$[{number}]") for number in range(len(columns))]
    return tuple_(*columns).in_(select(*parts))
