"""An extension that says which Python interpreter is selected, as Microsoft's does.

That one is only to be had from the Marketplace. Of its API (github.com/microsoft/vscode-python,
src/client/api/types.ts) this has the two functions that are used of it.
"""

import json
import zipfile
from pathlib import Path

_MANIFEST = {
    "name": "python",
    "publisher": "ms-python",
    "version": "2026.1.0",
    "engines": {"vscode": "^1.100.0"},
    "main": "./extension.js",
    "extensionKind": ["workspace"],
}


def write_python_extension(folder: Path, interpreter: Path) -> Path:
    """A VSIX of it; the interpreter is the one that somebody has selected."""
    source = f"""
exports.activate = () => ({{
  environments: {{
    getActiveEnvironmentPath: () => ({{ id: "selected", path: {json.dumps(str(interpreter))} }}),
    resolveEnvironment: async (path) => ({{
      executable: {{ uri: require("vscode").Uri.file(path) }},
    }}),
  }},
}});
"""
    vsix = folder / "ms-python.vsix"
    with zipfile.ZipFile(vsix, "w") as archive:
        archive.writestr("extension/package.json", json.dumps(_MANIFEST))
        archive.writestr("extension/extension.js", source)
    return vsix
