"""A real Emacs with eglot in a terminal of its own, configured as docs/editors/emacs.md says."""

import base64
import fcntl
import json
import os
import pty
import struct
import subprocess
import sys
import tempfile
import termios
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from .stock_neovim import BRIDGE, documented

TIMEOUT = 40.0
PAGE = Path(__file__).parents[2] / "docs" / "editors" / "emacs.md"
_IN_TERMINAL = """
import fcntl, os, sys, termios
fcntl.ioctl(0, termios.TIOCSCTTY, 0)
os.execvp(sys.argv[1], sys.argv[1:])
"""
"""Emacs opens /dev/tty, so the terminal must be the one that controls its session."""


class Emacs:
    """Emacs 28 or newer, driven through emacsclient; its keys come from a terminal."""

    def __init__(self, file: Path, environ: dict[str, str]) -> None:
        # A socket's path must be short: the tests' own folders have long names.
        self._temporary = tempfile.TemporaryDirectory(prefix="emacs")
        folder = Path(self._temporary.name)
        self._socket = folder / "s"
        init = folder / "init.el"
        init.write_text(self._init())
        self._screen = b""
        self._is_closed = False
        self._main, terminal = pty.openpty()
        fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 120, 0, 0))
        self._process = subprocess.Popen(
            [sys.executable, "-c", _IN_TERMINAL, "emacs", "-nw", "-q", "-l", str(init), str(file)],
            stdin=terminal,
            stdout=terminal,
            stderr=terminal,
            start_new_session=True,
            env=os.environ | {"TERM": "xterm", "HOME": str(folder)} | environ,
        )
        os.close(terminal)
        threading.Thread(target=self._drain, daemon=True).start()
        self.wait(self._socket.exists, "Emacs listens")
        self.wait(lambda: self.eval("t"), "Emacs answers")

    def _init(self) -> str:
        code = documented(PAGE, "elisp")
        command = '"peerline" "lsp" "--stdio"'
        assert command in code
        code = code.replace(command, " ".join(f'"{part}"' for part in BRIDGE))
        return f"""
            (setq make-backup-files nil auto-save-default nil create-lockfiles nil)
            (setq inhibit-startup-screen t server-name "{self._socket}" debug-on-error nil)
            {code}
            (server-start)
            """

    def _drain(self) -> None:
        with suppress(OSError):
            while data := os.read(self._main, 65536):
                self._screen = (self._screen + data)[-100_000:]

    def keys(self, text: str) -> None:
        """Type into the terminal."""
        os.write(self._main, text.encode())

    def eval(self, code: str) -> Any:
        """The value of an Emacs Lisp expression, evaluated in the buffer that is shown."""
        wrapped = (
            "(with-current-buffer (window-buffer (selected-window))"
            f" (base64-encode-string (encode-coding-string (json-encode {code}) 'utf-8) t))"
        )
        done = subprocess.run(
            ["emacsclient", "-s", str(self._socket), "--eval", wrapped],  # noqa: S607 - on the PATH
            capture_output=True,
            text=True,
            timeout=TIMEOUT,
            check=False,
        )
        assert done.returncode == 0, (code, done.stderr, self._screen[-2000:])
        return json.loads(base64.b64decode(done.stdout.strip().strip('"')))

    def wait(self, condition: Callable[[], Any], what: str = "") -> Any:
        """Poll until the condition gives something true, and return it."""
        deadline = time.monotonic() + TIMEOUT
        pause = threading.Event()
        while True:
            assert self._process.poll() is None, ("Emacs ended", self._screen[-2000:])
            value = condition()
            if value:
                return value
            if time.monotonic() > deadline:
                raise AssertionError(f"{what or condition} never came; {self._screen[-2000:]!r}")
            pause.wait(0.05)

    def connect(self) -> None:
        """M-x eglot, and wait until the buffer is managed."""
        self.eval("(progn (call-interactively 'eglot) t)")
        self.wait(lambda: self.eval("(and (eglot-current-server) t)"), "eglot")

    def diagnostics(self) -> list[tuple[int, str]]:
        """Flymake's notes: (row, text)."""
        found = self.eval(
            "(vconcat (mapcar (lambda (d)"
            " (vector (1- (line-number-at-pos (flymake-diagnostic-beg d)))"
            " (flymake-diagnostic-text d))) (flymake-diagnostics)))"
        )
        return [(row, text) for row, text in found]

    def go(self, row: int) -> None:
        """Go to a line with keys, and let the cursor rest there."""
        self.keys(f"\x1bgg{row + 1}\r")
        self.wait(lambda: self.eval("(1- (line-number-at-pos))") == row, f"row {row}")

    def act(self, title: str) -> None:
        """M-x eglot-code-actions, and choose the one whose title contains the text."""
        wanted = json.dumps(title)
        self.eval(
            "(let ((completing-read-function"
            " (lambda (_prompt table &rest _)"
            ' (let ((items (all-completions "" table)))'
            f" (or (seq-find (lambda (item) (string-search {wanted} item)) items)"
            f' (error "%s is not in %S" {wanted} items))))))'
            " (call-interactively 'eglot-code-actions) t)"
        )

    def lines(self) -> list[str]:
        """The text of the buffer."""
        return self.eval("(buffer-substring-no-properties (point-min) (point-max))").split("\n")

    def close(self) -> None:
        """End Emacs; a second time does nothing."""
        if self._is_closed:
            return
        self._is_closed = True
        if self._process.poll() is None:
            with suppress(AssertionError, subprocess.TimeoutExpired):
                self.eval(
                    "(progn (ignore-errors (eglot-shutdown-all))"
                    " (run-at-time 0 nil (lambda () (set-buffer-modified-p nil)"
                    " (let ((kill-emacs-query-functions nil)) (kill-emacs)))) t)"
                )
            try:
                self._process.wait(10)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait(10)
        os.close(self._main)
        self._temporary.cleanup()
