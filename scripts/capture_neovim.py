"""Writes what Neovim shows at several widths into a folder: `python -m scripts.capture_neovim DIR`.

Two Neovims in one session, in tmux, on a server of their own. Needs tmux and `make setup-dev`.
"""

import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Generator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from tests.e2e.conftest import ServerProcess

ROOT = Path(__file__).resolve().parents[1]
BIN = ROOT / ".venv" / "bin"
WIDTHS = (60, 80, 140)
LINES = 30
TIMEOUT = 60.0
PROSE = (
    "A message that is long enough to be wrapped in a narrow window, with **weight** and `code`."
)
CODE = "Like this, @alice:\n```python\ndef total(items: list[Item]) -> float:\n    return 0.0\n```"


class Terminal:
    """One Neovim in a tmux of its own."""

    def __init__(self, socket: str, width: int, command: str, *, lines: int = LINES) -> None:
        self._socket = socket
        size = ("-x", str(width), "-y", str(lines))
        self._tmux("-f", "/dev/null", "new-session", "-d", *size, command)

    def _tmux(self, *arguments: str) -> str:
        done = subprocess.run(  # noqa: S603 - our own arguments
            ["tmux", "-L", self._socket, *arguments],  # noqa: S607 - on the PATH
            check=True,
            capture_output=True,
            text=True,
        )
        return done.stdout

    def screen(self) -> str:
        """The text on the screen."""
        lines = self._tmux("capture-pane", "-p").splitlines()
        return "\n".join(line.rstrip() for line in lines) + "\n"

    def colored(self) -> str:
        """The same with its colors, as escape sequences."""
        return self._tmux("capture-pane", "-p", "-e")

    def cursor(self) -> tuple[int, int]:
        """The column and the line of the cursor."""
        column, line = self._tmux("display-message", "-p", "#{cursor_x} #{cursor_y}").split()
        return int(column), int(line)

    def keys(self, *keys: str) -> None:
        """Type; names of keys such as `Enter` are keys."""
        self._tmux("send-keys", *keys)

    def shows(self, text: str) -> None:
        """Wait until the screen shows a text."""
        deadline = time.monotonic() + TIMEOUT
        while text not in self.screen():
            if time.monotonic() > deadline:
                sys.exit(f"the screen never showed {text!r}:\n{self.screen()}")
            time.sleep(0.1)

    def close(self) -> None:
        """End it."""
        subprocess.run(  # noqa: S603 - our own arguments
            ["tmux", "-L", self._socket, "kill-server"],  # noqa: S607 - on the PATH
            check=False,
            capture_output=True,
        )


@contextmanager
def session(folder: Path) -> Generator[str]:
    """A server with a session; the link for editors."""
    server = ServerProcess(folder / "data")
    server.start()
    try:
        server.create_session("Pairing")
        yield server.invite("editor")
    finally:
        server.close()


def neovim(folder: Path, name: str, link: str, *settings: str) -> str:
    """The command that starts a Neovim which joins, with more lines of Lua as settings."""
    project = folder / name
    if not project.exists():
        shutil.copytree(ROOT / "examples" / "workspace", project)
    init = folder / f"{name}.lua"
    init.write_text(
        f"""
        vim.opt.rtp:prepend('{ROOT}/nvim-plugin')
        vim.o.number, vim.o.wrap, vim.o.signcolumn = true, false, 'yes'
        {"; ".join(settings)}
        require('peerline').setup{{
          cmd = {{ '{BIN}/peerline', 'lsp', '--stdio' }}, username = '{name}',
        }}
        """
    )
    join = f"Peerline join {link}"
    return f"cd {project} && {BIN}/nvim -n -i NONE --clean -u {init} -c '{join}' src/cart.py"


def capture(width: int, link: str, folder: Path, target: Path) -> None:
    """Write the captures of one width."""
    with ExitStack() as stack:
        bob = Terminal(f"peerline-bob-{width}", 100, neovim(folder, "bob", link))
        stack.callback(bob.close)
        # Later: that Bob has joined would be written over the line that says so about Alice.
        bob.shows("joined Pairing")
        alice = Terminal(f"peerline-alice-{width}", width, neovim(folder, "alice", link))
        stack.callback(alice.close)
        capture_both(alice, bob, width, target)


def capture_both(alice: Terminal, bob: Terminal, width: int, target: Path) -> None:
    """Write what Alice sees of a session with Bob."""

    def keep(what: str) -> None:
        (target / f"{width}-{what}.txt").write_text(alice.screen(), encoding="utf-8")

    def say(text: str) -> None:
        bob.keys(f":lua require('peerline.chat').send({lua(text)}, function() end)", "Enter")

    alice.shows("joined Pairing")
    bob.keys(":12Peerline comment Why not `0.0`?", "Enter", "12Gw")
    alice.shows("¶")
    say("Hello!")
    alice.shows("✉ 1")
    keep("code-with-unread-sign")
    alice.keys(":Peerline chat", "Enter")
    alice.shows("<CR> send")
    for text in (PROSE, CODE, "And one more"):
        say(text)
    alice.shows("And one more")
    alice.keys("Thanks, @bob", "Enter")
    alice.shows("  Thanks, @bob")
    keep("chat")
    alice.keys("Escape", ":wincmd k", "Enter", "gg")
    for number in range(20):
        say(f"Message {number}")
    alice.shows("20 new below")
    keep("reading-above")
    alice.keys("g?")
    alice.shows("React")
    keep("keys")
    alice.keys("q", "G", ":Peerline participants", "Enter")
    alice.shows("go · f")
    keep("participants")
    alice.keys(":quit", "Enter", ":wincmd h", "Enter", "12G", ":Peerline thread", "Enter")
    alice.shows("Why not")
    keep("thread")


def lua(text: str) -> str:
    """A text as a literal of Lua, in one line."""
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'").replace("\n", "\\n") + "'"


def main() -> None:
    """Write all captures."""
    if len(sys.argv) != 2:  # noqa: PLR2004 - the folder
        sys.exit("Usage: python -m scripts.capture_neovim DIR")
    target = Path(sys.argv[1])
    target.mkdir(parents=True, exist_ok=True)
    for width in WIDTHS:
        with tempfile.TemporaryDirectory() as name, session(Path(name)) as link:
            capture(width, link, Path(name), target)


if __name__ == "__main__":
    main()
