"""Every implementation under Autobahn's cases (RFC 6455, RFC 7692), by kosoku's fuzzing client."""

import pytest
from kosoku import FailureError, run_fuzzingclient

from .conftest import Run, Stage

pytestmark = pytest.mark.long

LEFT_OUT = [
    # A close frame within a fragmented message: the library answers 1002 where 1000 is wanted.
    "7.1.5",
    # These measure more than they test; a part of them does here.
    *("9.1.6", "9.2.6", "9.3.*", "9.4.*", "12.*.1?", "13.*.1?", "13.[3-7].*"),
]


def test_every_case_passes(run: Run) -> None:
    async def scenario(stage: Stage) -> None:
        url = f"ws://127.0.0.1:{stage.port}/echo"
        failure = FailureError()
        try:
            assert len(await run_fuzzingclient(url, exclude_cases=LEFT_OUT, concurrency=4)) > 250
        except FailureError as error:
            failure = error
        failed = failure.results
        late = [one for one in failed if one.was_server_connection_drop_timeout]
        assert [one for one in failed if one not in late] == []
        # A busy machine may take the second that the client grants for the end of a connection
        # once in a while; `test_closing` holds that each one ends.
        assert {one.behavior.value for one in late} <= {"OK", "NON-STRICT", "INFORMATIONAL"}
        assert len(late) < 5

    run(
        scenario,
        max_frame_bytes=32 * 1024 * 1024,
        max_fragments=1_000_000,
        handshake_timeout=10.0,
        ping_interval=30.0,
        ping_timeout=30.0,
        close_timeout=20.0,
        outbox_soft_bytes=64 * 1024 * 1024,
        outbox_hard_bytes=64 * 1024 * 1024,
    )
