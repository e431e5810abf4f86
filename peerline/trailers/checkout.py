"""Git's view of a checkout: the texts of the commit to be made and before, and its people."""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from peerline import processes

_TIMEOUT_SECONDS: Final = 30.0
_PERSON: Final = re.compile(r"\s*\d+\t(?P<name>.*) <(?P<address>[^<>]*)>$")


class CheckoutError(Exception):
    """There is nothing to ask; the text is for the user."""


class Checkout:
    """A working tree of git."""

    def __init__(self, folder: Path, environ: Mapping[str, str]) -> None:
        """Find the working tree that a folder is in.

        Raises:
            CheckoutError: if it is in none, or there is no git.
        """
        self._folder = folder
        self._environ = environ
        found = self._ask("rev-parse", "--show-toplevel").decode(errors="surrogateescape")
        self.top = Path(found.removesuffix("\n"))
        self._folder = self.top

    def texts(self, files: Sequence[str]) -> Mapping[str, tuple[str, str]]:
        """The texts of files before and in the commit to be made, by path from the top.

        Those that are not in it, or no text in UTF-8, are left out, and so are those that it does
        not change.
        """
        plain = [file for file in files if "\n" not in file]
        names = [name for file in plain for name in (f"HEAD:{file}", f":{file}")]
        given = "".join(f"{name}\n" for name in names).encode(errors="surrogateescape")
        answers = list(_objects(self._ask("cat-file", "--batch", stdin=given), len(names)))
        found: dict[str, tuple[str, str]] = {}
        for at, file in enumerate(plain):
            before, after = answers[2 * at], answers[2 * at + 1]
            if after is None or before == after:
                continue
            try:
                found[file] = (before or b"").decode(), after.decode()
            except UnicodeDecodeError:
                continue
        return found

    def people(self) -> Mapping[str, str]:
        """The mail addresses of who has written commits, by name; the one of the most commits."""
        found: dict[str, str] = {}
        try:
            lines = self._ask("shortlog", "--summary", "--numbered", "--email", "HEAD")
        except CheckoutError:  # no commit yet
            return found
        for line in lines.decode(errors="replace").splitlines():
            person = _PERSON.match(line)
            if person is not None:
                found.setdefault(person["name"], person["address"])
        return found

    def committer(self) -> tuple[str, str]:
        """Name and mail address of who commits; empty where git does not know."""
        try:
            line = self._ask("var", "GIT_AUTHOR_IDENT").decode(errors="replace")
        except CheckoutError:
            return "", ""
        name, _, rest = line.partition(" <")
        return name, rest.partition(">")[0]

    def _ask(self, *question: str, stdin: bytes = b"") -> bytes:
        command = processes.git(self._folder, *question, environ=self._environ, is_of_commit=True)
        if command is None:
            raise CheckoutError("git was not found on the PATH")
        try:
            done = processes.run(command, timeout=_TIMEOUT_SECONDS, stdin=stdin)
        except processes.TimeoutExpired:
            raise CheckoutError(f"git gave no answer to {question[0]}") from None
        if done.returncode:
            said = done.stderr.decode(errors="replace").strip().partition("\n")[0]
            raise CheckoutError(said or f"git refused {question[0]}")
        return done.stdout


def _objects(answer: bytes, count: int) -> "list[bytes | None]":
    """The objects in an answer of `git cat-file --batch`, in order; None for what is not there."""
    found: list[bytes | None] = []
    at = 0
    for _ in range(count):
        end = answer.index(b"\n", at)
        head = answer[at:end].rsplit(b" ", 2)
        at = end + 1
        if len(head) == 3 and head[1] == b"blob" and head[2].isdigit():  # noqa: PLR2004 - the parts
            size = int(head[2])
            found.append(answer[at : at + size])
            at += size + 1
        elif len(head) == 3 and head[2].isdigit():  # noqa: PLR2004 - the same; a folder, a commit
            found.append(None)
            at += int(head[2]) + 1
        else:
            found.append(None)
    return found
