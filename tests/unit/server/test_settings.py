"""Every setting is checked: what is in its range is taken, all else is refused in one line."""

from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest

from peerline.checks import Choice, Flag, Number, Pattern, Text, WholeNumber
from peerline_server.setting_checks import AT_MOST, CHECKS, check_of
from peerline_server.settings import (
    Settings,
    SettingsError,
    cluster_name,
    database_url,
    redis_url,
    unknown_variables,
)

NAMES = [field.name for field in fields(Settings)]
DEFAULTS = Settings()


def check(name: str) -> Any:
    return check_of(name, getattr(DEFAULTS, name))


def kind(name: str) -> type:
    return type(getattr(DEFAULTS, name))


NUMBERS = [name for name in NAMES if kind(name) in {int, float}]
FLAGS = [name for name in NAMES if kind(name) is bool]
CHOICES = [name for name in NAMES if isinstance(check(name), Choice)]


def read(name: str, text: str) -> Any:
    """The setting's value if this is its text; those that depend on it leave room for it."""
    environment = {f"PEERLINE_{name.upper()}": text}
    if name == "redis_url":
        environment["PEERLINE_DATABASE_URL"] = "postgresql://h/d"
    below, above = {name}, {name}
    for low, high in [*AT_MOST, *AT_MOST]:  # twice, for chains
        if high in below:
            below.add(low)
        if low in above:
            above.add(high)
    for other in below - {name}:
        environment[f"PEERLINE_{other.upper()}"] = str(check(other).low)
    for other in above - {name}:
        environment[f"PEERLINE_{other.upper()}"] = str(check(other).high)
    return getattr(Settings.from_environment(environment), name)


def refusal(name: str, text: str) -> str:
    with pytest.raises(SettingsError) as error:
        read(name, text)
    said = str(error.value)
    assert said.startswith(f"PEERLINE_{name.upper()} must "), said
    assert "\n" not in said
    return said


def test_the_checks_are_of_settings_and_the_defaults_pass_them() -> None:
    assert set(CHECKS) <= set(NAMES)
    for name in NUMBERS + FLAGS + CHOICES:
        default = getattr(DEFAULTS, name)
        assert check(name)(str(default)) == default, name
    for low, high in AT_MOST:
        assert getattr(DEFAULTS, low) <= getattr(DEFAULTS, high)
    assert Settings.from_environment({}) == DEFAULTS


@pytest.mark.parametrize("name", NUMBERS)
def test_a_number_is_taken_from_its_least_to_its_most(name: str) -> None:
    ends = check(name)
    assert isinstance(ends, WholeNumber if kind(name) is int else Number)
    assert ends.low >= 0
    assert read(name, str(ends.low)) == ends.low
    assert read(name, f" {ends.high} ") == ends.high
    assert type(read(name, str(ends.low))) is kind(name)
    step = 1 if kind(name) is int else 0.001
    for beyond in (ends.low - step, ends.high + step, -1, 10**40, -(10**40)):
        said = refusal(name, str(beyond))
        assert (str(ends.high) if kind(name) is int else f"{ends.high:.15g}") in said
        assert said.endswith("'")


@pytest.mark.parametrize("name", NUMBERS)
@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "x",
        "-",
        "nan",
        "inf",
        "-inf",
        "1e400",
        "0x10",
        "1,5",
        "5 seconds",
        "9" * 5000,
        "1\n2",
    ],
)
def test_what_is_no_number_is_refused(name: str, text: str) -> None:
    assert len(refusal(name, text)) < 250


@pytest.mark.parametrize("name", [name for name in NUMBERS if kind(name) is int])
@pytest.mark.parametrize("text", ["1.5", "1e3", "1_000", "\uff11", "true"])
def test_what_is_no_whole_number_is_refused(name: str, text: str) -> None:
    assert "a whole number" in refusal(name, text)


@pytest.mark.parametrize("name", FLAGS)
def test_flags_are_true_or_false(name: str) -> None:
    assert isinstance(check(name), Flag)
    for text, value in {"true": True, "TRUE": True, "1": True, "false": False, "0": False}.items():
        assert read(name, text) is value
    for text in ("", "yes", "2", "-1", "tru", "none"):
        assert "true or false" in refusal(name, text)


@pytest.mark.parametrize("name", CHOICES)
def test_words_are_those_that_are_known(name: str) -> None:
    words = check(name).words
    for word in words:
        assert read(name, word) == read(name, word.lower()) == read(name, word.upper()) == word
    for text in ("", "loud", words[0] + "x", "5"):
        said = refusal(name, text)
        assert all(word in said for word in words)


@pytest.mark.parametrize("name", [name for name in NAMES if kind(name) not in {int, float, bool}])
def test_texts_paths_and_lists_take_what_they_are_for(name: str) -> None:
    value = getattr(DEFAULTS, name)
    if isinstance(value, tuple):
        assert read(name, " a , b ,") == ("a", "b")
    elif isinstance(value, Path):
        assert read(name, "/data") == Path("/data")
        refusal(name, "  ")
    elif not isinstance(check(name), Choice):
        assert isinstance(check(name), Text | Pattern)
        examples = {
            "database_url": "postgresql://h/d",
            "node_address": "[::1]:80",
            "redis_url": "redis://h",
        }
        example = examples.get(name, "example")
        assert read(name, example) == example
        refusal(name, "x" * 3_000)
        refusal(name, "a\x1bb")


@pytest.mark.parametrize("port", ["1", "9999", "10000", "65535"])
def test_a_node_has_an_address_to_connect_to(port: str) -> None:
    assert read("node_address", f"node1:{port}") == f"node1:{port}"


@pytest.mark.parametrize("port", ["", "0", "65536", "99999", "080", "1e3"])
def test_an_address_that_nobody_can_connect_to_is_refused(port: str) -> None:
    assert "from 1 to 65535" in refusal("node_address", f"node1:{port}")


@pytest.mark.parametrize("name", ["host", "token_algorithms", "token_audience", "data_dir"])
def test_what_must_not_be_empty_is_refused_empty(name: str) -> None:
    # An empty host would listen on every address.
    refusal(name, "")
    refusal(name, " ")


@pytest.mark.parametrize(("low", "high"), AT_MOST)
def test_settings_that_contradict_each_other_are_refused(low: str, high: str) -> None:
    start = int(getattr(DEFAULTS, high))
    first, second = f"PEERLINE_{low.upper()}", f"PEERLINE_{high.upper()}"
    environment = {first: str(start + 1), second: str(start)}
    with pytest.raises(SettingsError, match=f"{first} .* must be at most {second}"):
        Settings.from_environment(environment)


def test_what_is_given_wins_and_is_checked_too() -> None:
    assert Settings.from_environment({"PEERLINE_PORT": "1"}, port=2, host=None).port == 2
    with pytest.raises(SettingsError, match="PEERLINE_PORT must be"):
        Settings.from_environment({}, port=65_536)


def test_unknown_variables_are_named_with_the_nearest_setting() -> None:
    known = {f"PEERLINE_{name.upper()}": "" for name in NAMES}
    known |= {"PEERLINE_TOKEN": "", "PEERLINE_LINK": "", "PATH": "", "MY_PEERLINE_PORT": ""}
    assert unknown_variables(known) == []
    said = unknown_variables(
        {"PEERLINE_MAX_THREAD": "5", "PEERLINE_LOGLEVEL": "secret", "PEERLINE_QQQQQQQQQ": "1"}
    )
    assert said == [
        "PEERLINE_LOGLEVEL is not a setting: did you mean PEERLINE_LOG_LEVEL?",
        "PEERLINE_MAX_THREAD is not a setting: did you mean PEERLINE_MAX_THREADS?",
        "PEERLINE_QQQQQQQQQ is not a setting: it has no effect",
    ]


def test_a_database_is_in_postgres_and_a_wrong_url_is_not_repeated() -> None:
    for url in ("", "postgresql://u:p@h/d", "postgres://h:1/d?sslmode=require"):
        assert read("database_url", url) == url
    for url in ("mysql://u:hunter2@h/d", "postgresql://", "postgresql://u:hunter2@h /d", "x"):
        assert "hunter2" not in refusal("database_url", url)


def test_a_redis_needs_a_postgres_and_a_wrong_url_is_not_repeated() -> None:
    for url in ("", "redis://u:p@h:1/0", "rediss://h"):
        assert read("redis_url", url) == url
    for url in ("http://u:hunter2@h", "redis://", "redis://u:hunter2@h /d"):
        assert "hunter2" not in refusal("redis_url", url)
    with pytest.raises(SettingsError, match="PEERLINE_REDIS_URL needs PEERLINE_DATABASE_URL"):
        Settings.from_environment({"PEERLINE_REDIS_URL": "redis://h"})


def test_commands_read_the_settings_of_redis_alone() -> None:
    assert redis_url({}) == ""
    assert cluster_name({}) == DEFAULTS.cluster
    environment = {"PEERLINE_REDIS_URL": "redis://h", "PEERLINE_CLUSTER": "blue"}
    assert (redis_url(environment), cluster_name(environment)) == ("redis://h", "blue")
    with pytest.raises(SettingsError, match="PEERLINE_CLUSTER must be letters"):
        cluster_name({"PEERLINE_CLUSTER": "a b"})


def test_a_url_with_a_password_may_be_in_a_file(tmp_path: Path) -> None:
    file = tmp_path / "url"
    file.write_text("postgresql://peerline:secret@host/name\n")
    environment = {"PEERLINE_DATABASE_URL_FILE": str(file)}
    given = "postgresql://peerline:secret@host/name"
    assert Settings.from_environment(environment).database_url == given
    assert database_url(environment) == given
    assert unknown_variables(environment) == []
    with pytest.raises(SettingsError, match="both set"):
        Settings.from_environment({**environment, "PEERLINE_DATABASE_URL": given})
    file.write_text("mysql://peerline:secret@host/name")
    with pytest.raises(SettingsError, match="postgresql") as refused:
        Settings.from_environment(environment)
    assert "secret" not in str(refused.value)
    file.write_bytes(b"\xff")
    with pytest.raises(SettingsError, match="UTF-8"):
        Settings.from_environment(environment)
    file.unlink()
    with pytest.raises(SettingsError, match="PEERLINE_DATABASE_URL_FILE: "):
        Settings.from_environment(environment)
    with pytest.raises(SettingsError, match="PEERLINE_REDIS_URL_FILE: "):
        Settings.from_environment({"PEERLINE_REDIS_URL_FILE": str(tmp_path / "none")})
