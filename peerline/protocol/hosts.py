"""The hosts of a session in words, for a user who may not do what they may. Pure."""

from collections.abc import Sequence


def hosts_by_name(names: Sequence[str]) -> str:
    """`alice, the host`, `alice or bob, the hosts`, `a host, such as alice`, or `a host`."""
    if not names:
        return "a host"
    first, *others = names
    match others:
        case []:
            return f"{first}, the host"
        case [other]:
            return f"{first} or {other}, the hosts"
        case _:
            return f"a host, such as {first}"


def ask_hosts(names: Sequence[str], wanted: str) -> str:
    """`ask alice, the host, for a link`."""
    comma = "," if names else ""
    return f"ask {hosts_by_name(names)}{comma} {wanted}"
