"""Reading JSON of a product without trust: a field of another type counts as absent. Pure."""

import json
from typing import Any, TypeAlias, cast

Json: TypeAlias = dict[str, Any]

MAX_INPUT_CHARS = 4_000
"""The part of a tool's input that is kept as JSON; it is cut further when it is sent."""


def entry(source: object, *names: str) -> Json:
    """The object below these names, or an empty one."""
    for name in names:
        source = cast("Json", source).get(name) if isinstance(source, dict) else None
    return cast("Json", source) if isinstance(source, dict) else {}


def entries(source: Json, name: str) -> list[Json]:
    """The objects of a list."""
    found = source.get(name)
    if not isinstance(found, list):
        return []
    return [cast("Json", one) for one in cast("list[object]", found) if isinstance(one, dict)]


def texts(source: Json, name: str) -> list[str]:
    """The texts of a list."""
    found = source.get(name)
    if not isinstance(found, list):
        return []
    return [one for one in cast("list[object]", found) if isinstance(one, str)]


def text(source: Json, *names: str) -> str | None:
    """The first of these fields that is a text with something in it."""
    for name in names:
        found = source.get(name)
        if isinstance(found, str) and found:
            return found
    return None


def whole(source: Json, *names: str) -> int | None:
    """The first of these fields that is a number, as a whole one that is not negative."""
    for name in names:
        found = source.get(name)
        if isinstance(found, (int, float)) and not isinstance(found, bool) and 0 <= found < 2**53:
            return int(found)
    return None


def decimal(source: Json, name: str) -> float | None:
    """A number that is not negative."""
    found = source.get(name)
    if not isinstance(found, (int, float)) or isinstance(found, bool):
        return None
    return float(found) if 0 <= found < 1e12 else None  # noqa: PLR2004 - and no NaN


def as_text(value: object) -> str | None:
    """Any value as a text to show: a text as it is, blocks of text joined, the rest as JSON."""
    if value is None or value in ("", {}, []):
        return None
    if isinstance(value, str):
        return value
    if isinstance(value, list):
        blocks = cast("list[object]", value)
        texts = [text(cast("Json", one), "text") for one in blocks if isinstance(one, dict)]
        if texts and len(texts) == len(blocks) and all(texts):
            return "\n".join(one for one in texts if one)
    try:
        return json.dumps(value, ensure_ascii=False)[:MAX_INPUT_CHARS]
    except (TypeError, ValueError, RecursionError):
        return None
