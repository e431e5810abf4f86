"""The initializationOptions."""

from pathlib import Path

import pytest
from pydantic import BaseModel, ValidationError

from peerline.protocol.editor.comments import AddCommentArguments, ReplyArguments
from peerline.protocol.editor.defaults import MAX_QUIET_SECONDS, MIN_QUIET_SECONDS
from peerline.protocol.editor.session import StartSessionArguments
from peerline.protocol.limits import MAX_CONTENT_CHARS, MAX_TITLE_CHARS
from peerline_bridge.options import InitializationOptions, problem_in_words, read_options

PAGE = Path(__file__).parents[3] / "docs" / "editors" / "README.md"


def test_what_is_given_counts_and_what_is_not_known_is_ignored() -> None:
    options, problem = read_options({"plugin": True, "username": "al", "unknown": 1})
    assert problem is None
    assert (options.plugin, options.username) == (True, "al")


@pytest.mark.parametrize("value", [{"presence": "everywhere"}, {"plugin": "perhaps"}, [1], "x"])
def test_options_that_are_not_valid_are_the_defaults(value: object) -> None:
    options, problem = read_options(value)
    assert options == InitializationOptions()
    assert problem is not None
    assert problem.startswith("The default is used where an option is not valid: ")
    assert not any(word in problem for word in ("everywhere", "perhaps"))


def test_an_option_that_is_not_valid_takes_no_other_with_it() -> None:
    given = {"plugin": True, "username": "al", "idle_seconds": "soon", "presence": "everywhere"}
    options, problem = read_options(given)
    assert options == InitializationOptions(plugin=True, username="al")
    assert problem == (
        "The default is used where an option is not valid: idle_seconds should be a valid number, "
        "unable to parse string as a number; presence should be 'auto', 'hints', 'diagnostics' or "
        "'off'."
    )


@pytest.mark.parametrize("name", ["idle_seconds", "away_seconds"])
def test_the_times_without_input_have_a_range(name: str) -> None:
    for seconds in (MIN_QUIET_SECONDS, MAX_QUIET_SECONDS):
        options, problem = read_options({name: seconds})
        assert (getattr(options, name), problem) == (seconds, None)
    for seconds in (
        MIN_QUIET_SECONDS - 0.1,
        MAX_QUIET_SECONDS + 0.1,
        -5,
        float("inf"),
        float("nan"),
    ):
        options, problem = read_options({name: seconds})
        assert options == InitializationOptions()
        assert problem is not None
        assert f": {name} should be " in problem


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
