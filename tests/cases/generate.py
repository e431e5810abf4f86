"""Cases from the Python client for the TypeScript one: `python -m tests.cases.generate [--check]`.

Each file in `tests/cases/client` is read by `tests/contract/test_client_cases.py`, which runs the
Python client over it, and by the tests of `client-js`.
"""

import json
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from tests.cases import (
    make_connection,
    make_decoding,
    make_documents,
    make_queues,
    make_quotes,
    make_replica,
    make_texts,
)

FOLDER: Final = Path(__file__).parent / "client"
CASES: Final[Mapping[str, Callable[[], list[Any]]]] = {
    "backoff": make_connection.backoff,
    "closes": make_connection.closes,
    "decoding": make_decoding.decoding,
    "differences": make_documents.differences,
    "frames": make_documents.frames,
    "kept": make_documents.kept,
    "links": make_texts.links,
    "other_servers": make_connection.other_servers,
    "pending": make_connection.pending,
    "queues": make_queues.queues,
    "quotes": make_quotes.quotes,
    "refusals": make_connection.refusals,
    "replacements": make_documents.replacements,
    "twins": make_documents.twins,
    "replica": make_replica.replica,
    "revealed": make_texts.revealed,
    "tokens": make_texts.tokens,
    "colors": make_texts.colors,
    "words": make_texts.words,
}
"""The maker of each file."""


def text_of(name: str) -> str:
    """The file as it should be: one case a line, so that a difference is easy to see."""
    lines = ",\n".join(json.dumps(case, ensure_ascii=True) for case in CASES[name]())
    return f"[\n{lines}\n]\n"


def main(arguments: Sequence[str]) -> int:
    """Write the files, or with --check say which ones are not up to date."""
    stale = 0
    for name in CASES:
        path = FOLDER / f"{name}.json"
        wanted = text_of(name)
        if path.exists() and path.read_text(encoding="utf-8") == wanted:
            continue
        stale += 1
        if "--check" in arguments:
            print(f"tests/cases/client/{path.name} is not up to date: run `make generate`")  # noqa: T201
        else:
            FOLDER.mkdir(exist_ok=True)
            path.write_text(wanted, encoding="utf-8")
            print(f"wrote tests/cases/client/{path.name}")  # noqa: T201
    return 1 if stale and "--check" in arguments else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
