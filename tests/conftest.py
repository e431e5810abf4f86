"""Fixtures and rules for every test."""

import gc
import os

import pytest
from hypothesis import settings
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling
from xdist.workermanage import WorkerController

# A busy machine makes no example wrong: time is measured by the benchmarks. The same examples each
# time; those of `make fuzz` are new ones.
settings.register_profile(
    "peerline", deadline=None, derandomize="PEERLINE_FUZZ_CASES" not in os.environ
)
settings.load_profile("peerline")


class Scheduling(LoadScopeScheduling):
    """The tests in VS Code go to one worker, which begins with them; others go to any, one by one.

    A VS Code for each worker would be too many for one machine, and two would start twice what the
    tests share. As the largest group they are given out first, so no worker is left with them.
    """

    def _split_scope(self, nodeid: str) -> str:
        folder = "tests/e2e/vscode"
        return folder if nodeid.startswith(f"{folder}/") else nodeid

    def mark_test_complete(
        self, node: WorkerController, item_index: int, duration: float = 0
    ) -> None:
        super().mark_test_complete(node, item_index, duration)
        # All that a worker has done would be counted through again after each of its tests.
        scope = self._split_scope(self.registered_collections[node][item_index])
        if all(self.assigned_work[node][scope].values()):
            del self.assigned_work[node][scope]


# Nothing that is imported is garbage, and the collector would look through it again and again.
gc.disable()


def pytest_collection_finish() -> None:
    """Have the cycle collector work from now on, and leave alone what was imported."""
    gc.collect()
    gc.freeze()
    gc.enable()


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> Scheduling:
    """Distribute the tests over the workers."""
    return Scheduling(config, log)
