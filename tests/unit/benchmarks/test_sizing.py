"""The table of sizes in docs/scaling.md is that of the costs that it names."""

import re
from pathlib import Path

import pytest

from benchmarks.cluster.sizing import PEOPLE, Costs, print_sizes, size_of

TEXT = (Path(__file__).parents[3] / "docs" / "scaling.md").read_text(encoding="utf-8")


def documented() -> Costs:
    """The costs on which the page bases its table."""
    found = re.search(
        r"with (\S+) s a million states, nginx at (\S+) of it and (\S+) us of Postgres",
        TEXT.replace("\n", " "),
    )
    assert found is not None
    owner, nginx, write = (float(each.replace(",", "")) for each in found.groups())
    return Costs(owner, nginx, write)


def test_sizes_grow_with_people_and_costs() -> None:
    size = size_of(5_000, Costs(owner=27.0, nginx=0.5, write_us=600.0))
    assert (size.states, size.servers) == (200_000, 10)
    assert size.nginx == pytest.approx(2.7)
    assert size.writes == pytest.approx(83.33, abs=0.01)
    assert size.postgres == pytest.approx(0.05)


def test_one_server_is_the_least() -> None:
    assert size_of(1, Costs(owner=27.0, nginx=0.5, write_us=600.0)).servers == 1


def test_the_table_of_the_page_is_what_the_benchmark_prints(
    capsys: pytest.CaptureFixture[str],
) -> None:
    print_sizes(documented(), PEOPLE)
    rows = [line for line in capsys.readouterr().out.splitlines() if line.startswith("| ")]
    assert len(rows) == 1 + len(PEOPLE)
    for row in rows:
        assert row in TEXT.splitlines()
