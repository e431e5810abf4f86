"""Tests of peerline.reach.ways."""

import pytest

from peerline.reach.ways import (
    TUNNELS,
    Choice,
    Reach,
    WayError,
    host_name_of,
    shown_address,
    ssh,
)


@pytest.mark.parametrize(
    ("name", "line", "address"),
    [
        (
            "cloudflared",
            "2026-11-29T08:00:00Z INF |  https://red-fox-a1.trycloudflare.com      |",
            "peerlines://red-fox-a1.trycloudflare.com:443",
        ),
        ("cloudflared", "INF Requesting new quick Tunnel on trycloudflare.com...", None),
        ("cloudflared", "ERR https://api.trycloudflare.com/tunnel: no answer", None),
        ("tailscale", "https://laptop.tail1234.ts.net/", "peerlines://laptop.tail1234.ts.net:443"),
        ("tailscale", "https://a.b.ts.net:8443 (Funnel on)", "peerlines://a.b.ts.net:8443"),
        ("tailscale", "Available on the internet:", None),
        (
            "ngrok",
            't=2026 lvl=info msg="started tunnel" addr=http://x:1 url=https://ab1.ngrok-free.app',
            "peerlines://ab1.ngrok-free.app:443",
        ),
        ("ngrok", "t=2026 lvl=info msg=open url=http://127.0.0.1:4040", None),
        (
            "devtunnel",
            "https://x1-8377.euw.devtunnels.ms, https://x1-8377-inspect.euw.devtunnels.ms",
            "peerlines://x1-8377.euw.devtunnels.ms:443",
        ),
        (
            "devtunnel",
            "https://my-way.euw.devtunnels.ms:8377, https://my-way-8377.euw.devtunnels.ms",
            "peerlines://my-way-8377.euw.devtunnels.ms:443",
        ),
        (
            "devtunnel",
            "Inspect network activity: https://my-way-8377-inspect.euw.devtunnels.ms",
            None,
        ),
        ("devtunnel", "Hosting port: 8377", None),
    ],
)
def test_the_address_is_found_in_what_a_program_prints(
    name: str, line: str, address: str | None
) -> None:
    assert shown_address(line, TUNNELS[name], "") == address


@pytest.mark.parametrize("name", list(TUNNELS))
def test_each_program_is_told_the_port(name: str) -> None:
    assert any("4242" in argument for argument in TUNNELS[name].arguments(4242))


def test_ssh_forwards_the_port_and_ends_if_it_cannot() -> None:
    program = ssh("ann@box", 9000)
    arguments = program.arguments(8377)
    assert arguments[-4:] == ["-R", "*:9000:127.0.0.1:8377", "--", "ann@box"]
    assert {"ExitOnForwardFailure=yes", "BatchMode=yes", "ServerAliveInterval=15"} <= {*arguments}
    line = "debug1: remote forward success for: listen *:9000, connect 127.0.0.1:8377"
    assert shown_address(line, program, "box.example:9000") == "box.example:9000"
    assert shown_address("debug1: Authentication succeeded", program, "box.example:9000") is None


def test_the_name_of_an_ssh_host_is_that_of_its_configuration() -> None:
    assert host_name_of("user ann\nhostname box.example\nport 22\n", "box") == "box.example"
    assert host_name_of("", "ann@box") == "box"


@pytest.mark.parametrize("host", ["", "-oProxyCommand=x", "a b", "a;b", "@h", "-x@h"])
def test_what_is_no_ssh_host_is_refused(host: str) -> None:
    with pytest.raises(WayError, match="--ssh-host"):
        Choice(Reach.SSH, host)


@pytest.mark.parametrize(
    "choice",
    [
        Choice(Reach.COMPUTER),
        Choice(Reach.NETWORK),
        Choice(Reach.SSH, "ann@box", ssh_port=9000),
        Choice(Reach.TUNNEL, tunnel="ngrok"),
    ],
)
def test_a_choice_is_remembered_as_it_was(choice: Choice) -> None:
    assert Choice.from_dict(choice.as_dict()) == choice


@pytest.mark.parametrize(
    "values",
    [
        None,
        [],
        {},
        {"reach": "moon"},
        {"reach": "ssh"},
        {"reach": "tunnel", "tunnel": "x"},
        {"reach": 1},
    ],
)
def test_a_note_that_makes_no_sense_is_no_choice(values: object) -> None:
    assert Choice.from_dict(values) is None
