"""The palette in the languages of the editors: Lua, CSS, TypeScript, VS Code's colors."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from peerline.protocol.palette import COLOR_COUNT, PALETTE, text_on

_LUA: Final = Path("nvim-plugin/lua/peerline/palette.lua")
_CSS: Final = Path("ui/palette.css")
_CSS_OF_VSCODE: Final = Path("vscode-extension/panel/palette.css")
_CSS_OF_WEB: Final = Path("web/src/palette.css")
_TYPESCRIPT: Final = Path("vscode-extension/src/generated/palette.ts")
_NOTE: Final = "Generated from peerline/protocol/palette.py by `make generate`."
_THEMES: Final = {
    "dark": "dark",
    "light": "light",
    "highContrast": "high_contrast",
    "highContrastLight": "high_contrast_light",
}
"""VS Code's names of the themes, and the palette's."""
_QUERIES: Final = {
    "": "light",
    "(prefers-color-scheme: dark)": "dark",
    "(prefers-contrast: more)": "high_contrast_light",
    "(prefers-contrast: more) and (prefers-color-scheme: dark)": "high_contrast",
}
"""The browser's names of the themes, as media queries, and the palette's."""
_SELECTION_OPACITY: Final = {
    "dark": "40",
    "light": "38",
    "highContrast": "60",
    "highContrastLight": "50",
}
"""How opaque selections are, as the last two digits of `#rrggbbaa`."""


def palette_files(root: Path) -> dict[Path, str]:
    """Each generated file below `root` with the text that it should have."""
    return {
        root / _LUA: _lua(),
        root / _CSS: _css(),
        root / _CSS_OF_VSCODE: _css_of_vscode(),
        root / _CSS_OF_WEB: _css_of_web(),
        root / _TYPESCRIPT: _typescript(),
    }


def _lua() -> str:
    lines = [f"-- {_NOTE}", "return {"]
    for theme in _THEMES.values():
        lines.append(f"  {theme} = {{")
        for hue in PALETTE:
            color = getattr(hue, theme)
            lines.append(f"    {{ color = '{color}', text = '{text_on(color)}' }},")
        lines.append("  },")
    return "\n".join([*lines, "}", ""])


def _typescript() -> str:
    lines = [
        f"// {_NOTE}",
        f"export const COLOR_COUNT = {COLOR_COUNT};",
        "",
        "/** The colors of participants in each kind of theme, and the text on them. */",
        "export const PALETTE = {",
    ]
    for name, theme in _THEMES.items():
        lines.append(f"  {name}: [")
        for hue in PALETTE:
            color = getattr(hue, theme)
            lines.append(f'    {{ color: "{color}", text: "{text_on(color)}" }},')
        lines.append("  ],")
    return "\n".join([*lines, "} as const;", ""])


def _css() -> str:
    rules = [
        f".person-{index} {{\n"
        f"  --person: var(--pl-participant-{index + 1}, {hue.light});\n"
        f"  --on-person: var(--pl-participant-foreground-{index + 1}, {text_on(hue.light)});\n"
        "}\n"
        for index, hue in enumerate(PALETTE)
    ]
    return f"/* {_NOTE} */\n\n" + "\n".join(rules)


def _css_of_vscode() -> str:
    variables = [
        f"  --pl-participant-{number}: var(--vscode-peerline-participant{number});\n"
        f"  --pl-participant-foreground-{number}: "
        f"var(--vscode-peerline-participantForeground{number});\n"
        for number in range(1, COLOR_COUNT + 1)
    ]
    return f"/* {_NOTE} */\n\n:root {{\n" + "".join(variables) + "}\n"


def _css_of_web() -> str:
    """The same variables by what the user prefers; high contrast comes last, to win over both."""
    blocks: list[str] = []
    for query, theme in _QUERIES.items():
        variables = [
            f"  --pl-participant-{number}: {getattr(hue, theme)};\n"
            f"  --pl-participant-foreground-{number}: {text_on(getattr(hue, theme))};\n"
            for number, hue in enumerate(PALETTE, start=1)
        ]
        rule = ":root {\n" + "".join(variables) + "}\n"
        if query:
            inside = "".join(f"  {line}\n" for line in rule.splitlines())
            rule = f"@media {query} {{\n{inside}}}\n"
        blocks.append(rule)
    return f"/* {_NOTE} */\n\n" + "\n".join(blocks)


def set_colors(manifest: dict[str, Any]) -> None:
    """Put the participants' colors into VS Code's manifest."""
    manifest["contributes"]["colors"] = list(_colors())


def _colors() -> Iterator[dict[str, Any]]:
    for number, hue in enumerate(PALETTE, start=1):
        colors = {name: str(getattr(hue, theme)) for name, theme in _THEMES.items()}
        yield {
            "id": f"peerline.participant{number}",
            "description": f"Cursor and name flag of participants with color {number}.",
            "defaults": colors,
        }
        yield {
            "id": f"peerline.participantForeground{number}",
            "description": f"Text on the name flag of participants with color {number}.",
            "defaults": {name: text_on(color) for name, color in colors.items()},
        }
        yield {
            "id": f"peerline.selection{number}",
            "description": (
                f"Selections and viewports of participants with color {number}. "
                "It must not be opaque."
            ),
            "defaults": {name: color + _SELECTION_OPACITY[name] for name, color in colors.items()},
        }
