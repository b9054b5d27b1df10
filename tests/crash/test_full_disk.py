"""A disk that is full, at every size: a clean end, nothing half-written, and it goes on later."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from tests.crash.worker import COMPLETED, STOPPED, Order
from tests.crash.workers import account_of, answers, files
from tests.servers.fixtures import Serve
from tests.workers import Worker

STEP_BYTES = 150


@pytest.mark.slow
@pytest.mark.timeout(480)
def test_a_full_disk_stops_the_run_and_room_lets_it_go_on(
    tmp_path: Path, model_server: Serve, crew: Worker
) -> None:
    """Fault 18: no file may pass 0 bytes, 150, 300, … until all of them fit.

    The limit falls into the lease's file, the journal, a record, the report, the manifest.
    """
    server = model_server()
    whole = Order(folder=tmp_path / "whole", base_url=server.base_url, sections=3, in_flight=2)
    assert crew.end_of(whole) == COMPLETED
    expected = answers(whole.folder), files(whole.folder)

    stopped_with = Counter[int]()
    end, most_bytes = STOPPED, 0
    while end == STOPPED:
        order = whole.model_copy(update={"folder": tmp_path / str(most_bytes)})
        account = account_of(order, server)
        end = crew.end_of(order.model_copy(update={"most_file_bytes": most_bytes}))
        assert end in (STOPPED, COMPLETED)
        account.note()
        stopped_with[account.saved] += end == STOPPED
        assert files(order.folder).items() <= expected[1].items()
        assert leftovers(order.folder) == []

        assert crew.end_of(order) == COMPLETED
        account.check()
        assert (answers(order.folder), files(order.folder)) == expected
        most_bytes += STEP_BYTES
    assert stopped_with[0] > 1  # before the first answer was saved
    assert stopped_with[3] > 1  # in the report


def leftovers(folder: Path) -> list[Path]:
    """Temporary files that nobody needs any more."""
    return list(folder.rglob("*.tmp"))
