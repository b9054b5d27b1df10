"""Runs from a shell, through Prefect, killed and started again with the same command."""

from __future__ import annotations

import random
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.crash.runs import SLUG, Account, Runs, killed_at_random
from tests.servers.running import model_server

KILLS_A_SEED = 10
SECONDS_AFTER_THE_FIRST_HIT = 1.5
KILLED = -9


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_runs_killed_at_random_end_as_one_that_was_not(runs: Runs, tmp_path: Path) -> None:
    """20 kills or more: exit 0 at last, the same bytes, no saved call asked for again."""
    code, said = runs.end_of(tmp_path / "whole")
    assert code == 0, said
    expected = runs.files(tmp_path / "whole")
    assert {f"{SLUG}-selection.md", "checks.csv"} <= expected.keys()

    def killed(seed: int) -> int:
        """Kill reports of their own until there were enough kills."""
        chance = random.Random(seed)  # noqa: S311 - no secret
        with model_server({"latency_seconds": 0.15}) as server:
            own = Runs(runs.project, runs.slug, server, runs.home, runs.settings)
            kills = 0
            while kills < KILLS_A_SEED:
                server.clear_ledger()
                account = Account(own, tmp_path / f"{seed}-{kills}")
                while killed_at_random(own, account, chance, SECONDS_AFTER_THE_FIRST_HIT):
                    if kills + account.kills >= KILLS_A_SEED:
                        code, said = own.end_of(account.out)
                        assert code == 0, said
                        break
                assert account.repeated == []
                assert own.files(account.out) == expected
                kills += account.kills
            return kills

    with ThreadPoolExecutor(2) as pool:
        assert sum(pool.map(killed, range(2))) >= 20


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
    runs: Runs, tmp_path: Path, step: str
) -> None:
    """Fault 5: what was written is made again without a call, and nobody holds the lease."""
    code, said = runs.end_of(tmp_path / "whole")
    assert code == 0, said
    expected, calls = runs.files(tmp_path / "whole"), len(runs.server.ledger())
    runs.server.clear_ledger()

    account = Account(runs, tmp_path / "killed")
    code, said = runs.end_of(account.out, at=step)
    assert code == KILLED, said
    account.note()
    code, said = runs.end_of(account.out)

    assert code == 0, said
    assert account.repeated == []
    assert len(runs.server.ledger()) == calls
    assert runs.files(account.out) == expected


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
def test_a_disk_that_fills_up_ends_the_run_cleanly(runs: Runs, tmp_path: Path, step: str) -> None:
    """Fault 18: no success (I5), nothing half-written, a sentence; the same command goes on."""
    code, said = runs.end_of(tmp_path / "whole")
    assert code == 0, said
    expected = runs.files(tmp_path / "whole")
    runs.server.clear_ledger()

    account = Account(runs, tmp_path / "full")
    code, said = runs.end_of(account.out, at=step, then="fill_disk")
    assert code in (1, 3), said
    assert "Traceback" not in said
    assert "Make room" in said
    account.note()
    assert leftovers(account.out) == []
    assert whole_files(runs.files(account.out), expected)
    code, said = runs.end_of(account.out)

    assert code == 0, said
    assert account.repeated == []
    assert runs.files(account.out) == expected


def leftovers(out: Path) -> list[Path]:
    """Temporary files that nobody needs any more."""
    return list(out.rglob("*.tmp"))


def whole_files(found: dict[str, bytes], expected: dict[str, bytes]) -> bool:
    """Whether no file is half of what it is to be: a chapter's table lacks whole rows at most."""
    return all(
        set(content.splitlines()) <= set(expected[name].splitlines())
        for name, content in found.items()
    )
