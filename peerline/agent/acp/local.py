"""Reports on their way from the observer to the resident agent: as JSON, and back. Pure.

For the resident this is one more product, `acp`, whose events are lists of reports.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, replace
from functools import cache
from typing import Any, Final, TypeAlias, get_args

from peerline.agent.acp.values import MAX_ITEMS, objects
from peerline.agent.reports import Report, ToolEnded

Json: TypeAlias = dict[str, Any]

PRODUCT: Final = "acp"
_KINDS: Final[dict[str, type[Report]]] = {kind.__name__: kind for kind in get_args(Report)}


def lines_of(reports: Sequence[Report], most: int) -> Iterator[bytes]:
    """The lines of the local socket for reports, each shorter than `most` bytes."""
    waiting: list[bytes] = []
    size = len(_line([]))
    for report in reports:
        part = _fitting(report, most - len(_line([])) - 1)
        if part is None:
            continue
        if waiting and (size + len(part) + 1 >= most or len(waiting) == MAX_ITEMS):
            yield _line(waiting)
            waiting, size = [], len(_line([]))
        waiting.append(part)
        size += len(part) + 1
    if waiting:
        yield _line(waiting)


def parse(event: Json) -> list[Report]:
    """The reports of an event; one that makes no sense is left out."""
    found = (_decoded(entry) for entry in objects(event.get("reports")))
    return [report for report in found if report is not None]


def render(name: str, answer: object) -> Json | None:  # noqa: ARG001 - as other products
    """No answer: nothing that an editor and its agent say is changed."""
    return None


def _line(parts: Sequence[bytes]) -> bytes:
    return b'{"do":"hook","product":"acp","event":{"reports":[%s]}}' % b",".join(parts)


def _fitting(report: Report, most: int) -> bytes | None:
    """The report, or what fits of it."""
    part = _encoded(report)
    if len(part) >= most and isinstance(report, ToolEnded):
        files = tuple(replace(file, diff=None) for file in report.files)
        part = _encoded(replace(report, output=None, files=files))
    return part if len(part) < most else None


def _encoded(report: Report) -> bytes:
    return json.dumps({"report": type(report).__name__, "data": asdict(report)}).encode()


def _decoded(entry: Json) -> Report | None:
    from pydantic import ValidationError  # noqa: PLC0415 - the observer does not need it

    name = entry.get("report")
    kind = _KINDS.get(name) if isinstance(name, str) else None
    if kind is None:
        return None
    try:
        return _adapter(kind).validate_python(entry.get("data"))
    except ValidationError:
        return None


@cache
def _adapter(kind: type[Report]) -> Any:  # noqa: ANN401 - pydantic is imported where it is needed
    from pydantic import TypeAdapter  # noqa: PLC0415 - the same

    return TypeAdapter(kind)
