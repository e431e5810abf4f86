"""The Grafana dashboard asks for metrics that the server has, and for all of them."""

import json
import re
from pathlib import Path

from peerline_server.metrics import Metrics
from peerline_server.node_metrics import NodeFigures

DASHBOARD = Path(__file__).parents[3] / "deploy/grafana/peerline.json"


def test_the_dashboard_shows_the_metrics_that_there_are() -> None:
    metrics = Metrics()
    metrics.watch(lambda: 1, lambda: [1], lambda: 1)
    metrics.messages["chat_message"] += 1
    metrics.errors["RATE_LIMITED"] += 1
    metrics.node.placements["mine"] += 1
    metrics.node.letters["lost"] += 1
    metrics.node.unknown_commits["kept"] += 1
    metrics.node.figures = lambda: NodeFigures(
        owned_sessions=1,
        relayed_connections=1,
        lease_seconds_left=6.0,
        has_database=True,
        is_draining=False,
        has_redis=True,
    )
    known = set(re.findall(r"^(peerline_\w+)", metrics.text(), re.MULTILINE))
    panels = json.loads(DASHBOARD.read_text(encoding="utf-8"))["panels"]
    asked = {
        name
        for panel in panels
        for target in panel["targets"]
        for name in re.findall(r"peerline_\w+", target["expr"])
    }
    assert asked <= known
    families = {re.sub(r"_(bucket|sum|count|gsum|gcount|created)$", "", name) for name in known}
    shown = {re.sub(r"_(bucket|sum|count)$", "", name) for name in asked}
    assert shown == families


def test_no_two_panels_lie_on_each_other() -> None:
    panels = json.loads(DASHBOARD.read_text(encoding="utf-8"))["panels"]
    places = {(panel["gridPos"]["x"], panel["gridPos"]["y"]) for panel in panels}
    assert len(places) == len(panels) == len({panel["id"] for panel in panels})
