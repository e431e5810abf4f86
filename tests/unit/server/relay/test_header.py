import pytest
from hypothesis import given
from hypothesis import strategies as st

from peerline_server.relay.header import LIFETIME_SECONDS, Handshake, NotBelieved, PassedOn, Signer

SECRET = b"s" * 32
HANDSHAKE = Handshake("AAAAAAAAAAAAAAAAAAAAAA==", "/ws/session/one?token=t")


class Clock:
    def __init__(self) -> None:
        self.now = 1_800_000_000.0

    def __call__(self) -> float:
        return self.now


def pair(secret: bytes = SECRET) -> tuple[Signer, Signer, Clock]:
    """The node that passes on, the owner, and the clock of both."""
    clock = Clock()
    return Signer(SECRET, "front", clock), Signer(secret, "owner", clock), clock


@given(
    address=st.none()
    | st.ip_addresses(v=4).map(str)
    | st.ip_addresses(v=6).map(lambda ip: f"{ip}/64")
)
def test_the_owner_learns_the_node_and_the_clients_address(address: str | None) -> None:
    front, owner, _ = pair()
    value = front.header("owner", address, HANDSHAKE)
    assert owner.check(value, HANDSHAKE) == PassedOn("front", address)


def test_a_header_counts_once() -> None:
    front, owner, clock = pair()
    value = front.header("owner", "192.0.2.1", HANDSHAKE)
    owner.check(value, HANDSHAKE)
    with pytest.raises(NotBelieved, match="used before"):
        owner.check(value, HANDSHAKE)
    # The same client may be passed on again.
    clock.now += 0.001
    owner.check(front.header("owner", "192.0.2.1", HANDSHAKE), HANDSHAKE)


@pytest.mark.parametrize("seconds", [LIFETIME_SECONDS, 2 * LIFETIME_SECONDS, -31.0])
def test_a_header_of_another_time_is_not_believed(seconds: float) -> None:
    front, owner, clock = pair()
    value = front.header("owner", "192.0.2.1", HANDSHAKE)
    clock.now += seconds
    with pytest.raises(NotBelieved, match="clocks"):
        owner.check(value, HANDSHAKE)


@pytest.mark.parametrize("seconds", [LIFETIME_SECONDS - 0.1, -29.0])
def test_clocks_may_differ_by_less_than_its_lifetime(seconds: float) -> None:
    front, owner, clock = pair()
    value = front.header("owner", "192.0.2.1", HANDSHAKE)
    clock.now += seconds
    assert owner.check(value, HANDSHAKE).address == "192.0.2.1"


def test_what_was_used_is_forgotten_when_it_has_expired() -> None:
    front, owner, clock = pair()
    for _ in range(1_000):
        owner.check(front.header("owner", "192.0.2.1", HANDSHAKE), HANDSHAKE)
        clock.now += 1.0
    seen = owner._seen  # pyright: ignore[reportPrivateUsage]
    assert len(seen) <= LIFETIME_SECONDS + 1


def test_a_header_is_for_one_node_and_one_handshake() -> None:
    front, owner, _ = pair()
    value = front.header("owner", "192.0.2.1", HANDSHAKE)
    for_another = front.header("another", "192.0.2.1", HANDSHAKE)
    other_target = Handshake(HANDSHAKE.key, "/ws/session/two?token=t")
    other_key = Handshake("BAAAAAAAAAAAAAAAAAAAAA==", HANDSHAKE.target)
    for header, handshake in (
        (for_another, HANDSHAKE),
        (value, other_target),
        (value, other_key),
    ):
        with pytest.raises(NotBelieved, match="signature"):
            owner.check(header, handshake)


def test_a_node_with_another_secret_is_not_believed() -> None:
    front, owner, _ = pair(b"o" * 32)
    with pytest.raises(NotBelieved, match="signature"):
        owner.check(front.header("owner", None, HANDSHAKE), HANDSHAKE)


@given(st.text(max_size=60), st.integers(0, 200))
def test_no_other_text_is_believed(text: str, at: int) -> None:
    front, owner, _ = pair()
    value = front.header("owner", "192.0.2.1", HANDSHAKE)
    forged = text if at > len(value) else value[:at] + text + value[at + 1 :]
    if forged == value:
        return
    with pytest.raises(NotBelieved):
        owner.check(forged, HANDSHAKE)
