"""The table of aims says what was met and what was not, from a run's own figures."""

from benchmarks.aims import Aim, table
from benchmarks.report import Result


def result(server: str, cpu: float, p99: float, *, starved: bool = False) -> Result:
    return Result(
        case="1x50",
        server=server,
        cpu_us_per_delivery=cpu,
        p50_ms=30.0,
        p99_ms=p99,
        starved=starved,
        rounds=3,
        cpu_us_spread=(cpu, cpu),
        ratio=cpu / 20 if server == "peerline" else None,
    )


AIM = Aim("1x50", 0.12, p99_ms=60)


def verdicts(ours: Result, theirs: Result) -> list[str]:
    """The last column."""
    return [line.split("  ")[-1] for line in table([ours, theirs], [AIM])[1:]]


def test_what_is_at_the_aim_is_met_and_what_is_above_it_is_missed() -> None:
    theirs = result("websockets", 20.0, 4.0)
    assert verdicts(result("peerline", 2.4, 60.0), theirs) == ["met", "met"]
    assert verdicts(result("peerline", 2.5, 60.1), theirs) == ["missed", "missed"]


def test_a_row_has_both_figures_their_ratio_and_the_aim() -> None:
    lines = table([result("peerline", 3.0, 52.0), result("websockets", 20.0, 4.0)], [AIM])
    assert lines[1].split()[-5:] == ["3.00", "20.00", "0.15", "0.12", "missed"]


def test_a_case_whose_rounds_were_all_starved_says_so() -> None:
    theirs = result("websockets", 20.0, 4.0, starved=True)
    assert verdicts(result("peerline", 2.0, 50.0), theirs) == ["met, starved", "met, starved"]


def test_a_case_that_was_not_run_has_no_row() -> None:
    assert table([result("peerline", 3.0, 52.0)], [AIM]) == []
