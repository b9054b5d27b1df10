"""Records that are damaged between two runs: set aside, and called again exactly once."""

from __future__ import annotations

import logging
import os
import shutil
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from factbook.llm.chat import Answered
from factbook.llm.store import SET_ASIDE, STORE, CallStore
from tests.crash.runs import Runs, Whole, files
from tests.crash.worker import request_of
from tests.llm.dependencies import bench
from tests.servers.fixtures import Serve

Damage = Callable[[Path, Path], set[Path]]
"""Damages records, at most the two that it is given; tells which."""

SECTIONS = 6


def flip(path: Path, _: Path) -> set[Path]:
    """One bit changes."""
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(bytes(content))
    return {path}


def cut(path: Path, _: Path) -> set[Path]:
    """Half of it is lost."""
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    return {path}


def empty(path: Path, _: Path) -> set[Path]:
    """The disk had the name and not the content."""
    path.write_bytes(b"")
    return {path}


def swap(path: Path, other: Path) -> set[Path]:
    """Two answers change places."""
    content = path.read_bytes()
    path.write_bytes(other.read_bytes())
    other.write_bytes(content)
    return {path, other}


def overwrite(path: Path, _: Path) -> set[Path]:
    """Something else stands there."""
    path.write_bytes(b'{"version": 1, "hello": "world"}')
    return {path}


def lock_up(path: Path, _: Path) -> set[Path]:
    """Nobody may read it."""
    if os.geteuid() == 0:
        pytest.skip("root reads everything")
    path.chmod(0)
    return {path}


@pytest.mark.parametrize("damage", [flip, cut, empty, swap, overwrite, lock_up])
def test_damaged_record_is_called_again_once(
    tmp_path: Path, model_server: Serve, caplog: pytest.LogCaptureFixture, damage: Damage
) -> None:
    """Fault 20: a warning each, a hit each, all others from the store, the same answers."""
    server = model_server()
    wanted = [request_of(number) for number in range(SECTIONS)]
    with bench(tmp_path, server) as one:
        before = one.outcomes(wanted)
        assert len(server.ledger()) == SECTIONS
        first, second = (one.store.path(request.key("openai")) for request in wanted[:2])
    damaged = damage(first, second)
    server.clear_ledger()

    for _ in range(2):
        with (
            caplog.at_level(logging.WARNING, logger="factbook"),
            bench(tmp_path, server) as two,
        ):
            after = two.outcomes(wanted)
        assert texts(after) == texts(before)
        assert len(server.ledger()) == len(damaged)
        assert len(list((two.store.folder / SET_ASIDE).iterdir())) == len(damaged)
    warned = [record.message for record in caplog.records if "set aside" in record.message]
    assert len(warned) == len(damaged)
    assert all(any(str(path) in message for message in warned) for path in damaged)
    assert Counter(o.was_cached for o in after if isinstance(o, Answered)) == {True: SECTIONS}


def texts(outcomes: list[object]) -> list[str]:
    """Texts of answers; all of them are there."""
    assert all(isinstance(outcome, Answered) for outcome in outcomes)
    return [o.answer.text for o in outcomes if isinstance(o, Answered)]


@pytest.mark.slow
@pytest.mark.timeout(480)
def test_damaged_records_are_called_again_once_by_a_run(
    runs: Runs, whole: Whole, tmp_path: Path
) -> None:
    """Fault 20: the store alone is left, with three bad records; the report is the same."""
    out = tmp_path / "out"
    shutil.copytree(whole.out / STORE, out / STORE)
    paths = list(CallStore(out / STORE).record_paths())
    damaged = cut(paths[0], paths[0]) | swap(paths[1], paths[2])
    account = runs.account(out)

    said = runs.finish(out)

    assert said.count("was set aside") == len(damaged)
    assert account.hits_by_key() == {path.stem: 1 for path in damaged}
    assert files(out) == whole.files
