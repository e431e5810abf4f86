"""The errors of the client."""

from pathlib import Path

from peerline.client import Client, errors

PAGE = Path(__file__).parents[4] / "docs" / "client-library.md"


def test_the_page_names_every_error_and_how_to_find_out() -> None:
    section = PAGE.read_text(encoding="utf-8").split("## Errors")[1]
    names = [name for name, value in vars(errors).items() if _is_error(value)]
    assert "OutcomeUnknown" in names
    assert [name for name in names if f"`{name}" not in section] == []
    assert f"client.{Client.outcome.__name__}(" in section


def _is_error(value: object) -> bool:
    return isinstance(value, type) and issubclass(value, errors.ClientError)
