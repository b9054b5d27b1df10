"""Periods of a journal: an end that a killed run owes, and what is over goes to an archive."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path

import pytest

from factbook.llm.journal import Began, Ended, Event, FileJournal, RunEnded, Sent
from factbook.llm.ledger import (
    attempt_numbers,
    call_rows,
    report_events,
    run_events,
    spent_usd,
    totals,
)
from factbook.llm.periods import ARCHIVE, EndEntry, archive_periods, carried_over, missing_end

KILLED = """
import os, signal, sys
from pathlib import Path
from factbook.llm.journal import FileJournal
from factbook.llm.periods import archive_periods
from tests.crash.points import step_of
journal, left = FileJournal(Path(sys.argv[1])), int(sys.argv[2])
events = journal.read().events
def counted(event, arguments):
    global left
    if step_of(event, arguments, str(Path(sys.argv[1]).parent)):
        if not left:
            os.kill(os.getpid(), signal.SIGKILL)
        left -= 1
sys.addaudithook(counted)
archive_periods(journal, events)
"""


@pytest.fixture
def journal(tmp_path: Path) -> FileJournal:
    """A journal with no line yet."""
    return FileJournal(tmp_path / "journal.jsonl")


def add_report(journal: FileJournal, run: str, first: int, exit_code: int = 0) -> None:
    """A run that makes two calls of one section, the first with two attempts, and its end."""
    journal.append(Began(run=run, provider="openai"))
    for pass_, numbers in (("draft", (first, first + 1)), ("summary", (first,))):
        for number in numbers:
            name = f"1.1.1@AT/{pass_}/{number}"
            sent = {"section": "1.1.1@AT", "model": "gpt-5", "key": "k", "bound_usd": "0.5"}
            journal.append(Sent.model_validate({"attempt": name, "pass": pass_, **sent}))
            journal.append(Ended(attempt=name, outcome="answered", cost_usd=Decimal("0.1")))
    if exit_code >= 0:
        journal.append(RunEnded(exit_code=exit_code))


def reported(events: Sequence[Event]) -> tuple[object, ...]:
    """All that is told from a journal."""
    report = report_events(events)
    return (
        attempt_numbers(events),
        spent_usd(report),
        call_rows(report),
        totals(report),
        totals(run_events(report)),
        sum(isinstance(event, RunEnded) and event.exit_code == 0 for event in events),
    )


def archive(journal: FileJournal) -> FileJournal:
    """The archive beside a journal."""
    return FileJournal(journal.path.with_name(ARCHIVE))


def test_ended_periods_are_archived_and_totals_stay(journal: FileJournal) -> None:
    """Numbers go on, nothing is spent, and the archive holds every line once."""
    every: list[Event] = []
    for number in range(4):
        add_report(journal, f"run {number}", 1 + 2 * number)
        before = journal.read().events
        every += before[len(carried_over(every)) :]
        archive_periods(journal, before)
        after = journal.read().events
        assert reported(after) == reported(before)
        assert len(after) == 2 + number + 1  # two passes, and the ends
        assert archive(journal).read().events == tuple(every)
    add_report(journal, "next", 9, exit_code=-1)
    assert spent_usd(report_events(journal.read().events)) == Decimal("0.3")
    assert len(journal.lines()) == 2 + 4 + 7


def test_report_that_is_not_finished_stays(journal: FileJournal) -> None:
    """An end other than 0 is none of the report, nor is a kill after an earlier end."""
    archive_periods(journal, journal.read().events)
    assert not journal.path.exists()
    add_report(journal, "one", 1, exit_code=1)
    before = journal.path.read_bytes()
    archive_periods(journal, journal.read().events)
    add_report(journal, "two", 3)
    add_report(journal, "three", 5, exit_code=-1)
    archive_periods(journal, journal.read().events)
    assert journal.path.read_bytes().startswith(before)
    assert not archive(journal).path.exists()


def test_journal_of_an_earlier_version_is_archived_whole(journal: FileJournal) -> None:
    """With all its periods, and lines that nobody can read."""
    add_report(journal, "one", 1)
    journal.append_lines([b'{"event": "torn'])
    add_report(journal, "two", 3)
    lines = journal.lines()
    before = journal.read().events
    archive_periods(journal, before)
    assert archive(journal).lines() == lines
    assert reported(journal.read().events) == reported(before)
    again = journal.path.read_bytes()
    archive_periods(journal, journal.read().events)
    assert journal.path.read_bytes() == again
    assert archive(journal).lines() == lines


@pytest.mark.parametrize("step", range(8))
def test_kill_at_each_step_loses_nothing(journal: FileJournal, step: int) -> None:
    """The next run does it again; a line that is archived twice is read once."""
    add_report(journal, "one", 1)
    archive_periods(journal, journal.read().events)
    add_report(journal, "two", 3)
    before = journal.read().events
    every = (*archive(journal).read().events, *before[3:])
    command = [sys.executable, "-c", KILLED, str(journal.path), str(step)]
    process = subprocess.run(command, check=False)
    assert process.returncode == (-signal.SIGKILL if step < 4 else process.returncode)
    assert reported(journal.read().events) == reported(before)
    archive_periods(journal, journal.read().events)
    assert reported(journal.read().events) == reported(before)
    assert len(journal.lines()) == 4
    assert archive(journal).read().events == every


def test_end_that_a_killed_run_owes(journal: FileJournal) -> None:
    """Only of the last run, only when the manifest is of it, and only once."""
    end = EndEntry(run="two", exit_code=0)
    assert missing_end((), end) is None
    add_report(journal, "one", 1)
    assert missing_end(journal.read().events, EndEntry(run="one", exit_code=0)) is None
    add_report(journal, "two", 3, exit_code=-1)
    events = journal.read().events
    for other in (None, EndEntry(run="one", exit_code=0)):
        assert missing_end(events, other) is None
    found = missing_end(events, end)
    assert found is not None
    assert found.exit_code == 0
    assert missing_end((*events, found), end) is None
