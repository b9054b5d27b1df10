"""SIGKILL at any moment: over all kills, no answer that was saved is asked for again."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from tests.crash.worker import COMPLETED, Order
from tests.crash.workers import KILLED, account_of, answers, files
from tests.servers.fixtures import Serve
from tests.workers import Worker

KILLS_A_SEED = 26
LONGEST_LIFE_SECONDS = 0.3
"""Of a report's first process; later ones live longer, so that each comes to its end in time."""
SECTIONS, IN_FLIGHT = 12, 3


@pytest.mark.slow
@pytest.mark.timeout(480)
@pytest.mark.parametrize("seed", range(8))
def test_killed_at_random_and_started_again(
    tmp_path: Path, model_server: Serve, crew: Worker, seed: int
) -> None:
    """208 kills in all: saved calls repeated 0, hits as in the journal, the same bytes.

    Each report is killed until it is complete, then the next begins.
    """
    chance = random.Random(seed)  # noqa: S311 - no secret
    server = model_server()
    order = Order(
        folder=tmp_path / "whole",
        base_url=server.base_url,
        sections=SECTIONS,
        in_flight=IN_FLIGHT,
    )
    assert crew.end_of(order) == COMPLETED
    expected = answers(order.folder), files(order.folder)
    server.set_scenario({"latency_seconds": chance.uniform(0.02, 0.05)})

    kills = reports = 0
    while kills < KILLS_A_SEED:
        reports += 1
        report = order.model_copy(update={"folder": tmp_path / str(reports)})
        account = account_of(report, server)
        while True:
            longest_seconds = LONGEST_LIFE_SECONDS * 1.1**account.kills
            life_seconds = chance.uniform(0.02, longest_seconds)
            end = crew.end_of(report.model_copy(update={"kill_after_seconds": life_seconds}))
            assert end in (COMPLETED, KILLED)
            if end == COMPLETED:
                break
            account.note()
        kills += account.kills

        account.check()
        assert (answers(report.folder), files(report.folder)) == expected
