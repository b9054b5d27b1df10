"""Runs in processes that only write sections: the run's own keys, and an end with the run."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from factbook.errors import CancelledError, StoppedError
from factbook.runs.begin import begun
from factbook.runs.ref import RunRef
from factbook.runs.run import Run
from factbook.runs.worker_run import WorkerRun, work_ref


@pytest.fixture
def worker(held: Run) -> Iterator[WorkerRun]:
    """A process that works for the run."""
    run = WorkerRun(work_ref(held))
    yield run
    run.close()


@pytest.mark.slow
def test_keys_are_those_of_the_run(
    held: Run, worker: WorkerRun, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of all kinds of sections, read back from the run folder: no evidence is computed again."""
    monkeypatch.setattr("factbook.runs.section_writer.evidence_of", None)
    worker.sections.prepare()
    specs = held.inputs.specs
    assert len({spec.kind for spec in specs.values()}) == 4
    for name in specs:
        assert worker.sections.content_key(name) == held.sections.content_key(name)


@pytest.mark.slow
def test_a_worker_writes_what_the_run_would_write(held: Run, worker: WorkerRun) -> None:
    """The record is saved in the run folder, from which the run can read it."""
    name = next(iter(held.inputs.specs))
    written = worker.sections.write(name)
    assert (written.is_new, written.record.status) == (True, "written")
    assert held.sections.standing(name) == written.record
    (held.inputs.folder.records_folder / f"{name}.json").unlink()
    again = held.sections.write(name)
    assert again.is_new
    same = {"seconds": 0}
    assert again.record.model_copy(update=same) == written.record.model_copy(update=same)


@pytest.mark.slow
def test_a_worker_takes_over_what_stands(held: Run, worker: WorkerRun) -> None:
    """As the run does; also what is not finished, where a person decides."""
    name = next(iter(held.inputs.specs))
    record = held.sections.write(name).record
    assert worker.sections.write(name).is_new is False
    unfinished = record.model_copy(update={"status": "degraded", "reason": "no answer"})
    held.inputs.folder.save_record(unfinished)
    ref = work_ref(held).model_copy(update={"takes_standing": True})
    deciding = WorkerRun(ref)
    assert deciding.sections.write(name).record == unfinished
    deciding.close()
    assert worker.sections.write(name).is_new is True


@pytest.mark.slow
@pytest.mark.parametrize(
    "end", [Run.interrupt, lambda run: run.control.withdraw_order()], ids=["stop", "end"]
)
def test_a_worker_is_over_with_its_run(
    held: Run, worker: WorkerRun, end: Callable[[Run], None]
) -> None:
    """Once it is closed, nothing begins any more."""
    assert not worker.is_over()
    end(held)
    assert worker.is_over()
    worker.close()
    with pytest.raises(CancelledError):
        worker.sections.write(next(iter(held.inputs.specs)))


@pytest.mark.slow
def test_run_that_stops_meanwhile_hands_nothing_out(held: Run) -> None:
    """The order that it issues is over at once."""
    held.interrupt()
    worker = WorkerRun(work_ref(held))
    assert worker.is_over()
    worker.close()


@pytest.mark.slow
def test_later_order_ends_the_one_before(held: Run, worker: WorkerRun) -> None:
    """Such as after an approval."""
    later = WorkerRun(work_ref(held))
    assert worker.is_over()
    assert not later.is_over()
    later.close()


def test_paths_of_an_order_are_absolute(
    new: RunRef, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A worker stands in another folder."""
    monkeypatch.chdir(tmp_path)
    with begun(RunRef(project=Path(new.project).name, out="results")) as run:
        ref = work_ref(run)
    assert (ref.project, ref.out) == (new.project, str(tmp_path / "results"))
    assert Path(ref.folder).is_absolute()


@pytest.mark.slow
def test_another_sheet_than_the_run_has_read_stops_it(held: Run) -> None:
    """The sentence names the process, the folder and the remedy."""
    ref = work_ref(held)
    file = held.inputs.project.folder / "project.toml"
    text = file.read_text(encoding="utf-8")
    file.write_text(f'main_context = "Another one"\n{text}', encoding="utf-8")
    with pytest.raises(StoppedError, match="another configuration or prompt sheet in .*project"):
        WorkerRun(ref)


def test_a_project_that_is_not_there_stops_it(held: Run) -> None:
    """As on a machine that does not share the folder."""
    ref = work_ref(held).model_copy(update={"project": "/nowhere"})
    with pytest.raises(StoppedError, match="cannot open the project /nowhere"):
        WorkerRun(ref)
