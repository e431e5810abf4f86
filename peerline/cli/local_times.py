"""Times as a person reads them in a terminal: local, with the zone's offset."""

from datetime import datetime


def local_time(moment: datetime) -> str:
    """A time such as 2026-01-31 14:03 +01:00."""
    local = moment.astimezone()
    offset = f"{local:%z}" or "+0000"
    return f"{local:%Y-%m-%d %H:%M} {offset[:3]}:{offset[3:5]}"
