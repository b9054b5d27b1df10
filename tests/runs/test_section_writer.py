"""The writer of sections: what stands already, what has changed, and the work on one."""

from __future__ import annotations

import gc
import json
import weakref
from collections.abc import Iterator
from pathlib import Path

import pytest

from factbook.runs.begin import begun
from factbook.runs.ref import RunRef
from factbook.runs.run import Run
from factbook.writing.job import Draft, SectionJob
from factbook.writing.offline import OfflineWriter
from factbook.writing.record import SectionRecord
from tests.runs.test_plan import set_cell

FIRST = "1.2.1@AT"
AFTER = "3.1.2@AT"
"""Refers to the first."""


@pytest.fixture
def run(finished: RunRef) -> Iterator[Run]:
    """A run whose report stands, and which has not looked yet."""
    with begun(finished) as run:
        yield run


def changes(run: Run) -> int:
    """How often a run says that there is something to write, while it prepares."""
    told: list[None] = []
    run.prepare(lambda: told.append(None))
    return len(told)


def record(run: Run, section_id: str) -> SectionRecord:
    """What stands in the run folder."""
    found = run.inputs.folder.read_record(section_id)
    assert found is not None
    return found


def make_unfinished(run: Run, section_id: str) -> None:
    """The model was away when the section was written."""
    again = {"status": "degraded", "reason": "no answer"}
    run.inputs.folder.save_record(record(run, section_id).model_copy(update=again))


@pytest.mark.slow
def test_first_run_writes_and_says_so(new: RunRef) -> None:
    """As soon as the first section is known; all of them are to be written."""
    with begun(new) as run:
        assert changes(run) == len(run.inputs.specs)
        assert all(run.sections.standing(name) is None for name in run.inputs.specs)


@pytest.mark.slow
def test_unchanged_report_needs_nothing(run: Run) -> None:
    """No engine has to get ready; every record stands, in all chapters."""
    assert changes(run) == 0
    found = [
        record.section_id
        for chapter in run.inputs.project.outline.to_write
        for record in run.sections.unchanged(chapter)
    ]
    assert sorted(found) == sorted(run.inputs.specs)


def test_evidence_is_computed_once(run: Run) -> None:
    """Whoever prepares a run that is prepared has nothing to wait for."""
    run.prepare()
    evidence = run.inputs.folder.evidence_folder / f"{FIRST}.json"
    evidence.unlink()
    assert changes(run) == 0
    assert not evidence.exists()


@pytest.mark.slow
def test_changed_cell_is_a_change(finished: RunRef) -> None:
    """Of its sections alone."""
    set_cell(Path(finished.project), "Austria", "2.91")
    with begun(finished) as run:
        assert 0 < changes(run) < len(run.inputs.specs)
        assert run.sections.standing(FIRST) is None
        assert any(run.sections.standing(name) for name in run.inputs.specs)


@pytest.mark.slow
@pytest.mark.parametrize("lost", [FIRST, AFTER])
def test_lost_record_is_a_change(run: Run, lost: str) -> None:
    """Wherever it stands along the edges."""
    (run.inputs.folder.records_folder / f"{lost}.json").unlink()
    assert changes(run) >= 1
    assert run.sections.standing(lost) is None


def test_unfinished_section_is_tried_again(run: Run) -> None:
    """Its record is this run's, but it does not stand."""
    make_unfinished(run, FIRST)
    assert changes(run) >= 1
    assert run.sections.saved(FIRST) == record(run, FIRST)
    assert run.sections.standing(FIRST) is None
    written = run.sections.write(FIRST)
    assert (written.is_new, written.record.status) == (True, "written")


@pytest.mark.slow
def test_unfinished_section_stays_while_a_person_decides(finished: RunRef) -> None:
    """They must not get another one than they were shown."""
    with begun(finished, is_decided=True) as run:
        make_unfinished(run, FIRST)
        assert changes(run) == 0
        written = run.sections.write(FIRST)
        assert (written.is_new, written.record.status) == (False, "degraded")


@pytest.mark.slow
def test_section_that_stands_is_taken_over_without_work(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No writer is asked, and its file stays as it is."""
    run.prepare()
    path = run.inputs.folder.records_folder / f"{FIRST}.json"
    before = path.stat().st_mtime_ns
    monkeypatch.setattr(OfflineWriter, "write", None)
    written = run.sections.write(FIRST)
    assert written.is_new is False
    assert written.record == record(run, FIRST)
    assert path.stat().st_mtime_ns == before


def test_section_is_written_once(held: Run) -> None:
    """A second try finds it in the folder, under the key of this run."""
    first = held.sections.write(FIRST)
    assert (first.is_new, first.record.status) == (True, "written")
    assert first.record == record(held, FIRST)
    assert first.record.key == held.sections.content_key(FIRST).value
    again = held.sections.write(FIRST)
    assert (again.is_new, again.record) == (False, first.record)


class Quoting(OfflineWriter):
    """Writes what the section follows on from, or fails."""

    def __init__(self, words: str) -> None:
        super().__init__(add_summary=False)
        self.words = words

    def write(self, job: SectionJob) -> Draft:
        """The texts before it, and a word of its own."""
        if not self.words:
            raise ValueError("no words")
        before = "".join(upstream.text for upstream in job.upstream)
        return (
            super().write(job).model_copy(update={"source_text": f"{self.words} {before}".strip()})
        )


@pytest.fixture
def by_model(new: RunRef, monkeypatch: pytest.MonkeyPatch) -> RunRef:
    """A run whose sections read the texts before them; nobody is asked."""
    monkeypatch.setenv("OPENAI_API_KEY", "sk-none")
    monkeypatch.setenv("OPENAI_BASE_URL", "http://127.0.0.1:9")
    return new.model_copy(update={"assignments": ("provider=openai",)})


@pytest.mark.slow
def test_text_before_a_section_is_read_from_the_folder(by_model: RunRef) -> None:
    """It enters the key: another text has what follows on from it written anew."""
    with begun(by_model, Quoting("Sun.")) as run:
        run.prepare()
        run.sections.write(FIRST)
        assert run.sections.write(AFTER).record.text == "Sun. Sun."
        assert run.sections.standing(AFTER) is not None
        other = record(run, FIRST).model_copy(update={"source_text": "Wind."})
        run.inputs.folder.save_record(other)
        assert run.sections.standing(AFTER) is None
        assert run.sections.write(AFTER).record.text == "Sun. Wind."


@pytest.mark.slow
def test_what_follows_on_from_a_section_that_is_written_anew_is_not_unchanged(
    by_model: RunRef,
) -> None:
    """Of the same chapter: its text may be another one. Prepared, the run says so too."""
    task, summary = "1.2.1@AT", "1.2#summary@AT"
    with begun(by_model, Quoting("Sun.")) as run:
        run.prepare()
        for spec in run.inputs.chapter("1").in_order_of_edges():
            run.sections.write(spec.id)
        everything = {one.section_id for one in run.sections.unchanged(run.inputs.chapter("1"))}
        assert {task, summary} <= everything
        make_unfinished(run, task)
        found = {one.section_id for one in run.sections.unchanged(run.inputs.chapter("1"))}
        assert not {task, summary} & found
        assert found


@pytest.mark.slow
def test_failure_of_a_section_becomes_its_status(by_model: RunRef) -> None:
    """It is saved under its key, tried again by the next run, and told to what follows on."""
    with begun(by_model, Quoting("")) as run:
        run.prepare()
        written = run.sections.write(FIRST)
        assert (written.is_new, written.record.status) == (True, "failed")
        assert written.record.reason == "ValueError: no words"
        assert written.record == record(run, FIRST)
        assert run.sections.saved(FIRST) is not None
        assert run.sections.standing(FIRST) is None
        body = json.loads(run.inputs.folder.records_folder.joinpath(f"{FIRST}.json").read_bytes())
        assert body["status"] == "failed"
        snapshot = run.control.progress.snapshot()
        assert snapshot.in_flight == 0


@pytest.mark.slow
def test_what_evidence_was_derived_from_is_forgotten_once_it_is_written(new: RunRef) -> None:
    """It takes as much memory as the data, and the run folder has the evidence."""
    with begun(new) as run:
        builder = run.inputs.project.builder
        before = weakref.ref(builder._deriver)
        run.prepare()
        gc.collect()
        assert before() is None
        section = run.inputs.specs[FIRST]
        assert section.sub_task is not None
        again = builder.build(FIRST, section.sub_task, section.place)
        kept = run.inputs.folder.read_evidence(FIRST)
        assert kept is not None
        assert again.facts == kept.facts  # which section tells what, the whole report decides
