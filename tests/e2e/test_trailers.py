"""`peerline trailers` in a real hook of a real git: who wrote with you what you commit."""

import asyncio
import os
import subprocess
import sys
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from peerline.client import Client, LinkState
from peerline.protocol.roles import Role
from tests.reliability.clients import until
from tests.reliability.servers import ForkedServer, Site

BEFORE = "def total(items):\n    return sum(items)\n"
ADA = {
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_AUTHOR_NAME": "Ada",
    "GIT_AUTHOR_EMAIL": "ada@example.org",
    "GIT_COMMITTER_NAME": "Ada",
    "GIT_COMMITTER_EMAIL": "ada@example.org",
}


async def run(*command: str, cwd: Path, **environ: str) -> "subprocess.CompletedProcess[str]":
    return await asyncio.to_thread(
        subprocess.run,
        command,
        cwd=cwd,
        env={**os.environ, **ADA, **environ},
        capture_output=True,
        text=True,
        timeout=90,
        check=False,
    )


async def git(folder: Path, *arguments: str, **environ: str) -> str:
    done = await run("git", *arguments, cwd=folder, **environ)
    assert done.returncode == 0, done.stderr
    return done.stdout + done.stderr


async def a_project(folder: Path) -> Path:
    """A checkout with a commit, and the hook of the manual."""
    project = folder / "project"
    project.mkdir()
    await git(project, "init", "--quiet")
    (project / "cart.py").write_text(BEFORE)
    await git(project, "add", ".")
    await git(project, "commit", "--quiet", "-m", "first", "--author", "Bob <bob@example.org>")
    hook = project / ".git" / "hooks" / "commit-msg"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m peerline trailers --into "$1"\n')
    hook.chmod(0o755)
    return project


@asynccontextmanager
async def joined(client: Client) -> AsyncGenerator[Client]:
    client.start()
    try:
        await until(lambda: client.state is LinkState.JOINED, "joined")
        yield client
    finally:
        await client.close()


@pytest.mark.usefixtures("state_home")
async def test_a_commit_names_who_wrote_in_it(tmp_path: Path) -> None:
    project = await a_project(tmp_path)
    site = await Site.create(tmp_path / "data")
    server = ForkedServer(site.data_dir)
    await asyncio.to_thread(server.start)
    link = f"peerline://{server.address}/session1?invite={site.invites[Role.EDITOR]}"
    place = site.link(server.address)
    try:
        async with (
            joined(Client(place, site.credentials("alice", Role.HOST))) as alice,
            joined(Client(place, site.credentials("bob", Role.EDITOR))) as bob,
        ):
            shared = await alice.documents.share("cart.py", BEFORE)
            await until(lambda: bob.documents.get(shared.id) is not None, "bob knows of it")
            document = bob.documents.open(shared.id)
            await document.ready()
            document.replace("sum(items)", "sum(item.price for item in items)")
            document.edit(("# The cart.\n",))
            await document.confirmed()
            (project / "cart.py").write_text(document.text)
            # Without a word of the session yet, it says what is missing, and the commit is made.
            told = await git(project, "commit", "-am", "Sum prices")
            assert "peerline: no co-authors: a link is needed" in told
            await git(project, "reset", "--quiet", "--soft", "HEAD~1")
            await git(project, "commit", "-m", "Sum prices", PEERLINE_LINK=link)
            message = await git(project, "log", "-1", "--format=%B")
            assert message.strip() == "Sum prices\n\nCo-authored-by: Bob <bob@example.org>"
            # From now on the session is known, and a commit of one named file has its own index.
            await git(project, "reset", "--quiet", "--mixed", "HEAD~1")
            given = ("commit", "-m", "Again", "--", "cart.py")
            await git(project, *given, PEERLINE_LINK="")
            message = await git(project, "log", "-1", "--format=%(trailers)")
            assert message.strip() == "Co-authored-by: Bob <bob@example.org>"
    finally:
        await asyncio.to_thread(server.close)
    (project / "cart.py").write_text("x = 1\n")
    told = await git(project, "commit", "-am", "Alone")
    assert "peerline: no co-authors: " in told
    assert (await git(project, "log", "-1", "--format=%B")).strip() == "Alone"


@pytest.mark.usefixtures("state_home")
async def test_outside_of_a_checkout_it_says_so(tmp_path: Path) -> None:
    command = (sys.executable, "-m", "peerline", "trailers", "peerline://127.0.0.1:1/x")
    done = await run(*command, cwd=tmp_path)
    assert (done.stdout, done.returncode) == ("", 2)
    assert "not a git repository" in done.stderr
