"""The files of deploy/ name what there is. No image is built and no container started here."""

import re
import shutil
import subprocess
from dataclasses import fields
from ipaddress import IPv4Address, IPv4Network
from pathlib import Path
from typing import Any

import pytest
import yaml

from peerline_server.settings import Settings, unknown_variables

DEPLOY = Path(__file__).parents[2] / "deploy"
SPARE_SECONDS = 20
"""Of a stop, beyond the hand-over."""
FILES = [path for path in sorted(DEPLOY.rglob("*")) if path.is_file() and path.suffix != ".json"]


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    return yaml.safe_load((DEPLOY / "compose.yaml").read_text())


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_every_setting_that_is_named_exists(path: Path) -> None:
    of_caddy = {"PEERLINE_SITE"}
    named = set(re.findall(r"PEERLINE_[A-Z_]+[A-Z]", path.read_text())) - of_caddy
    assert unknown_variables(dict.fromkeys(named, "")) == []


def test_every_value_is_one_that_the_server_takes(compose: dict[str, Any], tmp_path: Path) -> None:
    example = (DEPLOY / "systemd" / "peerline.env.example").read_text()
    lines = [line.split("=", 1) for line in example.splitlines() if line and line[0] != "#"]
    url = tmp_path / "url"
    url.write_text("postgresql://peerline@host/peerline")
    given = [dict(lines)] + [
        {**service["environment"], "PEERLINE_DATABASE_URL_FILE": str(url)}
        for name, service in compose["services"].items()
        if name.startswith("node")
    ]
    assert len(given) == 4
    for environment in given:
        assert Settings.from_environment(environment).drain_seconds == 5.0


def nodes_of(services: dict[str, Any]) -> list[dict[str, Any]]:
    return [service for name, service in services.items() if name.startswith("node")]


def _seconds_of(text: str) -> float:
    return float(text.removesuffix("s"))


def test_a_stop_has_the_time_of_the_hand_over_and_twenty_seconds_more(
    compose: dict[str, Any],
) -> None:
    unit = (DEPLOY / "systemd" / "peerline@.service").read_text()
    needed = Settings().drain_seconds + SPARE_SECONDS
    found = re.search(r"^TimeoutStopSec=(\d+)$", unit, re.MULTILINE)
    assert found is not None
    assert float(found.group(1)) >= needed
    for name, service in compose["services"].items():
        if name.startswith("node"):
            assert _seconds_of(service["stop_grace_period"]) >= needed
    assert re.search(r"^Also=peerline\.target$", unit, re.MULTILINE), "nothing else enables it"
    assert re.search(r"^Type=notify$", unit, re.MULTILINE)
    assert re.search(r"^WatchdogSec=\d+$", unit, re.MULTILINE)


def test_images_have_versions_and_only_nginx_is_published(compose: dict[str, Any]) -> None:
    services = compose["services"]
    for name, service in services.items():
        assert re.search(r":\d+\.\d+", service["image"]), name
        assert ("ports" in service) == (name == "nginx")
        assert "healthcheck" in service or name.startswith("node"), "an image has its own"
        for needed in service.get("depends_on", {}).values():
            assert needed["condition"] == "service_healthy"
        for secret in service.get("secrets", []):
            assert compose["secrets"][secret]["file"].startswith("../secrets/")
    assert compose["networks"]["inside"]["internal"]
    address = services["nginx"]["networks"]["inside"]["ipv4_address"]
    for name, service in services.items():
        if name.startswith("node"):
            environment = service["environment"]
            # Not its name, which others cannot resolve once it has ended.
            own = service["networks"]["inside"]["ipv4_address"]
            assert environment["PEERLINE_NODE_ADDRESS"] == f"{own}:8377"
            assert address in environment["PEERLINE_TRUSTED_PROXIES"].split(",")
    # Or nginx would send clients to nobody once a node was made again.
    addresses = [service["networks"]["inside"]["ipv4_address"] for service in nodes_of(services)]
    assert len({address, *addresses}) == 4
    # The others must not get one of these: they start first.
    (config,) = compose["networks"]["inside"]["ipam"]["config"]
    free = IPv4Network(config["ip_range"])
    assert free.subnet_of(IPv4Network(config["subnet"]))
    assert not [each for each in (address, *addresses) if IPv4Address(each) in free]


def test_the_nginx_of_the_containers_has_their_nodes(
    compose: dict[str, Any], tmp_path: Path
) -> None:
    """Its command makes the file from the shipped one."""
    script = compose["services"]["nginx"]["command"][-1]
    made = tmp_path / "default.conf"
    script = script.replace("/etc/nginx/peerline.conf.shipped", str(DEPLOY / "nginx/peerline.conf"))
    script = script.replace("/etc/nginx/conf.d/default.conf", str(made))
    script = script.replace("exec nginx", "exit 0; exec nginx")
    subprocess.run(["/bin/sh", "-ec", script], check=True)
    text = made.read_text()
    nodes = [name for name in compose["services"] if name.startswith("node")]
    assert set(re.findall(r"server (node\d):8377 max_fails=0;", text)) == set(nodes)
    assert "/var/log" not in text
    assert "127.0.0.1:84" not in text


def test_no_secret_gets_into_the_image_or_the_repository() -> None:
    for path in (DEPLOY / "Dockerfile.dockerignore", DEPLOY.parent / ".gitignore"):
        assert "secrets" in [line.rstrip("/") for line in path.read_text().splitlines()], path


def test_the_image_is_no_roots_and_ends_by_sigterm() -> None:
    text = (DEPLOY / "Dockerfile").read_text()
    images = re.findall(r"^FROM (\S+)", text, re.MULTILINE)
    assert images
    assert all(re.search(r":\d+\.\d+", image) for image in images)
    last = text[text.rindex("FROM ") :]
    assert re.search(r"^USER peerline$", last, re.MULTILINE)
    assert re.search(r"^STOPSIGNAL SIGTERM$", last, re.MULTILINE)
    assert "/readyz" in last


def test_systemd_takes_the_units_where_there_is_one(tmp_path: Path) -> None:
    program = shutil.which("systemd-analyze")
    units = sorted((DEPLOY / "systemd").glob("*.service")) + sorted(
        (DEPLOY / "systemd").glob("*.target")
    )
    assert len(units) == 2
    for unit in units:
        text = unit.read_text()
        assert "\t" not in text
        # The program is not here, and what is here is not /opt/peerline.
        text = re.sub(r"^ExecStart=\S+", "ExecStart=/bin/true", text, flags=re.MULTILINE)
        (tmp_path / unit.name).write_text(text)
    if program is None:
        return
    done = subprocess.run(
        [program, "verify", "--man=no", *(str(tmp_path / unit.name) for unit in units)],
        check=False,
        capture_output=True,
        text=True,
    )
    ours = [line for line in done.stderr.splitlines() if "peerline" in line]
    assert (done.returncode, ours) == (0, []), done.stderr


def test_the_example_of_systemd_names_settings_only() -> None:
    names = {f"PEERLINE_{each.name.upper()}" for each in fields(Settings)}
    example = (DEPLOY / "systemd" / "peerline.env.example").read_text()
    assert set(re.findall(r"^([A-Z_]+)=", example, re.MULTILINE)) <= names


def test_the_example_for_kubernetes_has_values_that_the_server_takes_and_its_time_to_stop(
    tmp_path: Path,
) -> None:
    documents: list[dict[str, Any]] = list(
        yaml.safe_load_all((DEPLOY / "kubernetes.yaml").read_text())
    )
    kinds = {document["kind"]: document for document in documents}
    assert kinds.keys() == {"Deployment", "PodDisruptionBudget", "Service"}
    pod = kinds["Deployment"]["spec"]["template"]["spec"]
    (container,) = pod["containers"]
    given = {
        each["name"]: each["value"].replace("$(POD_IP)", "10.0.0.7")
        for each in container["env"]
        if "value" in each
    }
    url = tmp_path / "url"
    url.write_text("postgresql://peerline@host/peerline")
    settings = Settings.from_environment(given | {"PEERLINE_DATABASE_URL_FILE": str(url)})
    assert pod["terminationGracePeriodSeconds"] == settings.drain_seconds + SPARE_SECONDS
    assert settings.node_address == "10.0.0.7:8377"
    mounted = {each["mountPath"] for each in container["volumeMounts"]}
    assert str(Path(given["PEERLINE_SECRET_FILE"]).parent) in mounted
    for image in (container["image"], pod["initContainers"][0]["image"]):
        assert re.fullmatch(r"[a-z]+:[0-9.]+", image)
    probes = container["readinessProbe"], container["livenessProbe"]
    assert [probe["httpGet"]["path"] for probe in probes] == ["/readyz", "/healthz"]
