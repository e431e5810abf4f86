"""The initializationOptions."""

from pathlib import Path

import pytest
from pydantic import BaseModel, ValidationError

from peerline.protocol.editor.comments import AddCommentArguments, ReplyArguments
from peerline.protocol.editor.session import StartSessionArguments
from peerline.protocol.limits import MAX_CONTENT_CHARS, MAX_TITLE_CHARS
from peerline_bridge.options import InitializationOptions, problem_in_words, read_options

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


@pytest.mark.parametrize(
    ("model", "arguments", "text"),
    [
        (
            AddCommentArguments,
            {"uri": "file:///a", "line": 1, "content": "x" * 100_000},
            f"The text can have at most {MAX_CONTENT_CHARS} characters.",
        ),
        (ReplyArguments, {"comment_id": "c", "content": ""}, "The text should have at least 1"),
        (
            StartSessionArguments,
            {"title": "x" * 1000},
            f"The title can have at most {MAX_TITLE_CHARS} characters.",
        ),
        (ReplyArguments, {"comment_id": "c"}, "content: Field required"),
        (ReplyArguments, {"comment_id": "c", "content": 1}, "content: Input should be a valid"),
    ],
)
def test_only_what_no_person_entered_is_told_with_the_name_of_its_field(
    model: type[BaseModel], arguments: dict[str, object], text: str
) -> None:
    with pytest.raises(ValidationError) as invalid:
        model.model_validate(arguments)
    assert problem_in_words(invalid.value).startswith(text)
