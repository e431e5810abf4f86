"""Nodes behind nginx, with the configuration that deploy/nginx has."""

import http.client
import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from tests.servers.nginx import Nginx

from .conftest import ServerProcess

SECRETS = ("token-in-the-query", "invite-in-the-query")
Serve = Callable[..., tuple[Nginx, list[ServerProcess]]]


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Serve]:
    """Starts an nginx before as many servers."""
    with ExitStack() as stack:

        def start(
            count: int, changes: Mapping[str, str] | None = None, **environment: str
        ) -> tuple[Nginx, list[ServerProcess]]:
            servers = [
                ServerProcess(tmp_path / f"node{number}" / "data", environment)
                for number in range(count)
            ]
            for server in servers:
                server.data_dir.parent.mkdir()
                stack.callback(server.close)
                server.start()
            nginx = Nginx(tmp_path / "nginx", [server.address for server in servers], changes)
            stack.callback(nginx.stop)
            nginx.start()
            return nginx, servers

        yield start


def get(address: str, path: str, **headers: str) -> http.client.HTTPResponse:
    connection = http.client.HTTPConnection(address, timeout=30)
    connection.request("GET", path, headers=headers)
    answer = connection.getresponse()
    answer.read()
    connection.close()
    return answer


def shake_hands(address: str, path: str, **options: Any) -> None:
    with connect(f"ws://{address}{path}", proxy=None, **options):
        pass


def nodes_of(nginx: Nginx, pattern: str) -> dict[str, set[str]]:
    """The nodes that answered, by what the pattern's group found in the request."""
    nginx.stop()
    found: dict[str, set[str]] = defaultdict(set)
    for line in nginx.logs().splitlines():
        named = re.search(rf'"GET {pattern}" \d+ .* via=(\S+) ', line)
        if named is not None:
            found[named.group(1)].add(named.group(2))
    return found


def test_nginx_takes_the_shipped_files(tmp_path: Path) -> None:
    nginx = Nginx(tmp_path / "nginx", ["127.0.0.1:1", "127.0.0.1:2", "127.0.0.1:3"])
    said = nginx.check()
    assert "syntax is ok" in said
    assert "warn" not in said


def test_all_of_a_session_goes_to_one_node(serve: Serve) -> None:
    nginx, servers = serve(3)
    sessions = [f"session{number}" for number in range(24)]
    for session in sessions * 2:
        assert get(nginx.address, f"/s/{session}").status in {200, 503}
        for path in (f"/ws/session/{session}", f"/ws/doc/{session}/one"):
            shake_hands(nginx.address, path)
    found = nodes_of(nginx, r"/(?:s|ws/session|ws/doc)/(session\d+)(?:/one)?")
    assert sorted(found) == sorted(sessions)
    assert all(len(nodes) == 1 for nodes in found.values())
    assert len(set.union(*found.values())) == len(servers)


def test_a_socket_without_a_session_goes_to_any_node(serve: Serve) -> None:
    nginx, servers = serve(2)
    for _ in range(40):
        shake_hands(nginx.address, "/ws")
    found = nodes_of(nginx, r"(/ws)")
    assert found["/ws"] == {server.address for server in servers}


def test_a_node_that_is_back_takes_everybody_when_the_other_one_goes(serve: Serve) -> None:
    nginx, (first, second) = serve(2)
    paths = [f"/ws/session/session{number}" for number in range(24)]
    for down, up in ((first, second), (second, first)):
        down.kill()
        with ExitStack() as held:
            for path in paths:
                held.enter_context(connect(f"ws://{nginx.address}{path}", proxy=None))
            # Nobody's connection has ended when the node that was down is needed.
            down.start()
            up.kill()
            for path in paths:
                held.enter_context(connect(f"ws://{nginx.address}{path}", proxy=None))
        up.start()


def test_the_page_may_connect_from_nginxs_own_port_and_no_other_page_may(serve: Serve) -> None:
    nginx, _ = serve(1)
    own = f"http://{nginx.address}"
    shake_hands(nginx.address, "/ws", origin=own)
    for origin in ("http://evil.example", "http://127.0.0.1:1"):
        host = origin.removeprefix("http://")
        with pytest.raises(InvalidStatus) as refused:
            shake_hands(
                nginx.address,
                "/ws",
                origin=origin,
                additional_headers={"X-Forwarded-Host": host},
            )
        assert refused.value.response.status_code == 403


def test_only_what_clients_need_is_passed_on(serve: Serve) -> None:
    nginx, _ = serve(1)
    assert get(nginx.address, "/healthz").status == 200
    for path in ("/metrics", "/readyz", "/other"):
        assert get(nginx.address, path).status == 404, path


def test_limits_of_a_node_are_for_the_clients_address_whatever_it_claims(serve: Serve) -> None:
    nginx, _ = serve(1, PEERLINE_HANDSHAKES_PER_MINUTE_PER_ADDRESS="3")
    options: dict[str, Any] = {"source_address": ("127.0.0.2", 0)}
    for number in range(3):
        claim = {"X-Forwarded-For": f"192.0.2.{number}"}
        shake_hands(nginx.address, "/ws", additional_headers=claim, **options)
    with pytest.raises(InvalidStatus) as refused:
        shake_hands(
            nginx.address, "/ws", additional_headers={"X-Forwarded-For": "192.0.2.9"}, **options
        )
    assert refused.value.response.status_code == 429
    shake_hands(nginx.address, "/ws", source_address=("127.0.0.3", 0))


def test_an_address_has_so_many_handshakes_and_sockets_at_all_nodes_together(
    serve: Serve,
) -> None:
    nginx, _ = serve(
        2,
        changes={
            "rate=20r/s": "rate=1r/m",
            "burst=1000": "burst=4",
            "limit_conn peerline_connections 1000": "limit_conn peerline_connections 3",
        },
    )
    with ExitStack() as held:
        for number in range(3):
            held.enter_context(connect(f"ws://{nginx.address}/ws/session/s{number}", proxy=None))
        assert _refusal(nginx, "/ws") == 429  # a fourth socket
        assert get(nginx.address, "/healthz").status == 429
    shake_hands(nginx.address, "/ws")
    assert _refusal(nginx, "/ws") == 429  # one handshake and four more
    assert get(nginx.address, "/healthz").status == 200


def _refusal(nginx: Nginx, path: str) -> int:
    with pytest.raises(InvalidStatus) as refused:
        shake_hands(nginx.address, path)
    return refused.value.response.status_code


@pytest.mark.parametrize("are_up", [True, False], ids=["nodes are up", "nodes are down"])
def test_no_token_or_invite_is_logged(serve: Serve, *, are_up: bool) -> None:
    nginx, servers = serve(2)
    if not are_up:
        for server in servers:
            server.kill()
    token, invite = SECRETS
    for path in ("/ws", "/ws/session/one", "/ws/doc/one/two"):
        target = f"{path}?token={token}&invite={invite}"
        if are_up:
            shake_hands(nginx.address, target)
        else:
            assert _refusal(nginx, target) == 502
    for path in ("/s/one", "/other"):
        answer = get(
            nginx.address, f"{path}?token={token}&invite={invite}", Referer=f"http://x/?{invite}"
        )
        assert answer.status in ({200, 404, 503} if are_up else {404, 502})
    nginx.stop()
    logs = nginx.logs() + "".join(_logs(servers))
    assert '"GET /ws/session/one"' in logs
    for secret in SECRETS:
        assert secret not in logs


def _logs(servers: Sequence[ServerProcess]) -> list[str]:
    return [server.log() for server in servers]
