"""Runs from a shell, through Prefect, killed and started again with the same command."""

from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.crash.runs import SLUG, Runs, Whole, check_same, files

KILLS_A_SEED = 5
ONE_BY_ONE = ("run_objectives_concurrent=false", "run_task_concurrent=false")
LONGEST_LIFE_SECONDS = 4.0
"""Of a report's first process; later ones live longer, so that each comes to its end in time."""


@pytest.mark.slow
@pytest.mark.timeout(480)
@pytest.mark.parametrize("seed", range(2))
def test_runs_killed_at_random_end_as_one_that_was_not(
    runs: Runs, whole: Whole, tmp_path: Path, seed: int
) -> None:
    """10 kills in all: exit 0 at last, the same bytes, no saved call asked for again.

    Each report is killed until it is complete, then the next begins.
    """
    chance = random.Random(seed)  # noqa: S311 - no secret
    reports = kills = 0
    while kills < KILLS_A_SEED:
        reports += 1  # one may come to its end before its first kill
        out = tmp_path / str(reports)
        account = runs.account(out)
        while kills + account.kills < KILLS_A_SEED:
            longest_seconds = LONGEST_LIFE_SECONDS * 1.1**account.kills
            if not runs.killed_in(account, out, chance.uniform(0, longest_seconds)):
                break
        else:
            runs.finish(out)
        check_same(account, out, whole)
        kills += account.kills


@pytest.mark.slow
@pytest.mark.timeout(480)
def test_a_run_killed_at_each_step_of_a_call(runs: Runs, whole: Whole, tmp_path: Path) -> None:
    """Faults 1 to 4, one after another: two answers are lost on their way to the disk, no more.

    One section after another: else the next call is sent while an answer is being saved.
    """
    out = tmp_path / "out"
    runs = replace(runs, settings=(*runs.settings, *ONE_BY_ONE))
    account = runs.account(out)
    for step, hits, saved in (
        (f"socket.connect {urlsplit(runs.server.base_url).netloc}", 0, 0),  # before sending
        ("open .store/??/.*.tmp", 1, 0),  # after the answer
        ("os.rename .store/??/*.json", 2, 0),  # in saving
        ("os.rename .store/??/*.json then open .store/??", 3, 1),  # after saving
    ):
        runs.kill_at(account, out, step)
        assert (len(runs.server.ledger()), account.saved) == (hits, saved), step
    runs.finish(out)

    assert len(runs.server.ledger()) == whole.calls + 2
    check_same(account, out, whole)


@pytest.mark.slow
@pytest.mark.timeout(480)
@pytest.mark.parametrize(
    "step",
    [
        pytest.param("os.rename *-selection.md", id="5-in-exporting"),
        pytest.param("os.rename */run.json", id="5-before-the-manifest"),
        pytest.param(f"os.rename {SLUG}/{SLUG}-selection.md", id="5-before-the-switch-over"),
        pytest.param(f"os.rename {SLUG}/run.json", id="5-in-the-switch-over"),
        pytest.param("os.rename */.lease.json", id="in-taking-the-lease"),
        pytest.param("os.remove */.lease.json", id="in-giving-the-lease-back"),
    ],
)
def test_a_run_killed_at_a_step_of_its_end_or_beginning(
    runs: Runs, whole: Whole, tmp_path: Path, step: str
) -> None:
    """Fault 5: what was written is made again without a call, and nobody holds the lease."""
    out = tmp_path / "out"
    account = runs.account(out)
    runs.kill_at(account, out, step)
    runs.finish(out)

    assert len(runs.server.ledger()) == whole.calls
    check_same(account, out, whole)


@pytest.mark.slow
@pytest.mark.timeout(480)
@pytest.mark.parametrize(
    "step",
    [
        pytest.param("open .store/??/.*.tmp", id="saving-an-answer"),
        pytest.param("open */records/.*.tmp", id="saving-a-section"),
        pytest.param("open *-selection.md.*.tmp", id="exporting"),
        pytest.param("open *run.json.*.tmp", id="writing-the-manifest"),
    ],
)
def test_a_disk_that_fills_up_ends_the_run_cleanly(
    runs: Runs, whole: Whole, tmp_path: Path, step: str
) -> None:
    """Fault 18: no success (promise 8), nothing half-written; the same command goes on."""
    out = tmp_path / "out"
    account = runs.account(out)
    code, said = runs.end_of(out, at=step, then="fill_disk")
    assert code in (1, 3), said
    assert "Traceback" not in said
    assert "Free disk space" in said
    account.note()
    assert leftovers(out) == []
    assert whole_files(files(out), whole.files)

    runs.finish(out)
    check_same(account, out, whole)


def leftovers(out: Path) -> list[Path]:
    """Temporary files that nobody needs any more."""
    return list(out.rglob("*.tmp"))


def whole_files(found: dict[str, bytes], expected: dict[str, bytes]) -> bool:
    """Whether no file is half of what it is to be: a chapter's table lacks whole rows at most."""
    return all(
        set(content.splitlines()) <= set(expected[name].splitlines())
        for name, content in found.items()
    )
