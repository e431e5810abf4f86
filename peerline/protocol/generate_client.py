"""The protocol for the TypeScript client: its types, tables to check messages by, and codes."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, cast

from peerline.protocol import client_defaults, limits
from peerline.protocol.errors import CLOSE_CODE_FOR_ERROR, CloseCode, ErrorCode, may_reconnect
from peerline.protocol.generate_limits import numbers
from peerline.protocol.links import DEFAULT_PORT, DEFAULT_TLS_PORT, DEFAULT_WEB_PORT
from peerline.protocol.messages import CLIENT_MESSAGE_TYPES, SERVER_MESSAGE_TYPES
from peerline.protocol.palette import COLOR_COUNT

_FOLDER: Final = Path("client-js/src/generated")
_NOTE: Final = "// Generated from peerline/protocol by `make generate`. Do not edit."
_REFERENCE: Final = "#/definitions/"
_SCALARS: Final = {
    "string": ("text", ("minLength", "maxLength", "pattern")),
    "integer": ("whole", ("minimum", "maximum")),
    "number": ("number", ("minimum", "maximum")),
    "boolean": ("yes", ()),
}
"""The name of each simple type in a shape, and its bounds there."""


def client_files(
    root: Path, schema: dict[str, Any], typescript: Callable[[str], str]
) -> dict[Path, str]:
    """Each generated file below `root` with the text that it should have.

    Args:
        root: The repository.
        schema: The JSON Schema of the whole protocol.
        typescript: Gives the TypeScript of a schema.
    """
    definitions: dict[str, Any] = schema["definitions"]
    names = _reachable(definitions, ["ClientMessage", "ServerMessage", "ErrorCode"])
    wire = {**schema, "definitions": {name: definitions[name] for name in names}}
    folder = root / _FOLDER
    return {
        folder / "protocol.ts": typescript(json.dumps(wire)),
        folder / "shapes.ts": _shapes(definitions),
        folder / "codes.ts": _codes(),
    }


def _reachable(definitions: dict[str, Any], starts: list[str]) -> list[str]:
    found: set[str] = set()
    left = list(starts)
    while left:
        name = left.pop()
        if name not in found:
            found.add(name)
            left.extend(_references(definitions[name]))
    return sorted(found)


def _references(schema: object) -> list[str]:
    if isinstance(schema, list):
        return [name for part in cast("list[object]", schema) for name in _references(part)]
    if not isinstance(schema, dict):
        return []
    parts = cast("dict[str, object]", schema)
    reference = parts.get("$ref")
    own = [reference.removeprefix(_REFERENCE)] if isinstance(reference, str) else []
    return own + [name for part in parts.values() for name in _references(part)]


def _shapes(definitions: dict[str, Any]) -> str:
    kinds = {
        cast("str", model.model_fields["type"].default): model.__name__
        for model in SERVER_MESSAGE_TYPES
    }
    names = _reachable(definitions, list(kinds.values()))
    sent = sorted(cast("str", model.model_fields["type"].default) for model in CLIENT_MESSAGE_TYPES)
    return "\n".join(
        [
            _NOTE,
            'import type { Shape } from "../shape.ts";',
            "",
            "/** The shape of each server message, by its type. */",
            _constant("SERVER_MESSAGES", "Readonly<Record<string, string>>", kinds),
            "",
            "/** The types of client messages. */",
            _constant("CLIENT_TYPES", "readonly string[]", sent),
            "",
            "/** The parts of server messages, by the names of their models. */",
            "export const SHAPES: Readonly<Record<string, Shape>> = {",
            *(f"  {name}: {_written(_shape(definitions[name]))}," for name in names),
            "};",
            "",
        ]
    )


def _shape(schema: dict[str, Any]) -> list[Any]:
    """A schema in the short form that `decode.ts` reads."""
    if "$ref" in schema:
        return ["ref", schema["$ref"].removeprefix(_REFERENCE)]
    for choice in ("anyOf", "oneOf"):
        if choice in schema:
            return ["any", *(_shape(part) for part in schema[choice])]
    if "const" in schema:
        return ["one", schema["const"]]
    if "enum" in schema:
        return ["one", *schema["enum"]]
    match schema["type"]:
        case "array" if "prefixItems" in schema:
            return ["tuple", *(_shape(part) for part in schema["prefixItems"])]
        case "array":
            return _short("list", _shape(schema["items"]), schema.get("maxItems"))
        case "object" if "properties" in schema:
            return ["object", _fields(schema)]
        case "object":
            return ["map", _shape(schema["additionalProperties"])]
        case kind:
            name, keys = _SCALARS[kind]
            return _short(name, *(schema.get(key) for key in keys))


def _fields(schema: dict[str, Any]) -> dict[str, list[Any]]:
    """Each field with its shape, 1 if it must be there, or 0 and what it is without."""
    required = schema.get("required", [])
    fields: dict[str, list[Any]] = {}
    for name, field in schema["properties"].items():
        shape = _shape(field)
        if name in required:
            fields[name] = [shape, 1]
        elif "default" in field:
            fields[name] = [shape, 0, field["default"]]
        else:
            fields[name] = [shape, 0]
    return fields


def _short(*parts: object) -> list[Any]:
    """The parts without those at the end that are absent."""
    found = list(parts)
    while found[-1] is None:
        found.pop()
    return found


def _codes() -> str:
    ranges = [code for code in range(4000, 5000) if not may_reconnect(code)]
    closing = {str(code): int(close) for code, close in CLOSE_CODE_FOR_ERROR.items()}
    closes = {code.name: int(code) for code in CloseCode}
    places = {
        "DEFAULT_PORT": DEFAULT_PORT,
        "DEFAULT_WEB_PORT": DEFAULT_WEB_PORT,
        "DEFAULT_TLS_PORT": DEFAULT_TLS_PORT,
    }
    constants = {
        **numbers(limits),
        **numbers(client_defaults),
        **places,
        "COLOR_COUNT": COLOR_COUNT,
    }
    return "\n".join(
        [
            _NOTE,
            'import type { ErrorCode } from "./protocol.ts";',
            "",
            "/** Errors after which the same request may succeed. */",
            _constant(
                "RETRIABLE",
                "readonly ErrorCode[]",
                [str(code) for code in ErrorCode if code.may_retry],
            ),
            "",
            "/** Errors after which the user cannot join the session again. */",
            _constant(
                "ENDS",
                "readonly ErrorCode[]",
                [str(code) for code in ErrorCode if not code.may_rejoin],
            ),
            "",
            "/** How a refused join closes the socket. */",
            _constant(
                "CLOSE_CODE_FOR_ERROR", "Readonly<Partial<Record<ErrorCode, number>>>", closing
            ),
            "",
            "/** The codes that a socket is closed with. */",
            f"export const CLOSE = {_written(closes)} as const;",
            "",
            "/** A client does not come back after a close code from the first to the last. */",
            f"export const FINAL_CLOSE_CODES = [{ranges[0]}, {ranges[-1]}] as const;",
            "",
            *(f"export const {name} = {value};" for name, value in constants.items()),
            "",
        ]
    )


def _constant(name: str, kind: str, value: object) -> str:
    return f"export const {name}: {kind} = {_written(value)};"


def _written(value: object) -> str:
    return json.dumps(value, ensure_ascii=True)
