"""The server behind Caddy, as deploy/caddy has it, with certificates of Caddy's own authority."""

import os
import ssl
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from shutil import which

import pytest

from tests.free_port import free_port

from .conftest import Bridges, ServerProcess, peerline

CADDYFILE = Path(__file__).parents[2] / "deploy" / "caddy" / "Caddyfile"


@pytest.fixture
def site(server: ServerProcess, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """HOST:PORT of a real Caddy before the server; its root certificate is trusted."""
    caddy = which("caddy")
    assert caddy is not None, "make setup-reach installs Caddy"
    port, storage = free_port(), tmp_path / "caddy"
    config = tmp_path / "Caddyfile"
    config.write_text(
        f"{{\n admin off\n auto_https disable_redirects\n skip_install_trust\n local_certs\n"
        f" default_bind 127.0.0.1\n storage file_system {storage}\n}}\nimport {CADDYFILE}\n"
    )
    environ = {
        **os.environ,
        "PEERLINE_SITE": f"localhost:{port}",
        "PEERLINE_PORT": server.address.rpartition(":")[2],
        "HOME": str(tmp_path),
    }
    with (tmp_path / "caddy.log").open("wb") as log:
        process = subprocess.Popen(
            [caddy, "run", "--config", str(config), "--adapter", "caddyfile"],
            env=environ,
            stdout=log,
            stderr=log,
        )
        root = storage / "pki" / "authorities" / "local" / "root.crt"
        try:
            deadline = time.monotonic() + 60
            while not (root.exists() and _answers(port, root, "/healthz")):
                assert process.poll() is None, (tmp_path / "caddy.log").read_text()
                assert time.monotonic() < deadline, (tmp_path / "caddy.log").read_text()
                time.sleep(0.05)
            monkeypatch.setenv("SSL_CERT_FILE", str(root))
            yield f"localhost:{port}"
        finally:
            process.terminate()
            process.wait(timeout=30)


def _answers(port: int, root: Path, path: str) -> bool:
    with suppress(OSError):
        context = ssl.create_default_context(cafile=root)
        with urllib.request.urlopen(f"https://localhost:{port}{path}", context=context) as answer:
            return answer.status == 200
    return False


def test_a_team_joins_through_caddy_with_tls(
    site: str, server: ServerProcess, bridges: Bridges, tmp_path: Path
) -> None:
    link = peerline(
        "invite",
        server.session,
        *("--role", "editor", "--address", f"https://{site}", "--data-dir", str(server.data_dir)),
    )
    assert link.startswith(f"peerlines://{site}/{server.session}?invite=")
    one, two = bridges.start("one", {"a.txt": "a"}), bridges.start("two", {"a.txt": "a"})
    one.command("join", link=link)
    one.wait_state(state="joined")
    code = link.rpartition("=")[2]
    two.command("join", link=f"Join <https://{site}/s/{server.session}#invite={code}>.")
    two.wait_state(state="joined", participants=2)
    root = tmp_path / "caddy" / "pki" / "authorities" / "local" / "root.crt"
    assert not _answers(int(site.rpartition(":")[2]), root, "/metrics")
