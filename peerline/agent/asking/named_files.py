"""The files that a tool call names in a field, list or patch, or that a command writes. Pure."""

import re
from typing import Final, cast
from urllib.parse import unquote

_FIELD: Final = re.compile(r"(?!.*(?:text|content)).*(?:path|file|uri)", re.IGNORECASE)
_FIELDS: Final = frozenset({"source", "destination", "target", "src", "dst", "from", "to"})
_PATCHED: Final = re.compile(
    r"""
    (?: \*\*\*[ ](?:(?:Add|Update|Delete)[ ]File|Move[ ]to):
      | ^[ \t]*(?:---|\+\+\+|diff[ ]--git|rename[ ](?:from|to))[ ]
    )
    [ \t]*(?P<file>[^\r\n\t]+)
    """,
    re.VERBOSE | re.MULTILINE,
)
"""The lines of a patch that name a file, as Codex and as git have them."""

_COMMANDS: Final = frozenset({"command", "cmd", "script"})
_SHELL_WORD: Final = r"""(?: [^\s"'`;|&<>()\\] | \\. | "[^"]*" | '[^']*' )+"""
_WRITTEN: Final = re.compile(
    rf"""(?: >>? \|? [ \t]* (?P<file>{_SHELL_WORD})
      | \btee (?P<files>(?: [ \t]+ {_SHELL_WORD} )+)
    )""",
    re.VERBOSE,
)
"""The files that a line of a shell writes, also with what follows it as a heredoc."""
_WORD: Final = re.compile(_SHELL_WORD, re.VERBOSE)
_QUOTES: Final = re.compile(r"""["'\\]""")


def named_files(value: object) -> list[str]:
    """The files that the value names, in order: in fields for paths, in patches, in commands."""
    found: list[str] = []
    rest: list[tuple[bool, bool, object]] = [(False, False, value)]
    while rest:
        is_file, is_command, one = rest.pop()
        if isinstance(one, str):
            if is_command:
                found += _written(one)
            found += [match["file"].strip() for match in _PATCHED.finditer(one)]
            name = one.strip()
            if is_file and len(name.splitlines()) == 1:
                found.append(_without_scheme(name))
        elif isinstance(one, list):
            rest += [(is_file, is_command, item) for item in reversed(cast("list[object]", one))]
        elif isinstance(one, dict):
            fields = cast("dict[str, object]", one)
            rest += [
                (_is_field(name), name.lower() in _COMMANDS, item)
                for name, item in reversed(fields.items())
            ]
            if is_file:  # as {"files": {"a.py": …}}
                rest += [(True, False, name) for name in reversed(fields)]
    return list(dict.fromkeys(found))


def _written(command: str) -> list[str]:
    """The files that a command writes by a redirection or by `tee`, without their quotes."""
    words: list[str] = []
    for match in _WRITTEN.finditer(command):
        words += [match["file"]] if match["file"] else _WORD.findall(match["files"])
    return [_QUOTES.sub("", word) for word in words if not word.startswith("-")]


def spellings(name: str) -> list[str]:
    """The name, also without the folder that git puts before it; of a long one its end, too."""
    found = [name, name[-_LOOKED_AT:]]
    return [*found, name[2:]] if name.startswith(("a/", "b/")) else found


_LOOKED_AT: Final = 1_024


def _is_field(name: str) -> bool:
    return name.lower() in _FIELDS or _FIELD.match(name) is not None


def _without_scheme(name: str) -> str:
    return unquote(name[len("file://") :]) if name.lower().startswith("file://") else name
