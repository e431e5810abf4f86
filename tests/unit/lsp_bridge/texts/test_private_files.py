"""Tests of texts.private_files."""

import pytest

from peerline_bridge.texts.private_files import is_private


@pytest.mark.parametrize(
    "file",
    [
        *(".git/config", ".git/hooks/pre-commit", "sub/.git/HEAD", ".git", ".GIT/config"),
        *(".hg/hgrc", ".svn/entries", ".ssh/config", "home/.aws/credentials", ".kube/config"),
        *(".env", ".env.local", "app/.env.production", "prod.env", ".envrc", ".ENV"),
        *(
            "id_rsa",
            "keys/id_ed25519",
            "id_ecdsa_work",
            "server.key",
            "tls/cert.pem",
            "a.P12",
        ),
        *("vault.kdbx", ".netrc", ".npmrc", ".pypirc", ".git-credentials", "infra/prod.tfvars"),
        *("credentials.json", "secrets.yaml", "terraform.tfstate", ".nvim.lua", ".exrc"),
        # other spellings under which Windows or macOS finds them
        *(".g\u200cit/config", ".git./config", ".git /config", "git~1/config", ".env::$DATA"),
        *(".env.", "src/CON", "nul.txt", "COM1", "a:b", "con .txt", "Lpt9.", "src/AUX/x.py"),
        # what tools keep
        *(".cargo/credentials.toml", ".cargo/credentials", ".config/gh/hosts.yml", ".config/hub"),
        *(
            "dotfiles/.config/gcloud/legacy",
            ".gem/credentials",
            ".m2/settings.xml",
        ),
        *(".gradle/gradle.properties", ".composer/auth.json", ".config/rclone/rclone.conf"),
        *(
            ".config/sops/age/keys.txt",
            ".terraform.d/credentials.tfrc.json",
            ".idea/dataSources.xml",
        ),
        *(".vscode/sftp.json", ".streamlit/secrets.toml", "wp-config.php", "deploy_rsa"),
        *("config/credentials/production.key", "config/master.key", ".mozilla/firefox/logins.json"),
        *(
            "etc/shadow",
            "etc/passwd",
            ".pgpass",
            ".mysql_history",
            ".zsh_history",
            ".sqlite_history",
        ),
        *(
            "wallet.dat",
            "coins/Wallet.DAT",
            ".bitcoin/peers.dat",
            ".electrum/wallets/default_wallet",
        ),
        *(
            "keystore/UTC--2024-01-01T00-00-00.0Z--ab",
            "app.mobileprovision",
            "prod.publishsettings",
        ),
        *("AWS/credentials", "client_secret_123.json", "my-service-account.json", "host.keytab"),
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
        *(
            "settings.py",
            "config/database.yml",
            "schema.sql",
            "server.log",
            ".bashrc",
            "config.php",
        ),
        *(
            ".cargo/config.toml",
            "gradle.properties",
            "settings.xml",
            "src/auth.json",
            "src/config/a.ts",
        ),
        *(
            "config/routes.rb",
            "src/gh/client.py",
            "hub.py",
            "wallet.py",
            "wallet.test.ts",
            "hosts.yml",
        ),
        *(
            "src/credentials.py",
            "Credentials.java",
            "keys.txt",
            "history.py",
            "key.go",
            "public.crt",
        ),
        *(
            "docs/keyring.md",
            "src/config/stripe/index.ts",
            "passwd.c",
            "etc/hosts",
            ".vscode/settings.json",
            ".idea/modules.xml",
        ),
        *("src/test_rsa.py", "crypto/rsa.go", "pip.conf.md", "pnpm-lock.yaml", "account.sol"),
    ],
)
def test_what_is_not(file: str) -> None:
    assert not is_private(file)
