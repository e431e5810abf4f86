"""One Postgres for each process of a test run; each test gets a database of its own in it."""

import atexit
import os
import shutil
import signal
import stat
import subprocess
import tempfile
from functools import cache
from itertools import count
from pathlib import Path
from typing import Final

from tests.free_port import free_port

_USER: Final = "postgres"
"""Postgres does not run as root; Debian's package makes this user."""
_CLUSTER: Final = ("-A", "trust", "-U", "peerline", "-E", "UTF8", "--locale=C", "--no-sync")
_FOLDERS: Final = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)


class Postgres:
    """A running server."""

    def __init__(self, *, standby_of: int | None = None) -> None:
        """An empty one, or an asynchronous standby of the server at a port of this machine."""
        self._folder = Path(tempfile.mkdtemp(prefix="peerline-postgres-", dir=_reachable()))
        self._numbers = count(1)
        self.port = free_port()
        if os.getuid() == 0:
            shutil.chown(self._folder, _USER)
        data = self._folder / "data"
        if standby_of is None:
            self._run("initdb", *_CLUSTER, "-D", data)
        else:
            place = ("-h", "127.0.0.1", "-p", str(standby_of), "-U", "peerline")
            self._run("pg_basebackup", *place, "--checkpoint=fast", "-R", "-D", data)
        self.process = self._start(data)
        atexit.register(self.stop)
        self._wait()
        self.template: str | None = None

    def url(self, database: str) -> str:
        """The URL of one of its databases."""
        return f"postgresql://peerline@127.0.0.1:{self.port}/{database}"

    def create(self, template: str = "template0") -> str:
        """Make a database; its URL."""
        name = f"test{next(self._numbers)}"
        self.sql(f"CREATE DATABASE {name} TEMPLATE {template}", database="postgres")
        return self.url(name)

    def sql(self, statement: str, *, database: str) -> str:
        """Run a statement; what psql prints of its rows."""
        options = ("-h", "127.0.0.1", "-p", str(self.port), "-U", "peerline", "-d", database)
        command = [_program("psql"), "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", *options]
        done = subprocess.run(
            [*command, "-c", statement], check=True, capture_output=True, text=True
        )
        return done.stdout.strip()

    def cut(self, database: str, *, name: str = "") -> None:
        """End the connections to a database, all or those whose name begins so."""
        end = (
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid() "
            "AND starts_with(application_name, '{}')"
        )
        self.sql(end.format(name), database=database)

    def stop(self) -> None:
        """End it at once; nothing in it is needed any longer."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGQUIT)
            self.process.wait()
        shutil.rmtree(self._folder, ignore_errors=True)

    def restart(self) -> None:
        """End it with all connections, and start it again at the same port."""
        self.process.send_signal(signal.SIGINT)
        self.process.wait()
        self.process = self._start(self._folder / "data")
        self._wait()

    def promote(self) -> None:
        """Start it again as a standby of nobody, which takes over: on another timeline."""
        (self._folder / "data" / "standby.signal").touch()
        self.restart()
        self.take_over()

    def take_over(self) -> None:
        """Be no standby any longer, with what has arrived."""
        self.sql("SELECT pg_promote()", database="postgres")

    def _start(self, data: Path) -> "subprocess.Popen[bytes]":
        settings = {
            "listen_addresses": "127.0.0.1",
            "port": str(self.port),
            "unix_socket_directories": str(self._folder),
            "fsync": "on",
        }
        options = [part for item in settings.items() for part in ("-c", "=".join(item))]
        with (self._folder / "log").open("wb") as log:
            return subprocess.Popen(
                self._command("postgres", "-D", str(data), *options),
                stdout=log,
                stderr=subprocess.STDOUT,
                cwd=self._folder,
            )

    def _run(self, program: str, *arguments: str | Path) -> None:
        command = self._command(program, *map(str, arguments))
        subprocess.run(command, check=True, capture_output=True, cwd=self._folder)

    def _command(self, program: str, *arguments: str) -> list[str]:
        command = [_program(program), *arguments]
        if os.getuid() != 0:
            return command
        as_user = ["setpriv", f"--reuid={_USER}", f"--regid={_USER}", "--clear-groups"]
        return [*as_user, *command]

    def _wait(self) -> None:
        ready = [_program("pg_isready"), "-q", "-h", "127.0.0.1", "-p", str(self.port)]
        while subprocess.run([*ready, "-t", "1"], check=False).returncode != 0:
            log = (self._folder / "log").read_text()
            assert self.process.poll() is None, f"Postgres has ended: {log}"


@cache
def postgres() -> Postgres:
    """The server of this process."""
    return Postgres()


def _reachable() -> Path:
    """A folder for temporary files that the user of Postgres can get to."""
    folders = [Path(tempfile.gettempdir()), Path("/var/tmp")]  # noqa: S108 - only looked at
    if os.getuid() != 0:
        return folders[0]
    for folder in folders:
        if all(each.stat().st_mode & stat.S_IXOTH for each in (folder, *folder.parents)):
            return folder
    raise AssertionError(f"no user but root gets to any of {folders}")


def _program(name: str) -> str:
    found = [str(folder / name) for folder in _FOLDERS if (folder / name).exists()]
    path = found[0] if found else shutil.which(name)
    assert path is not None, f"{name} is not installed: run scripts/setup-servers"
    return path
