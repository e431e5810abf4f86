"""Secrets do not leave: a corpus of them, ordinary source, and time that stays linear."""

import subprocess
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from peerline.agent.redaction import MIN_KNOWN_CHARS, redact, secrets_of
from tests.unit.peerline.agent.secret_corpus import corpus

ROOT = Path(__file__).parents[4]
SECRETS = corpus()
LEAST_RECALL = 0.99
MOST_CHANGED = 0.01
KIB_4 = 4 * 1024


def clean(text: str, *known: str) -> str:
    return redact(text, known, lambda kind, _: f"‹secret:{kind}›")


def test_the_corpus_is_large_and_each_text_has_its_secret() -> None:
    assert len(SECRETS) >= 300
    assert len({secret for _, _, secret in SECRETS}) == len(SECRETS)
    assert all(secret in text for _, text, secret in SECRETS)


def test_secrets_are_found() -> None:
    """No run of 8 characters of a secret is left."""
    missed = [
        (kind, text, clean(text))
        for kind, text, secret in SECRETS
        if any(
            secret[at : at + 8] in clean(text)
            for at in range(max(1, len(secret) - 7))
            if kind not in {"pem", "slack-hook", "discord-hook"} or at > 32
        )
    ]
    assert len(missed) <= len(SECRETS) * (1 - LEAST_RECALL), missed


def test_secrets_are_found_in_the_middle_of_a_long_text() -> None:
    lines = ["def f(x):", "    return x + 1", ""] * 20
    missed = [
        (kind, text)
        for kind, text, secret in SECRETS
        if secret in clean("\n".join([*lines, text, *lines]))
    ]
    assert len(missed) <= len(SECRETS) * (1 - LEAST_RECALL), missed


def test_ordinary_source_stays_as_it_is() -> None:
    done = subprocess.run(
        ["git", "ls-files"],  # noqa: S607 - on the PATH
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    lines = changed = 0
    for name in done.stdout.splitlines():
        if not name.endswith((".py", ".ts", ".tsx", ".lua", ".md", ".json", ".toml", ".css")):
            continue
        if "secret_corpus" in name or not (ROOT / name).is_file():
            continue
        before = (ROOT / name).read_text(encoding="utf-8").split("\n")
        after = clean("\n".join(before)).split("\n")
        assert len(before) == len(after), name
        lines += len(before)
        changed += sum(one != other for one, other in zip(before, after, strict=True))
    assert lines > 50_000
    assert changed <= lines * MOST_CHANGED


@pytest.mark.parametrize(
    "text",
    [
        "token = get_token(user)",
        "def login(user: str, password: str) -> None:",
        "password: Optional[str] = None",
        'PASSWORD = os.environ["PASSWORD"]',
        "if token == expected_token:",
        'label: "Password",',
        'API_KEY="${API_KEY}"',
        "API_KEY=<your key here>",
        'placeholder="Enter your password"',
        "const token = await auth.token();",
        "STORAGE_KEY = 'peerline.theme'",
        "for key, value in entries.items():",
        "PWD=/home/ann/project",
        "git commit -m 'Rotate the token'",
        "sha512-" + "Ab3" * 20,
        "https://example.org/a?page=2&sort=name",
        "AKIA is a prefix, and so is sk-",
        "docker run -u 1000:1000 -p 8080:80 nginx",
        "docker login -u ann --password-stdin example.org",
        "curl -u $USER:$PASSWORD https://example.org",
        "curl -fsS https://example.org -o file; tar -u a:b",
        "mysql -u ann -p shop",
        "mkdir -p build/http",
        'if text.startswith("-----BEGIN PRIVATE KEY-----"):\n    return text',
    ],
)
def test_code_about_secrets_is_not_a_secret(text: str) -> None:
    assert clean(text) == text


def test_values_of_the_environment_are_hidden_wherever_they_are() -> None:
    environ = {"DEPLOY_TOKEN": "correct horse", "PATH": "/usr/bin:/bin", "MY_PASSWORD": "short"}
    known = secrets_of({**environ, "PWD": "/home/ann/work", "A_KEY": "correct horse battery"})
    assert known == ("correct horse battery", "correct horse")
    assert clean("a correct horse b", *known) == "a ‹secret:environment› b"
    assert len("short") < MIN_KNOWN_CHARS


def test_what_is_hidden_is_not_hidden_again() -> None:
    for _, text, _ in SECRETS:
        assert clean(clean(text)) == clean(text)


@pytest.mark.parametrize(
    "piece",
    [
        *("key=", "token ", "token=a", "password:'", "eyJ", "eyJaaaaaaaaa.", "://a:", "a:b@"),
        *("-----BEGIN RSA PRIVATE KEY-----", "-----BEGIN PRIVATE KEY-----\nAAAA", "sk-", "ghp_"),
        *("secret", "'", "Authorization: ", "cookie: a=", "?key=", "A1b2" * 8, "token A1b2C3d4E5"),
        *("İ", "x", " ", "\n", "_key", "password = ", "bearer ", "%3ftoken%3d", "12345678:AA"),
        *("curl ", "curl -u ", "mysql -p", "http -a a:", "-----END ", "A" * 64 + "\n", "+AAAA\n"),
        *('"auth":', "_auth=", "-----BEGIN PRIVATE KEY-----\n+" + "A" * 64 + "\n"),
    ],
)
def test_the_time_is_linear(piece: str) -> None:
    """16 times the text takes nowhere near 256 times as long."""

    def seconds(size: int) -> float:
        text = piece * (size // len(piece))
        best = 1e9
        for _ in range(2):
            began = time.process_time()
            clean(text)
            best = min(best, time.process_time() - began)
        return best

    small, large = seconds(KIB_4), seconds(16 * KIB_4)
    assert large <= 64 * small + 0.05


@given(st.text(max_size=300))
def test_any_text_is_taken(text: str) -> None:
    assert isinstance(clean(text), str)
