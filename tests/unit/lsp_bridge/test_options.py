"""The initializationOptions."""

from pathlib import Path

import pytest

from peerline_bridge.options import InitializationOptions, read_options

PAGE = Path(__file__).parents[3] / "docs" / "editors" / "README.md"


def test_what_is_given_counts_and_what_is_not_known_is_ignored() -> None:
    options = read_options({"plugin": True, "username": "al", "unknown": 1})
    assert (options.plugin, options.username) == (True, "al")


@pytest.mark.parametrize("value", [{"presence": "everywhere"}, {"plugin": "perhaps"}, [1], "x"])
def test_options_that_are_not_valid_are_the_defaults(value: object) -> None:
    assert read_options(value) == InitializationOptions()


@pytest.mark.parametrize(
    "name", [field.alias or name for name, field in InitializationOptions.model_fields.items()]
)
def test_the_page_lists_every_option(name: str) -> None:
    table = PAGE.read_text(encoding="utf-8").split("## initializationOptions")[1]
    assert f"`{name}`" in table
