"""A lease as its own node knows it: ended on the side of caution, steady after two lengths."""

from peerline_server.cluster.lease import Lease


def renewed(*times: float) -> Lease:
    lease = Lease(6.0, 0.0)
    for number, time in enumerate(times):
        lease.renewed(time, was_unbroken=number > 0)
    return lease


def test_a_lease_that_was_never_renewed_has_ended() -> None:
    lease = Lease(6.0, 0.0)
    assert lease.has_ended(0.0)
    assert lease.is_due(0.0)
    assert lease.left(0.0) == 0.0


def test_it_ends_its_length_after_the_renewal_was_sent() -> None:
    lease = renewed(10.0)
    assert not lease.has_ended(16.0)
    assert lease.has_ended(16.1)
    assert (lease.left(12.0), lease.left(20.0)) == (4.0, 0.0)


def test_it_is_due_three_times_in_its_length() -> None:
    lease = renewed(10.0)
    assert not lease.is_due(11.9)
    assert lease.is_due(12.0)
    assert lease.renewal_seconds == 2.0
    assert lease.retry_seconds == 0.5


def test_it_is_steady_after_two_lengths_without_a_gap() -> None:
    lease = renewed(0.0, 2.0, 4.0, 6.0, 8.0, 10.0)
    assert not lease.is_steady(11.9)
    assert lease.is_steady(12.0)
    assert not lease.is_steady(16.1), "it has ended"


def test_a_gap_of_its_own_clock_begins_again() -> None:
    lease = renewed(0.0, 2.0, 20.0)
    assert not lease.is_steady(22.0)
    lease.renewed(26.0, was_unbroken=True)
    lease.renewed(31.0, was_unbroken=True)
    assert lease.is_steady(32.0)


def test_a_gap_of_the_database_s_clock_begins_again() -> None:
    lease = renewed(0.0, 5.0, 10.0)
    assert lease.is_steady(12.0)
    lease.renewed(13.0, was_unbroken=False)
    assert not lease.is_steady(18.0)
