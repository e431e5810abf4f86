"""An nginx with the configuration that `deploy/nginx` has, on a free port and other nodes."""

import os
import re
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from tests.free_port import free_port

SHIPPED: Final = Path(__file__).parents[2] / "deploy" / "nginx"
_START_SECONDS: Final = 30.0
"""A limit, not a wait."""
NO_LIMITS: Final = {
    "limit_conn peerline_connections 1000;": "limit_conn peerline_connections 10000;",
    "rate=20r/s": "rate=1000r/s",
}
"""Changes of its configuration for many clients, who all come from one address."""


class Nginx:
    """A running nginx; its logs, and all that it writes, are in `folder`."""

    def __init__(
        self, folder: Path, nodes: Sequence[str], changes: Mapping[str, str] | None = None
    ) -> None:
        """`nodes` are HOST:PORT; `changes` are made in the shipped text."""
        self.folder = folder
        self._changes = changes or {}
        self.port = free_port()
        folder.mkdir(parents=True, exist_ok=True)
        self._write(nodes)
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def address(self) -> str:
        """HOST:PORT at which it listens."""
        return f"127.0.0.1:{self.port}"

    def processes(self) -> list[int]:
        """The ids of its workers."""
        assert self._process is not None
        children = Path(f"/proc/{self._process.pid}/task/{self._process.pid}/children")
        return [int(pid) for pid in children.read_text(encoding="ascii").split()]

    def check(self) -> str:
        """Run `nginx -t`; the text that it prints.

        Raises:
            AssertionError: if the configuration is wrong.
        """
        done = subprocess.run([*self._command(), "-t"], check=False, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        return done.stderr

    def start(self) -> None:
        """Start it, and wait until it listens."""
        with (self.folder / "stderr.log").open("ab") as log:
            self._process = subprocess.Popen(self._command(), stdout=log, stderr=log)
        deadline = time.monotonic() + _START_SECONDS
        while True:
            try:
                socket.create_connection(("127.0.0.1", self.port)).close()
            except ConnectionRefusedError:
                said = (self.folder / "stderr.log").read_text()
                assert self._process.poll() is None, said
                assert time.monotonic() < deadline, said
                time.sleep(0.01)
            else:
                return

    def use(self, nodes: Sequence[str]) -> None:
        """Have other nodes, by a reload."""
        self._write(nodes)
        assert self._process is not None
        self._process.send_signal(signal.SIGHUP)

    def stop(self) -> None:
        """End it, and wait for its end."""
        if self._process is not None and self._process.poll() is None:
            self._process.terminate()
            self._process.wait(_START_SECONDS)

    def logs(self) -> str:
        """Everything that it has logged."""
        return "".join(path.read_text() for path in sorted(self.folder.glob("*.log")))

    def _write(self, nodes: Sequence[str]) -> None:
        text = (SHIPPED / "peerline.conf").read_text()
        servers = re.findall(r"^    server 127\.0\.0\.1:\d+(.*;)$", text, re.MULTILINE)
        assert len(servers) == 2, "the nodes of the shipped file"
        listed = "\n".join(f"    server {node}{servers[0]}" for node in nodes)
        text = re.sub(
            r"(    server 127\.0\.0\.1:\d+.*;\n)+", lambda _: f"{listed}\n", text, count=1
        )
        text = _changed(text, "listen 80;", f"listen 127.0.0.1:{self.port};")
        text = _changed(text, "/var/log/nginx/", f"{self.folder}/")
        for old, new in self._changes.items():
            text = _changed(text, old, new)
        (self.folder / "peerline.conf").write_text(text)
        whole = (SHIPPED / "nginx.conf").read_text()
        whole = _changed(whole, "user www-data;", "user root;" if os.getuid() == 0 else "")
        whole = _changed(whole, "/var/log/nginx/", f"{self.folder}/")
        # Of this test's own: as many workers as there would be, but not for as many clients.
        whole = _changed(whole, "worker_processes auto;", "worker_processes 2;")
        whole = re.sub(r"worker_rlimit_nofile \d+;", "", whole)
        whole = re.sub(r"worker_connections \d+;", "worker_connections 2048;", whole)
        paths = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        temporary = "".join(f"    {path}_temp_path {self.folder}/{path};\n" for path in paths)
        whole = _changed(whole, "http {\n", f"http {{\n{temporary}")
        (self.folder / "nginx.conf").write_text(whole)

    def _command(self) -> list[str]:
        program = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin")
        assert program is not None, "nginx is not installed: run scripts/setup-servers"
        own = f"daemon off; pid {self.folder}/nginx.pid;"
        conf = str(self.folder / "nginx.conf")
        return [program, "-p", str(self.folder), "-c", conf, "-e", "stderr", "-g", own]


def _changed(text: str, old: str, new: str) -> str:
    assert old in text, f"the shipped file has no {old!r}"
    return text.replace(old, new)
