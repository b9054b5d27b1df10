"""SIGKILL at each step that a worker takes: what is paid for again, and what never is."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest

from tests.crash.points import ANY_STEP
from tests.crash.worker import COMPLETED, Order
from tests.crash.workers import KILLED, account_of, answers, files
from tests.servers.fixtures import Serve
from tests.workers import Worker

RECORD = "store/??/[!.]*.json"
BEFORE_NOTING = ("open store/locks/*.lock", "open j.jsonl")
BEFORE_SENDING = ("socket.connect *",)
BEFORE_SAVING = ("open store/??/.*.tmp",)
IN_SAVING = (f"os.rename {RECORD}",)
BEFORE_THE_FOLDER_IS_FLUSHED = (*IN_SAVING, "open store/??")
AFTER_SAVING = (*IN_SAVING, "open j.jsonl")
IN_EXPORTING = ("os.rename report/report.md",)
BETWEEN_EXPORTS = ("os.rename report/run.json",)
IN_TAKING_THE_LEASE = ("os.rename report/.lease.json",)
IN_GIVING_THE_LEASE_BACK = ("os.remove report/.lease.json",)


@pytest.mark.parametrize(
    ("steps", "hits_before", "hits_after", "attempts", "saved_before"),
    [
        pytest.param(BEFORE_NOTING, 0, 1, 1, 0, id="1-before-noting"),
        pytest.param(BEFORE_SENDING, 0, 1, 2, 0, id="1-before-sending"),
        pytest.param(BEFORE_SAVING, 1, 2, 2, 0, id="2-after-the-answer"),
        pytest.param(IN_SAVING, 1, 2, 2, 0, id="3-in-saving"),
        pytest.param(BEFORE_THE_FOLDER_IS_FLUSHED, 1, 1, 1, 1, id="3-saved-and-not-flushed"),
        pytest.param(AFTER_SAVING, 1, 1, 1, 1, id="4-after-saving"),
        pytest.param(IN_EXPORTING, 1, 1, 1, 1, id="5-in-exporting"),
        pytest.param(BETWEEN_EXPORTS, 1, 1, 1, 1, id="5-between-two-exports"),
        pytest.param(IN_TAKING_THE_LEASE, 0, 1, 1, 0, id="in-taking-the-lease"),
        pytest.param(IN_GIVING_THE_LEASE_BACK, 1, 1, 1, 1, id="in-giving-the-lease-back"),
    ],
)
def test_killed_at_a_step_and_started_again(
    tmp_path: Path,
    model_server: Serve,
    crew: Worker,
    steps: tuple[str, ...],
    hits_before: int,
    hits_after: int,
    attempts: int,
    saved_before: int,
) -> None:
    """Faults 1 to 5: a call is made again only when its answer was not yet at its name."""
    server = model_server()
    whole = Order(folder=tmp_path / "whole", base_url=server.base_url, sections=1)
    assert crew.end_of(whole) == COMPLETED
    order = Order(folder=tmp_path / "killed", base_url=server.base_url, sections=1, in_flight=1)
    account = account_of(order, server)

    assert crew.end_of(order.model_copy(update={"steps": steps})) == KILLED
    account.note()
    assert len(server.ledger()) == hits_before
    assert account.saved == saved_before

    assert crew.end_of(order) == COMPLETED
    account.check()
    assert len(server.ledger()) == hits_after
    assert len(account.sent()) == attempts
    assert answers(order.folder) == answers(whole.folder)
    assert files(order.folder) == files(whole.folder)


@pytest.mark.slow
@pytest.mark.timeout(480)
def test_killed_at_every_step_in_turn(tmp_path: Path, model_server: Serve, crew: Worker) -> None:
    """At the first file or connection that two sections touch, at the second, … at the last.

    No list of points can forget one: the test ends when a worker takes fewer steps than asked for.
    """
    server = model_server()
    whole = Order(folder=tmp_path / "whole", base_url=server.base_url, sections=2, in_flight=1)
    assert crew.end_of(whole) == COMPLETED

    for step in itertools.count(1):
        order = whole.model_copy(update={"folder": tmp_path / str(step)})
        account = account_of(order, server)
        order.folder.mkdir()
        if crew.end_of(order.model_copy(update={"steps": (ANY_STEP,) * step})) == COMPLETED:
            break
        account.note()
        assert crew.end_of(order) == COMPLETED
        account.check()
        assert answers(order.folder) == answers(whole.folder)
        assert files(order.folder) == files(whole.folder)
        assert names(order.folder) == names(whole.folder)
    assert step > 40


def names(folder: Path) -> set[str]:
    """What stands in the run folder, hidden or not, but for files of a killed process."""
    return {path.name for path in (folder / "report").iterdir() if path.suffix != ".tmp"}
