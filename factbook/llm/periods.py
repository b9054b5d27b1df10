"""Periods of a journal: the calls of one report, up to the run that ended with 0.

An ended period counts only for the numbers of attempts. It is moved to an archive beside the
journal, so that what a run reads does not grow with every report.
"""

from __future__ import annotations

from collections.abc import Sequence

from factbook.llm.chat import Model
from factbook.llm.journal import Began, Event, FileJournal, RunEnded, Sent
from factbook.llm.ledger import attempt_number

ARCHIVE = "journal-archive.jsonl"


class EndEntry(Model):
    """What a manifest says of the end that the journal gets after it.

    Attributes:
        run: Id of the run in the journal.
        exit_code: Its exit code.
    """

    run: str
    exit_code: int


def missing_end(events: Sequence[Event], entry: EndEntry | None) -> RunEnded | None:
    """The end of the last run where the journal lacks it: the run was killed just before.

    Args:
        events: All events of the journal.
        entry: What the manifest says of it; None when it says nothing.
    """
    if entry is None:
        return None
    for event in reversed(events):
        if isinstance(event, RunEnded):
            return None
        if isinstance(event, Began):
            return RunEnded(exit_code=entry.exit_code) if event.run == entry.run else None
    return None


def archive_periods(journal: FileJournal, events: Sequence[Event]) -> None:
    """Move the periods of a journal to the archive, if the last one has ended.

    Nobody else may write to the journal meanwhile. After a kill the next call repeats the move:
    lines may then be in the archive twice, and are read once.

    Args:
        journal: The journal.
        events: All its events.

    Raises:
        StoppedError: Archive or journal cannot be written to.
    """
    if not events or not _is_over(events[-1]):
        return
    carried = carried_over(events)
    if len(carried) == len(events):
        return
    ends = [place for place, event in enumerate(events) if _is_over(event)]
    before = events[: ends[-2] + 1] if len(ends) > 1 else ()
    archived = len(before) if carried_over(before) == tuple(before) else 0
    archive = FileJournal(journal.path.with_name(ARCHIVE))
    archive.append_lines(journal.lines()[archived:])
    journal.replace(carried)


def carried_over(events: Sequence[Event]) -> tuple[Event, ...]:
    """What a new period needs from earlier ones: the highest attempts, and the periods' ends."""
    highest: dict[tuple[str, str], Sent] = {}
    for event in events:
        if isinstance(event, Sent):
            last = highest.setdefault((event.section, event.pass_), event)
            if attempt_number(event.attempt) > attempt_number(last.attempt):
                highest[event.section, event.pass_] = event
    return (*highest.values(), *(event for event in events if _is_over(event)))


def _is_over(event: Event) -> bool:
    return isinstance(event, RunEnded) and event.exit_code == 0
