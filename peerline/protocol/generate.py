"""JSON Schema and TypeScript from the models: `python -m peerline.protocol.generate [--check]`."""

import json
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue, models_json_schema
from pydantic_core import core_schema

from peerline.protocol.editor.commands import (
    ANSWERS_TO_EDITOR,
    COMMANDS,
    NOTIFICATIONS_OF_EDITOR,
    NOTIFICATIONS_TO_EDITOR,
    PLAIN_COMMANDS,
    REQUESTS_TO_EDITOR,
    CommandFailure,
)
from peerline.protocol.editor.participants import EditorCursor
from peerline.protocol.generate_client import client_files
from peerline.protocol.generate_help_tags import help_tag_files
from peerline.protocol.generate_limits import limit_files, set_defaults
from peerline.protocol.generate_palette import palette_files, set_colors
from peerline.protocol.messages import CLIENT_MESSAGE_TYPES, SERVER_MESSAGE_TYPES

ROOT: Final = Path(__file__).parents[2]
SCHEMA_FILE: Final = ROOT / "schema" / "protocol.schema.json"
TYPESCRIPT_FILE: Final = ROOT / "ui" / "generated" / "protocol.ts"
MANIFEST_FILE: Final = ROOT / "vscode-extension" / "package.json"


class WireSchema(GenerateJsonSchema):
    """The schema of what is on the wire, where an absent field is left out and never null."""

    def field_title_should_be_set(self, schema: Any) -> bool:  # noqa: ANN401, ARG002 - the base's signature
        """Titles would become names of their own in TypeScript."""
        return False

    def nullable_schema(self, schema: core_schema.NullableSchema) -> JsonSchemaValue:
        """`X | None` on the wire is X, or nothing at all."""
        return self.generate_inner(schema["schema"])

    def default_schema(self, schema: core_schema.WithDefaultSchema) -> JsonSchemaValue:
        """A default of None says only that the field may be left out."""
        if schema.get("default", ...) is None:
            return self.generate_inner(schema["schema"])
        return super().default_schema(schema)


def schema() -> dict[str, Any]:
    """One JSON Schema with every message, notification and argument as a definition."""
    commands = [model for model in (COMMANDS | PLAIN_COMMANDS).values() if model is not None]
    to_server: list[type[BaseModel]] = [
        *CLIENT_MESSAGE_TYPES,
        EditorCursor,
        *commands,
        *NOTIFICATIONS_OF_EDITOR.values(),
        *(answer for _, answer in REQUESTS_TO_EDITOR.values()),
    ]
    to_client: list[type[BaseModel]] = [
        *SERVER_MESSAGE_TYPES,
        *NOTIFICATIONS_TO_EDITOR.values(),
        *(request for request, _ in REQUESTS_TO_EDITOR.values()),
        *ANSWERS_TO_EDITOR,
        CommandFailure,
    ]
    _, definitions = models_json_schema(
        [(model, "validation") for model in dict.fromkeys([*to_server, *to_client])],
        schema_generator=WireSchema,
        ref_template="#/definitions/{model}",
    )
    found: dict[str, Any] = definitions["$defs"]
    for name, models in (
        ("ClientMessage", CLIENT_MESSAGE_TYPES),
        ("ServerMessage", SERVER_MESSAGE_TYPES),
    ):
        found[name] = {"anyOf": [_reference(model) for model in models]}
    found["EditorNotifications"] = _map_of(
        "What each notification to the editor carries.",
        {method: _reference(model) for method, model in NOTIFICATIONS_TO_EDITOR.items()},
    )
    found["EditorRequests"] = _map_of(
        "What each request to the editor carries.",
        {method: _reference(request) for method, (request, _) in REQUESTS_TO_EDITOR.items()},
    )
    found["EditorAnswers"] = _map_of(
        "What the editor answers to each request.",
        {method: _reference(answer) for method, (_, answer) in REQUESTS_TO_EDITOR.items()},
    )
    found["NotificationsOfEditor"] = _map_of(
        "What each notification of the editor carries.",
        {method: _reference(model) for method, model in NOTIFICATIONS_OF_EDITOR.items()},
    )
    found["EditorCommands"] = _map_of(
        "What each command takes; null stands for nothing.",
        {
            name: {"type": "null"} if model is None else _reference(model)
            for name, model in COMMANDS.items()
        },
    )
    for definition in found.values():
        _require_type(definition)
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "PeerlineProtocol",
        "description": "Generated from peerline/protocol by `make generate`.",
        "definitions": dict(sorted(found.items())),
    }


def schema_text() -> str:
    """The schema as it is kept in the repository."""
    return json.dumps(schema(), indent=2, ensure_ascii=False) + "\n"


def typescript_text(schema_source: str) -> str:
    """The TypeScript of a schema, by json-schema-to-typescript on Node.

    Raises:
        RuntimeError: if Node or the package is missing.
    """
    node = shutil.which("node")
    if node is None:
        raise RuntimeError("Node is not there: run `make setup`")
    script = ROOT / "scripts" / "schema-to-typescript.mjs"
    done = subprocess.run(  # noqa: S603 - our own script
        [node, str(script)],
        input=schema_source,
        capture_output=True,
        text=True,
        check=False,
        encoding="utf-8",
    )
    if done.returncode:
        raise RuntimeError(f"json-schema-to-typescript failed: {done.stderr.strip()[-500:]}")
    return done.stdout


def manifest_text() -> str:
    """VS Code's manifest, with the colors and defaults that it has from the models."""
    manifest = json.loads(MANIFEST_FILE.read_text(encoding="utf-8"))
    set_colors(manifest)
    set_defaults(manifest)
    return json.dumps(manifest, indent=2, ensure_ascii=False) + "\n"


def main(arguments: Sequence[str]) -> int:
    """Write the files, or with --check say which ones are not up to date."""
    source = schema_text()
    wanted = {
        SCHEMA_FILE: source,
        TYPESCRIPT_FILE: typescript_text(source),
        **client_files(ROOT, json.loads(source), typescript_text),
        **limit_files(ROOT),
        **palette_files(ROOT),
        **help_tag_files(ROOT),
        MANIFEST_FILE: manifest_text(),
    }
    stale = [
        path
        for path, text in wanted.items()
        if not path.exists() or path.read_text(encoding="utf-8") != text
    ]
    if "--check" in arguments:
        for path in stale:
            print(f"{path.relative_to(ROOT)} is not up to date: run `make generate`")
        return 1 if stale else 0
    for path in stale:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(wanted[path], encoding="utf-8")
        print(f"wrote {path.relative_to(ROOT)}")
    return 0


def _reference(model: type[BaseModel]) -> dict[str, str]:
    return {"$ref": f"#/definitions/{model.__name__}"}


def _map_of(description: str, properties: dict[str, Any]) -> dict[str, Any]:
    return {
        "description": description,
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def _require_type(definition: dict[str, Any]) -> None:
    """The tag is always there, although the models give it by default."""
    kind = definition.get("properties", {}).get("type", {})
    if "const" in kind:
        kind.pop("default", None)
        definition["required"] = ["type", *definition.get("required", [])]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
