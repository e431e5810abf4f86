"""A product's configuration with Peerline's hooks in it, and without them again. Pure.

What somebody else has put there stays as it is, in its place.
"""

import copy
import shlex
from typing import Any, Final, TypeAlias, cast

from peerline.agent.setup.hook_tables import Wanted, is_ours

Json: TypeAlias = dict[str, Any]

_THEN: Final = "--then"


class ConfigurationError(Exception):
    """The configuration has not the form that it should have; the text says where."""


def with_hooks(settings: Json, wanted: Wanted) -> Json:
    """The settings with the hooks, once, behind those that are there.

    Raises:
        ConfigurationError: if there is something else where the hooks belong.
    """
    found = without_hooks(settings)
    hooks = cast("Json", found.setdefault("hooks", {}))
    for name, groups in wanted.hooks.items():
        cast("list[Json]", hooks.setdefault(name, [])).extend(copy.deepcopy(groups))
    if wanted.statusline is not None:
        found["statusLine"] = _statusline(found.get("statusLine"), wanted.statusline)
    return found


def without_hooks(settings: Json) -> Json:
    """The settings without the hooks; an event of which nothing is left goes.

    Raises:
        ConfigurationError: if there is something else where the hooks belong.
    """
    found = copy.deepcopy(settings)
    given = found.get("hooks")
    if given is not None:
        if not isinstance(given, dict):
            raise ConfigurationError('"hooks" is not an object')
        hooks = cast("Json", given)
        for name in list(hooks):
            groups = hooks[name]
            if not isinstance(groups, list):
                if name in {"enabled", "disabled"}:
                    continue
                raise ConfigurationError(f'"hooks.{name}" is not a list')
            kept = [left for group in cast("list[Any]", groups) if (left := _others(group))]
            if kept:
                hooks[name] = kept
            elif groups:
                del hooks[name]
        if not hooks:
            del found["hooks"]
    statusline = found.get("statusLine")
    if isinstance(statusline, dict) and is_ours(cast("Json", statusline).get("command")):
        before = _kept(cast("Json", statusline)["command"])
        if before is None:
            del found["statusLine"]
        else:
            found["statusLine"] = {**cast("Json", statusline), "command": before}
    return found


def _others(group: object) -> object:
    """A group without our hooks; nothing if it had no others."""
    if not isinstance(group, dict):
        return group
    fields = cast("Json", group)
    hooks = fields.get("hooks")
    if not isinstance(hooks, list):
        return fields
    all_hooks = cast("list[Any]", hooks)
    kept = [hook for hook in all_hooks if not _is_our_hook(hook)]
    if len(kept) == len(all_hooks):
        return fields
    return {**fields, "hooks": kept} if kept else None


def _is_our_hook(hook: object) -> bool:
    return isinstance(hook, dict) and is_ours(cast("Json", hook).get("command"))


def _statusline(before: object, line: str) -> Json:
    """Our status line, which runs the one that was there."""
    if isinstance(before, dict):
        fields = cast("Json", before)
        command = fields.get("command")
        if isinstance(command, str) and command:
            return {**fields, "command": f"{line} {_THEN} {shlex.quote(command)}"}
    return {"type": "command", "command": line}


def _kept(command: str) -> str | None:
    """The command that ours runs."""
    words = shlex.split(command)
    return words[words.index(_THEN) + 1] if _THEN in words[:-1] else None
