"""Writing a chapter, whatever its engine does."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from factbook.errors import StoppedError, WriterError
from factbook.project.project import open_project
from factbook.runs.begin import begun
from factbook.runs.chapter import section_items, write_chapter
from factbook.runs.engine import Ended, Item, Step, Work
from factbook.runs.ref import RunRef
from factbook.runs.run import Run
from factbook.runs.thread_engine import ThreadEngine
from tests.sections import make_outline, make_sheet

LOST = "1.2.1@AT"


class Wrong(ThreadEngine):
    """Threads, but for one section.

    Args:
        error: What the engine says of it; None to say nothing.
        does_work: Whether its work was done before.
    """

    def __init__(self, error: BaseException | None, *, does_work: bool = False) -> None:
        self.error = error
        self.does_work = does_work
        self.ids: list[str] = []

    def run_items(
        self,
        step: Step,
        items: Sequence[Item],
        work: Work,
        *,
        at_once: int,
        stop: threading.Event | None = None,
    ) -> Iterator[Ended]:
        """All items but the one."""
        self.ids = [item.id for item in items]

        def but_one(item_id: str) -> Any:
            return work(item_id) if item_id != LOST or self.does_work else None

        for ended in super().run_items(step, items, but_one, at_once=at_once, stop=stop):
            if ended.id != LOST:
                yield ended
            elif self.error is not None:
                yield Ended(LOST, error=self.error)


class Showing(Wrong):
    """An engine at whose list somebody looks."""

    shows_unchanged = True


def test_chapter_is_written_in_the_order_of_the_sheet(held: Run) -> None:
    """Its CSV stands, and every section counts as done."""
    written = write_chapter(held, ThreadEngine(), "1")
    spec = held.inputs.chapter("1")
    assert written.missing == ()
    assert set(written.records) == set(written.seconds) == {one.id for one in spec.sections}
    assert held.inputs.folder.chapter_csv_path("1").is_file()
    assert held.control.progress.percent([one.id for one in spec.sections]) == 100


def test_section_that_the_engine_has_lost_is_missing(held: Run) -> None:
    """It is told by nobody; the others stand."""
    written = write_chapter(held, Wrong(None), "1")
    assert written.missing == (LOST,)
    assert LOST not in written.records
    assert not held.control.stop.is_set()


@pytest.mark.slow
def test_section_that_failed_in_the_engine_says_why(held: Run) -> None:
    """In a record of its own, which the next run does not take over."""
    written = write_chapter(held, Wrong(WriterError("its process has died")), "1")
    assert written.missing == (LOST,)
    assert written.records[LOST].reason == "its process has died"
    saved = held.inputs.folder.read_record(LOST)
    assert saved == written.records[LOST]
    assert held.sections.saved(LOST) is None


@pytest.mark.slow
def test_section_that_was_saved_before_the_engine_failed_is_written(held: Run) -> None:
    """The run folder tells what became of it."""
    engine = Wrong(WriterError("its state is lost"), does_work=True)
    written = write_chapter(held, engine, "1")
    assert written.missing == ()
    assert written.records[LOST].status == "written"
    assert held.inputs.folder.read_record(LOST) == written.records[LOST]


@pytest.mark.slow
def test_section_that_cannot_go_on_stops_the_run(held: Run) -> None:
    """As on a full disk; the reason is the chapter's."""
    written = write_chapter(held, Wrong(StoppedError("the disk is full")), "1")
    assert written.stopped == "the disk is full"
    assert held.control.stop.is_set()


def test_engine_that_cannot_go_on_stops_the_run(held: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """What it has done until then is kept."""

    def lost(self: object, *arguments: Any, **options: Any) -> Iterator[Ended]:
        yield Ended("1.1.1@AT", held.sections.write("1.1.1@AT"))
        raise StoppedError("no workers")

    monkeypatch.setattr(ThreadEngine, "run_items", lost)
    written = write_chapter(held, ThreadEngine(), "1")
    assert written.stopped == "no workers"
    assert held.control.stop.is_set()
    assert set(written.records) == {"1.1.1@AT"}


@pytest.mark.slow
def test_what_was_saved_while_the_engine_ended_is_kept(
    held: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At a stop it tells of nothing any more."""

    def stopped(self: object, *arguments: Any, **options: Any) -> Iterator[Ended]:
        held.sections.write("1.1.1@AT")
        held.interrupt()
        return iter(())

    monkeypatch.setattr(ThreadEngine, "run_items", stopped)
    written = write_chapter(held, ThreadEngine(), "1")
    assert set(written.records) == {"1.1.1@AT"}
    assert written.stopped == ""


@pytest.mark.slow
def test_unchanged_sections_are_run_where_somebody_looks(finished: RunRef) -> None:
    """Else the engine has nothing to do; no section was worked on in either case."""
    with begun(finished) as run:
        run.prepare()
        engines = Wrong(None), Showing(None, does_work=True)
        quiet, shown = (write_chapter(run, engine, "2") for engine in engines)
        assert engines[0].ids == []
        assert sorted(engines[1].ids) == sorted(one.id for one in run.inputs.chapter("2").sections)
        assert quiet.records == shown.records
        assert quiet.seconds == shown.seconds == {}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("side_by_side", "limit", "at_once"), [(False, 8, 1), (True, 3, 3), (True, 500, None)]
)
def test_one_section_at_a_time_or_side_by_side(
    new: RunRef, *, side_by_side: bool, limit: int, at_once: int | None
) -> None:
    """As the configuration says, within its limit, and never more than there are."""
    settings = (f"run_task_concurrent={str(side_by_side).lower()}", f"limits.max_workers={limit}")
    bounds = []

    class Counting(ThreadEngine):
        def run_items(self, *arguments: Any, **options: Any) -> Iterator[Ended]:
            bounds.append(options["at_once"])
            return iter(())

    run = Run(new, open_project(Path(new.project), settings))
    run.prepare()
    write_chapter(run, Counting(), "1")
    assert bounds == [at_once or len(run.inputs.chapter("1").sections)]


def test_edges_of_a_chapter_are_its_own() -> None:
    """Sections of other chapters stand already when it is written."""
    sheet = make_sheet(edges={"1.2.1": "1.1.1", "2.1.1": "1.1.1"})
    first, second, *_ = make_outline(sheet).selected().chapters
    upstream = {item.id: item.upstream for item in [*section_items(first), *section_items(second)]}
    assert upstream["1.2.1@AT"] == ("1.1.1@AT",)
    assert upstream["2.1.1@AT"] == ()
