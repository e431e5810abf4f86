"""The defaults that all editors share; `make generate` writes them into the plugins."""

from typing import Final

IDLE_SECONDS: Final = 60
"""Without input until others see a participant as idle."""
AWAY_SECONDS: Final = 300
"""Without input until others see a participant as away."""
MIN_QUIET_SECONDS: Final = 1
"""The shortest time without input after which a user can choose to be seen as idle or away."""
MAX_QUIET_SECONDS: Final = 86_400
"""The longest one."""
TYPING_SECONDS: Final = 3
"""After the last key until an editor says that its user no longer types.

If it never says so, the server ends it after its setting `typing_seconds`.
"""
TYPING_REPORT_SECONDS: Final = 2
"""Between two reports that somebody types in the chat; less than `TYPING_SECONDS`."""
CHECK_QUIET_SECONDS: Final = 2
"""Without a change until the text of a shared document is compared with the bridge's."""
CHECK_INTERVAL_SECONDS: Final = 10
"""The least time between two such comparisons of a document."""
MAX_CRASHES: Final = 5
"""Crashes of the bridge within the window, after which the user has to start it again."""
CRASH_WINDOW_SECONDS: Final = 180
FIRST_RESTART_SECONDS: Final = 0.5
"""Before the first restart; each further one in the window doubles it."""
LONGEST_RESTART_SECONDS: Final = 10
