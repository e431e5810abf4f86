"""Tests of peerline.processes, with a real git in a hostile checkout."""

import ast
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from peerline import processes
from peerline.liveness import is_alive

ROOT = Path(processes.__file__).parents[1]
STARTING = {
    "peerline/processes.py": "the one way to start a process",
    "peerline/protocol/generate.py": "runs a script of this repository when the project is built",
}
MODULES = {"subprocess", "pty", "multiprocessing", "concurrent.futures.process"}
STARTERS = {
    *("create_subprocess_exec", "create_subprocess_shell", "subprocess_exec", "subprocess_shell"),
    *("system", "popen", "fork", "forkpty", "posix_spawn", "posix_spawnp", "startfile"),
    *("ProcessPoolExecutor", "run_process"),
}
STARTS = ("exec", "spawn")
posix = pytest.mark.skipif(sys.platform == "win32", reason="programs are shell scripts")


def program(path: Path, text: str = "exit 0") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)
    return path


@posix
def test_a_path_for_processes_that_do_not_know_the_projects(tmp_path: Path) -> None:
    one, two, away = tmp_path / "one", tmp_path / "two", tmp_path / "away"
    for folder in (one / ".venv" / "bin", two, away):
        program(folder / "cloudflared")
    path = os.pathsep.join([str(one / ".venv" / "bin"), "bin", "", str(two), str(away)])
    outside = processes.path_outside([one, two], {"PATH": path})
    assert outside == str(away)
    found = processes.find_program("cloudflared", environ={"PATH": outside})
    assert found == str(away / "cloudflared")


@posix
def test_programs_of_the_project_and_of_relative_entries_do_not_count(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project, safe = tmp_path / "project", tmp_path / "safe"
    for folder in (project, project / "bin", safe):
        program(folder / "tool")
    (tmp_path / "alias").symlink_to(project / "bin")
    monkeypatch.chdir(project)
    for entries in (
        ["", ".", "bin", "../project", str(project / "bin"), str(tmp_path / "alias"), str(safe)],
        [str(safe), str(project)],
    ):
        path = {"PATH": ":".join(entries)}
        assert processes.find_program("tool", environ=path) == str(safe / "tool")
        assert processes.find_program("tool", outside=safe, environ=path) != str(safe / "tool")
    assert processes.find_program("tool", environ={"PATH": f":.:bin:{project}"}) is None
    assert processes.find_program("tool", environ={"PATH": ""}) is None


@posix
def test_programs_of_a_user_who_works_at_home_or_above_are_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = program(tmp_path / "home" / ".local" / "bin" / "tool")
    path = {"PATH": f"{tmp_path / 'home'}:{own.parent}"}
    program(tmp_path / "home" / "tool")
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    for folder in (tmp_path / "home", tmp_path, Path("/")):
        found = processes.find_program("tool", outside=folder, environ=path)
        assert found == str(own if folder.name == "home" else tmp_path / "home" / "tool")


def test_what_the_user_runs_gets_none_of_our_variables_and_their_folder(tmp_path: Path) -> None:
    environ = {**os.environ, "PEERLINE_TOKEN": "t", "peerline_link": "l", "OTHER": "o"}
    show = "import os; print(os.getcwd(), sorted(n for n in os.environ if 'peer' in n.lower()), "
    command = [sys.executable, "-c", show + "os.environ['OTHER'])"]
    done = processes.run(processes.users(command, tmp_path, environ), timeout=30)
    assert done.stdout.decode().split() == [str(tmp_path.resolve()), "[]", "o"]


def test_our_own_run_apart_from_the_folder_and_mean_the_same_paths(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    given = {"PEERLINE_DATA_DIR": "data", "PEERLINE_TOKEN": "t", "PEERLINE_LINK": "l", "A": "1"}
    command = processes.own("serve", environ=given)
    assert command.arguments[:2] == (sys.executable, "-I")
    assert command.arguments[-2:] == (str(processes.MAIN), "serve")
    assert command.folder == Path(tmp_path.anchor)
    assert command.environment == {"PEERLINE_DATA_DIR": str(tmp_path / "data"), "A": "1"}
    done = processes.run(processes.own("--version"), timeout=60)
    assert done.stdout.startswith(b"peerline ")


HOSTILE_SETTINGS = {
    "core.fsmonitor": "{}",
    "core.pager": "{}",
    "core.sshCommand": "{}",
    "core.askPass": "{}",
    "core.editor": "{}",
    "diff.external": "{}",
    "credential.helper": "{}",
    "filter.evil.clean": "{}",
    "filter.evil.smudge": "{}",
    "filter.evil.process": "{}",
    "filter.evil.required": "true",
    "alias.check-ignore": "!{}",
    "alias.rev-parse": "!{}",
    "uploadpack.packObjectsHook": "{}",
    "remote.origin.url": "ext::{}",
    "remote.origin.uploadpack": "{}",
    "remote.origin.promisor": "true",
    "extensions.partialClone": "origin",
    "protocol.ext.allow": "always",
    "pager.check-ignore": "{}",
    "pager.rev-parse": "{}",
}


@posix
def test_a_question_to_git_runs_nothing_of_a_hostile_checkout(tmp_path: Path) -> None:
    git = shutil.which("git")
    assert git is not None
    checkout, marker = tmp_path / "checkout", tmp_path / "ran"
    evil = program(tmp_path / "evil", f"echo \"$0 $@\" >> '{marker}'")
    subprocess.run([git, "init", "-q", str(checkout)], check=True)
    (checkout / ".gitignore").write_text("ignored\n")
    (checkout / "a").write_text("a")
    subprocess.run([git, "-C", str(checkout), "add", "-A"], check=True)
    for name, value in HOSTILE_SETTINGS.items():
        setting = [name, value.format(evil)]
        subprocess.run([git, "-C", str(checkout), "config", *setting], check=True)
    (checkout / ".gitattributes").write_text("* filter=evil diff=evil\n")
    (checkout / "a").write_text("b")
    for name in ("post-checkout", "post-index-change", "fsmonitor-watchman", "pre-commit"):
        shutil.copy(evil, checkout / ".git" / "hooks" / name)
    program(checkout / "git", f"echo git >> '{marker}'")
    environ = {
        **os.environ,
        "PATH": f".:{checkout}:{os.environ['PATH']}",
        "GIT_DIR": str(tmp_path / "elsewhere"),
        "GIT_EXTERNAL_DIFF": str(evil),
        "GIT_SSH_COMMAND": str(evil),
        "GIT_CONFIG_COUNT": "1",
        "GIT_CONFIG_KEY_0": "core.fsmonitor",
        "GIT_CONFIG_VALUE_0": str(evil),
    }

    def ask(*question: str, stdin: bytes = b"") -> bytes:
        command = processes.git(checkout, *question, environ=environ)
        assert command is not None
        assert command.arguments[0] == git
        return processes.run(command, timeout=30, stdin=stdin).stdout

    # Without the guard it runs what the checkout says.
    subprocess.run([git, "-C", str(checkout), "status"], check=False, capture_output=True)
    assert marker.exists()
    marker.unlink()
    assert ask("rev-parse", "--show-toplevel").decode().strip() == str(checkout.resolve())
    assert ask("check-ignore", "--stdin", stdin=b"a\nignored\n") == b"ignored\n"
    ask("rev-parse", "--verify", "-q", "0123456789012345678901234567890123456789^{commit}")
    assert not marker.exists(), marker.read_text()


@pytest.mark.parametrize("question", ["status", "diff", "ls-files", "fetch", "-c", "config"])
def test_git_is_asked_nothing_else(tmp_path: Path, question: str) -> None:
    with pytest.raises(ValueError, match="only"):
        processes.git(tmp_path, question)


def test_without_git_there_is_no_question(tmp_path: Path) -> None:
    assert processes.git(tmp_path, "rev-parse", environ={"PATH": ""}) is None


@posix
@pytest.mark.parametrize("ends", ["killed", "released"])
def test_a_bound_program_ends_with_the_process_that_started_it(ends: str) -> None:
    starter = (
        "import asyncio, sys\n"
        "from pathlib import Path\n"
        "from peerline import processes\n"
        "async def main():\n"
        "    given = ['sh', '-c', 'echo $$; cat; exec sleep 1000']\n"
        "    command = processes.bound(processes.users(given, Path('/')))\n"
        "    process = await processes.start(command, is_bound=True)\n"
        "    print((await process.stdout.readline()).decode(), end='', flush=True)\n"
        "    sys.stdin.readline()\n"
        "    process.stdin.write(b'\\n')\n"
        "    process.stdin.close()\n"
        "    await process.stdin.wait_closed()\n"
        "    print('released', flush=True)\n"
        "    sys.stdin.readline()\n"
        "asyncio.run(main())\n"
    )
    command = [sys.executable, "-c", starter]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as parent:
        assert parent.stdin is not None
        assert parent.stdout is not None
        pid = int(parent.stdout.readline())
        assert is_alive(pid)
        if ends == "released":
            parent.stdin.write("\n")
            parent.stdin.flush()
            assert parent.stdout.readline() == "released\n"
        parent.kill()
        parent.wait()
    if ends == "killed":
        deadline = time.monotonic() + 30
        while is_alive(pid):
            assert time.monotonic() < deadline
            time.sleep(0.01)
    else:
        assert is_alive(pid)
        os.kill(pid, signal.SIGKILL)


def starters(path: Path) -> list[int]:
    """The lines of a module that could start a process."""
    found: list[int] = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        match node:
            case ast.Import(names=names) if any(name.name in MODULES for name in names):
                found.append(node.lineno)
            case ast.ImportFrom(module=module, names=names) if module in MODULES or (
                module in {"os", "asyncio"} and any(is_starter(name.name) for name in names)
            ):
                found.append(node.lineno)
            case ast.Attribute(value=ast.Name(id="os" | "asyncio" | "loop"), attr=name):
                if is_starter(name):
                    found.append(node.lineno)
            case _:
                pass
    return found


def is_starter(name: str) -> bool:
    return name in STARTERS or (name.startswith(STARTS) and name != "exec_prefix")


@pytest.mark.parametrize("package", ["peerline", "server", "lsp_bridge"])
def test_only_the_modules_of_the_decision_start_processes(package: str) -> None:
    decision = (ROOT / "docs/decisions/0056-two-kinds-of-processes.md").read_text(encoding="utf-8")
    found = {
        path.relative_to(ROOT).as_posix(): lines
        for path in (ROOT / package).rglob("*.py")
        if (lines := starters(path))
    }
    assert {name: lines for name, lines in found.items() if name not in STARTING} == {}
    assert all(f"`{name}`" in decision for name in found)


def test_the_decision_names_the_questions_to_git() -> None:
    decision = (ROOT / "docs/decisions/0056-two-kinds-of-processes.md").read_text(encoding="utf-8")
    assert all(f"`{query}`" in decision for query in processes.GIT_QUERIES)
