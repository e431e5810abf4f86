"""Tests of lsp_bridge.private_files."""

import pytest

from lsp_bridge.private_files import is_private


@pytest.mark.parametrize(
    "file",
    [
        *(".git/config", ".git/hooks/pre-commit", "sub/.git/HEAD", ".git", ".GIT/config"),
        *(".hg/hgrc", ".svn/entries", ".ssh/config", "home/.aws/credentials", ".kube/config"),
        *(".env", ".env.local", "app/.env.production", "prod.env", ".envrc", ".ENV"),
        *("id_rsa", "keys/id_ed25519", "id_ecdsa_work", "server.key", "tls/cert.pem", "a.P12"),
        *("vault.kdbx", ".netrc", ".npmrc", ".pypirc", ".git-credentials", "infra/prod.tfvars"),
        *("credentials.json", "secrets.yaml", "terraform.tfstate", ".nvim.lua", ".exrc"),
        # other spellings under which Windows or macOS finds them
        *(".g\u200cit/config", ".git./config", ".git /config", "git~1/config", ".env::$DATA"),
        *(".env.", "src/CON", "nul.txt", "COM1", "a:b"),
    ],
)
def test_what_is_private(file: str) -> None:
    assert is_private(file)


@pytest.mark.parametrize(
    "file",
    [
        *("src/main.py", ".gitignore", ".github/workflows/ci.yml", ".env.example", "env.py"),
        *("keyboard.ts", "src/environment.env.ts", "id_rsa_parser/main.c", "docs/secrets.md"),
        *("config.json", "console.py", "nullable.go", "common/a", "monkey.txt", "README"),
    ],
)
def test_what_is_not(file: str) -> None:
    assert not is_private(file)
