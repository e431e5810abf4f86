"""The shell scripts that start a command which ends with the process that started it."""

from typing import Final

BOUND: Final = """\
exec 3<&0 </dev/null
(read -r _ <&3 || kill "$$") >/dev/null 2>&1 &
exec "$@" 3<&-
"""
"""`$$` is the shell, and the program takes its place. macOS has nothing like PR_SET_PDEATHSIG."""
MARK: Final = "AGENT_TERMINAL"
"""The variable that a captured command and all that it starts have, also in other sessions."""
BOUND_SESSION: Final = f"""\
exec 3<&0 </dev/null
(read -r _ <&3 || {{
  for _ in 1 2 3; do
    for entry in $(grep -lzx "{MARK}=$0" /proc/[0-9]*/environ); do
      entry=${{entry#/proc/}}
      kill -9 "${{entry%/environ}}"
    done
  done
  pkill -9 -s "$$"
  kill -9 -- "-$$"
}}) >/dev/null 2>&1 &
export {MARK}="$0"
exec "$@" 3<&-
"""
"""`$0` is the mark. The shell that waits has none: it ends last, with its session."""
