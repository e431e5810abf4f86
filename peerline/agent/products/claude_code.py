"""Claude Code: its hooks, its status line, and the result of a run without a terminal. Pure."""

from collections.abc import Mapping
from typing import Final

from peerline.agent.products.answers import Answer
from peerline.agent.products.hooks import HookDialect, parse_hook, render_hook
from peerline.agent.products.json_reading import Json, decimal, entry, text, whole
from peerline.agent.reports import ProductReported, Report, ToolKind, UsageReported

PRODUCT: Final = "claude-code"
_KINDS: Final[Mapping[str, ToolKind]] = {
    "Read": "read",
    "NotebookRead": "read",
    "Edit": "edit",
    "MultiEdit": "edit",
    "Write": "edit",
    "NotebookEdit": "edit",
    "Glob": "search",
    "Grep": "search",
    "LS": "search",
    "WebSearch": "search",
    "ToolSearch": "search",
    "Bash": "execute",
    "BashOutput": "execute",
    "KillShell": "execute",
    "PowerShell": "execute",
    "WebFetch": "fetch",
    "Task": "think",
    "Agent": "think",
    "EnterPlanMode": "switch_mode",
    "ExitPlanMode": "switch_mode",
}
_DIALECT: Final = HookDialect(PRODUCT, _KINDS)


def parse(event: Json) -> list[Report]:
    """The reports of a hook's JSON, a status line's, or the result of `claude -p`."""
    if "context_window" in event or ("cost" in event and "workspace" in event):
        return _status(event)
    if "hook_event_name" in event:
        return parse_hook(event, _DIALECT)
    return _result(event) if event.get("type") == "result" else []


def render(name: str, answer: Answer) -> Json | None:
    """The answer to the hook of this event; None if it takes no such answer."""
    return render_hook(name, answer)


def _status(status: Json) -> list[Report]:
    """The status line's JSON; what it does not know is null there."""
    model, window, cost = (entry(status, name) for name in ("model", "context_window", "cost"))
    current = entry(window, "current_usage")
    parts = [
        whole(current, name)
        for name in ("input_tokens", "cache_creation_input_tokens", "cache_read_input_tokens")
    ]
    known = [part for part in parts if part is not None]
    limit = whole(window, "context_window_size")
    used = sum(known) if known else None
    if used is None and limit is not None:
        share = decimal(window, "used_percentage")
        used = None if share is None else round(limit * min(share, 100.0) / 100)
    return [
        ProductReported(
            PRODUCT, text(model, "display_name") or text(model, "id"), text(status, "version")
        ),
        UsageReported(
            context_used=used,
            context_limit=limit,
            input_tokens=whole(window, "total_input_tokens"),
            output_tokens=whole(window, "total_output_tokens"),
            cached_tokens=whole(current, "cache_read_input_tokens"),
            cost=decimal(cost, "total_cost_usd"),
            currency="USD",
        ),
    ]


def _result(result: Json) -> list[Report]:
    """The JSON that `claude -p --output-format json` ends with."""
    usage = entry(result, "usage")
    models = entry(result, "modelUsage")
    name = next(iter(models), None)
    limit = max(
        (found for one in models if (found := whole(entry(models, one), "contextWindow"))),
        default=None,
    )
    return [
        ProductReported(PRODUCT, name),
        UsageReported(
            context_limit=limit,
            input_tokens=whole(usage, "input_tokens"),
            output_tokens=whole(usage, "output_tokens"),
            cached_tokens=whole(usage, "cache_read_input_tokens"),
            cost=decimal(result, "total_cost_usd"),
            currency="USD",
        ),
    ]
