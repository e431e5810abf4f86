"""The defaults that all editors share; `make generate` writes them into the plugins."""

from typing import Final

IDLE_SECONDS: Final = 60
"""Without input until others see a participant as idle."""
AWAY_SECONDS: Final = 300
"""Without input until others see a participant as away."""
TYPING_SECONDS: Final = 3
"""After the last key until others no longer see a participant typing."""
