"""A run from its inputs to its end, carried by threads."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

import pytest

from factbook.errors import CancelledError, ConfigError, StoppedError
from factbook.lease.lease import Lease
from factbook.lease.owner import Machine
from factbook.lease.owner_file import OwnerFile
from factbook.runs.approval import Decision, Review
from factbook.runs.approver import NoApprover
from factbook.runs.begin import begun
from factbook.runs.engine import Ended, Item, Step, Work
from factbook.runs.outcome import Outcome
from factbook.runs.ref import RunRef
from factbook.runs.run import Run
from factbook.runs.run_report import run_report
from factbook.runs.start import start_run
from factbook.runs.thread_engine import ThreadEngine
from factbook.runs.written_report import Report
from factbook.writing.offline import OfflineWriter
from tests.manifests import manifest_in

SECTION = "1.2.1@AT"


class Recording(ThreadEngine):
    """Threads, and what they were asked for."""

    def __init__(self) -> None:
        self.steps: list[tuple[Step, int]] = []
        self.prepared = 0

    def prepare(self) -> None:
        """Count."""
        self.prepared += 1

    def run_items(
        self,
        step: Step,
        items: Sequence[Item],
        work: Work,
        *,
        at_once: int,
        stop: threading.Event | None = None,
    ) -> Iterator[Ended]:
        """Note them."""
        self.steps.append((step, len(items)))
        return super().run_items(step, items, work, at_once=at_once, stop=stop)


class Showing(ThreadEngine):
    """Threads, which note what they are given to show.

    Attributes:
        shown: State and message of each outcome.
    """

    def __init__(self) -> None:
        self.shown: list[tuple[str, str]] = []

    def show(self, run: Run, outcome: Outcome) -> None:
        """Note it."""
        self.shown.append((outcome.state, outcome.message))


class Deciding(NoApprover):
    """Decides as it was told beforehand."""

    def __init__(self, *decisions: Decision, how: str | None = None) -> None:
        self.decisions = list(decisions)
        self.how = how
        self.asked: list[tuple[Review, str, int]] = []

    def announce(self, run: Run, report: Report, review: Review) -> str | None:
        """As it was told."""
        return self.how

    def decide(self, run: Run, review: Review, problem: str, attempt: int) -> Decision:
        """The next decision."""
        self.asked.append((review, problem, attempt))
        return self.decisions.pop(0)


def reviewed(ref: RunRef) -> RunRef:
    """A run that asks a person."""
    return ref.model_copy(update={"assignments": ("review=true",)})


def lose_record(ref: RunRef) -> None:
    """A section is to be written again."""
    next(ref.out_folder.glob(f"*/records/{SECTION}.json")).unlink()


def state_of(folder: Path | None) -> str:
    """What ``run.json`` says."""
    assert folder is not None
    return manifest_in(folder).outcome.state


def test_report_is_written_chapter_by_chapter_and_exported(new: RunRef) -> None:
    """Chapters, their sections, then the formats; the message counts the sections."""
    engine = Recording()
    outcome = start_run(new, engine)
    assert (outcome.state, outcome.exit_code) == ("Completed", 0)
    assert outcome.folder is not None
    sections = len(manifest_in(outcome.folder).sections)
    assert outcome.message == f"{sections} sections written"
    steps = dict.fromkeys(step for step, _ in engine.steps)
    assert list(steps) == ["chapter", "section", "export"]
    assert sum(number for step, number in engine.steps if step == "section") == sections
    assert engine.prepared >= 1
    assert len(list(outcome.folder.glob("*.md"))) == 1


@pytest.mark.slow
def test_unchanged_report_needs_no_engine(finished: RunRef) -> None:
    """No section and no export; the engine is not asked to get ready."""
    engine = Recording()
    outcome = start_run(finished, engine)
    assert outcome.state == "Completed"
    assert ": 0 written now" in outcome.message
    assert engine.prepared == 0
    assert {step for step, number in engine.steps if number} == {"chapter"}
    assert outcome.changed == ()


@pytest.mark.slow
def test_unchanged_report_ends_at_once_where_that_is_asked_for(finished: RunRef) -> None:
    """Its manifest stays that of the run that has written it."""
    ref = finished.model_copy(update={"assignments": ("only_if_changed=true",)})
    engine = Recording()
    outcome = start_run(ref, engine)
    assert outcome.state == "Cached"
    assert outcome.unchanged_seconds is not None
    assert engine.steps == []
    assert state_of(outcome.folder) == "Completed"


@pytest.mark.slow
def test_what_is_lost_is_written_again_and_nothing_else(finished: RunRef) -> None:
    """The engine gets ready for it; the summary after it waits for it, and stands."""
    lose_record(finished)
    engine = Recording()
    outcome = start_run(finished, engine)
    assert ": 1 written now" in outcome.message
    assert engine.prepared >= 1
    assert [number for step, number in engine.steps if step == "section"] == [2]


@pytest.mark.slow
def test_chapter_that_the_engine_has_lost_leaves_its_sections_out(finished: RunRef) -> None:
    """The report says so, and is no success."""

    class Losing(ThreadEngine):
        def run_items(self, step: Step, *arguments: Any, **options: Any) -> Iterator[Ended]:
            for ended in super().run_items(step, *arguments, **options):
                lost = step == "chapter" and ended.id == "1"
                yield Ended("1", error=ValueError("gone")) if lost else ended

    outcome = start_run(finished, Losing())
    assert (outcome.state, outcome.exit_code) == ("Incomplete", 1)
    assert "sections are not written" in outcome.message
    assert SECTION in outcome.message or "more" in outcome.message


@pytest.mark.slow
def test_export_that_fails_is_told_and_the_others_are_made(
    finished: RunRef, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Here the page; a full disk ends the run instead."""
    both = finished.model_copy(update={"assignments": ('outputs=["md","html"]',)})

    def broken(suffix: str) -> Any:
        raise ValueError(f"no {suffix}")

    monkeypatch.setattr("factbook.runs.finish.exporter", broken)
    outcome = start_run(both)
    assert (outcome.state, outcome.message.count("not exported: html")) == ("Incomplete", 1)

    def full(suffix: str) -> Any:
        raise StoppedError("the disk is full")

    monkeypatch.setattr("factbook.runs.finish.exporter", full)
    assert start_run(both).state == "Stopped"


@pytest.mark.slow
def test_report_waits_for_a_person_whom_nobody_can_ask(finished: RunRef) -> None:
    """It is not exported; the same run waits again until somebody decides."""
    lose_record(finished)
    engine = Showing()
    with begun(reviewed(finished)) as run:
        outcome = run_report(run, engine)
    assert (outcome.state, outcome.exit_code) == ("AwaitingApproval", 3)
    assert outcome.review
    assert [state for state, _ in engine.shown] == ["AwaitingApproval"]
    assert state_of(outcome.folder) == "AwaitingApproval"


@pytest.mark.slow
def test_approved_report_is_exported(new: RunRef) -> None:
    """Its draft is gone then; the run tells before it asks how a person can decide."""
    approver = Deciding(Decision("approve"), how="in the form")
    engine = Showing()
    with begun(reviewed(new)) as run:
        outcome = run_report(run, engine, approver=approver)
    assert outcome.state == "Completed"
    assert [message for _, message in engine.shown] == ["in the form", outcome.message]
    ((review, problem, attempt),) = approver.asked
    assert (problem, attempt) == ("", 0)
    assert not review.draft.exists()


@pytest.mark.slow
def test_rejected_report_is_not_exported(new: RunRef) -> None:
    """A person has decided: that is no failure."""
    with begun(reviewed(new)) as run:
        outcome = run_report(run, approver=Deciding(Decision("reject")))
    assert (outcome.state, outcome.exit_code) == ("Rejected", 0)
    assert outcome.folder is not None
    assert not list(outcome.folder.glob("*.md"))


@pytest.mark.slow
def test_person_has_sections_written_anew_and_is_asked_again(
    new: RunRef, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A decision that cannot be followed is told first, and counted."""
    monkeypatch.setenv("OPENAI_API_KEY", "sk-none")
    monkeypatch.setenv("OPENAI_BASE_URL", "http://127.0.0.1:9")
    settings = ("review=true", "provider=openai")
    approver = Deciding(
        Decision("rewrite"),
        Decision("rewrite", ("9.9.9@AT",)),
        Decision("rewrite", (SECTION,), "shorter"),
        Decision("approve"),
    )
    engine = Recording()
    with begun(new.model_copy(update={"assignments": settings}), OfflineWriter()) as run:
        outcome = run_report(run, engine, approver=approver)
        assert run.inputs.project.notes.asked.keys() == {SECTION}
    assert outcome.state == "Completed", outcome.message
    problems = [
        (problem.partition(" names ")[0], attempt) for _, problem, attempt in approver.asked
    ]
    assert problems == [("", 0), ("'rewrite'", 1), ("--rewrite", 2), ("", 0)]
    written = [number for step, number in engine.steps if step == "section"]
    assert sum(written) > len(run.inputs.specs)


@pytest.mark.slow
def test_interrupted_run_keeps_what_is_finished(finished: RunRef) -> None:
    """Nothing is exported; the next run goes on."""
    lose_record(finished)

    @contextmanager
    def interrupted(run: Run) -> Iterator[None]:
        run.interrupt()
        yield

    outcome = start_run(finished, watch=interrupted)
    assert (outcome.state, outcome.exit_code) == ("Cancelled", 130)
    assert "sections are done and kept" in outcome.message
    assert start_run(finished).state == "Completed"


@pytest.mark.slow
def test_run_that_was_taken_over_meanwhile_writes_no_report(finished: RunRef) -> None:
    """The other one's files are left alone."""

    @contextmanager
    def taken(run: Run) -> Iterator[None]:
        OwnerFile(run.inputs.folder.path).replace(Machine.here().owner(""))
        yield

    outcome = start_run(finished, watch=taken)
    assert outcome.state == "Stopped"
    assert "Another run has taken the project over" in outcome.message


@pytest.mark.slow
def test_project_that_another_run_holds_is_skipped(new: RunRef) -> None:
    """That is told, and is no failure."""
    with begun(new):
        outcome = start_run(new)
    assert (outcome.state, outcome.exit_code) == ("Skipped", 0)


@pytest.mark.slow
def test_engine_is_asked_once_the_inputs_are_read(finished: RunRef) -> None:
    """It carries all the work, and what it raises goes to the caller; the project is free."""

    class Absent(ThreadEngine):
        def carry(self, run: Run, body: object) -> Outcome:
            assert run.inputs.project.name
            raise StoppedError("no server")

    with pytest.raises(StoppedError, match="no server"):
        start_run(finished, Absent())
    with begun(finished) as run:
        folder = run.inputs.folder
    Lease.take(folder).release()


def test_earlier_run_that_is_missing_is_bad_input(new: RunRef) -> None:
    """Before an engine is asked for anything."""
    ref = new.model_copy(update={"assignments": ("run_main_report=false",)})
    engine = Recording()
    with pytest.raises(ConfigError, match="no earlier run has written"):
        start_run(ref, engine)
    assert (engine.prepared, engine.steps) == (0, [])


@pytest.mark.slow
def test_watch_is_held_while_the_run_works(finished: RunRef) -> None:
    """From after the evidence to the end."""
    seen: list[str] = []

    def watched(run: Run) -> AbstractContextManager[None]:
        @contextmanager
        def hold() -> Iterator[None]:
            seen.append("begins" if run.sections.content_key(SECTION) else "too early")
            yield
            seen.append("ends")

        return hold()

    start_run(finished, watch=watched)
    assert seen == ["begins", "ends"]


@pytest.mark.slow
def test_outcome_of_errors_that_are_faults_goes_on(
    finished: RunRef, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A fault of the program is no outcome."""

    def wrong(*_: object, **__: object) -> None:
        raise CancelledError("nobody stops here")

    monkeypatch.setattr("factbook.runs.run_report.write_chapters", wrong)
    with pytest.raises(CancelledError):
        start_run(finished)
