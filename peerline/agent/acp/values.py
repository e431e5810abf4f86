"""Values out of JSON of any shape: what is not as expected counts as absent. Pure."""

from typing import Any, Final, TypeAlias, cast

Object: TypeAlias = dict[str, Any]

MAX_TEXT_CHARS: Final = 65_536
"""More of a text is not looked at: what is shown of it is far shorter."""
MAX_ITEMS: Final = 1_000


def an_object(value: object) -> Object:
    """The object; empty for anything else."""
    return cast("Object", value) if isinstance(value, dict) else {}


def objects(value: object) -> list[Object]:
    """The objects of a list."""
    if not isinstance(value, list):
        return []
    items = cast("list[object]", value)
    return [cast("Object", item) for item in items[:MAX_ITEMS] if isinstance(item, dict)]


def text(value: object) -> str | None:
    """A text that is not empty."""
    return value[:MAX_TEXT_CHARS] if isinstance(value, str) and value else None


def whole(value: object) -> int | None:
    """A number that counts something."""
    if isinstance(value, bool) or not isinstance(value, int):
        return None
    return value if value >= 0 else None


def number(value: object) -> float | None:
    """A finite number of 0 or more."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if 0 <= value < float("inf") else None
