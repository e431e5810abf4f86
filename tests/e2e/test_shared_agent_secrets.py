"""A shared agent runs commands that read private files: nothing of these is shown."""

import base64
from pathlib import Path

import pytest

from .agent_host import Host
from .test_agent import Person, place
from .test_shared_agent import allow, ends, host, people, pytestmark, steps

__all__ = ["host", "people", "place", "pytestmark"]


def texts_in(folder: Path, without: set[Path]) -> list[str]:
    """The content of all files below a folder, but of these."""
    files = [path for path in folder.rglob("*") if path.is_file()]
    others = [path for path in files if not without & {path, *path.parents}]
    return [path.read_bytes().decode("latin-1") for path in others]


@pytest.mark.parametrize(
    "command",
    [
        "grep -r otter . | sort",
        "cd vault && base64 *; cat *",
        "base64 *.txt",
        "cat linked",
        "name=.en; cat ${name}v; cat hello.py",
        """python3 -c "print(open('.e' + 'nv').read())" """,
    ],
)
async def test_what_is_in_private_files_is_not_shown_however_a_command_has_read_it(
    host: Host, people: tuple[Person, Person], tmp_path: Path, command: str
) -> None:
    # Nothing about its form says that it is a secret.
    planted = "the quiet otter swims"
    told = base64.b64encode(planted.encode()).decode()
    bob, carol = people
    (host.folder / ".peerlineignore").write_text("vault/\nplans.txt\n")
    (host.folder / "vault").mkdir()
    for name in (".env", "vault/a.md", "plans.txt"):
        (host.folder / name).write_text(planted)
    (host.folder / "linked").symlink_to(".env")
    (host.folder / "hello.py").write_text("an otter for everybody\n")
    host.start("--approvers", "editors")
    await bob.sees(bob.agent)
    await bob.say(steps(["terminal", command]))
    await allow(carol)
    await bob.sees(lambda: ends(bob))
    (noted,) = host.noted("terminal")
    assert planted in noted[2] or told in noted[2]  # the agent has read it
    (call,) = await carol.sees(lambda: carol.events("tool_call"))
    shown = call.output or ""  # none of a command that names a private file
    assert ("an otter for everybody" in shown) is ("an otter for everybody" in noted[2])
    assert host.stop() == 0
    seen = repr([*bob.changes, *carol.changes])
    texts = [seen, *texts_in(tmp_path, without={host.folder, tmp_path / "notes"})]
    assert not any(part in text for part in (planted, told) for text in texts)
