"""Paths are taken and refused by the same cases as in TypeScript."""

import json
from pathlib import Path

import pytest
from pydantic import TypeAdapter, ValidationError

from peerline.protocol.types import FilePath

CASES = json.loads((Path(__file__).parents[3] / "cases" / "paths.json").read_text(encoding="utf-8"))
FILE_PATH = TypeAdapter[str](FilePath)


@pytest.mark.parametrize("path", CASES["taken"])
def test_paths_that_are_taken(path: str) -> None:
    assert FILE_PATH.validate_python(path) == path


@pytest.mark.parametrize("path", CASES["refused"])
def test_paths_that_are_refused(path: str) -> None:
    with pytest.raises(ValidationError):
        FILE_PATH.validate_python(path)
