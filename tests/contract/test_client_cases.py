"""The cases that hold the client in TypeScript to the one in Python are what Python does now."""

from typing import Any

import pytest

from tests.cases.generate import CASES, FOLDER, main, text_of


@pytest.mark.parametrize("name", CASES)
def test_the_python_client_decides_as_the_cases_say(name: str) -> None:
    assert (FOLDER / f"{name}.json").read_text(encoding="utf-8") == text_of(name)


def test_no_file_of_cases_is_left_over() -> None:
    assert sorted(path.stem for path in FOLDER.iterdir()) == sorted(CASES)


def test_a_file_that_is_not_up_to_date_is_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    other: dict[str, Any] = {**CASES, "words": lambda: [{"message": "x", "text": "y"}]}
    monkeypatch.setattr("tests.cases.generate.CASES", other)
    assert main(["--check"]) == 1
    assert "tests/cases/client/words.json is not up to date" in capsys.readouterr().out
