"""A run that holds its project, one that has lost it, and one that reads it anew."""

from __future__ import annotations

from typing import Any

import pytest

from factbook.edits.notes import NOTES
from factbook.edits.section_texts import text_path
from factbook.errors import CancelledError, StoppedError
from factbook.lease.owner import HEARTBEAT_SECONDS, Machine
from factbook.lease.owner_file import OwnerFile
from factbook.project.project import Project, open_project
from factbook.runs.begin import begun
from factbook.runs.earlier_part import EarlierPart
from factbook.runs.ref import RunRef
from factbook.runs.run import Run


def take_over(run: Run) -> None:
    """Another run takes the project."""
    OwnerFile(run.inputs.folder.path).replace(Machine.here().owner(""))


@pytest.mark.slow
def test_run_that_was_taken_over_saves_no_section(held: Run) -> None:
    """It looks before it saves, not at the next heartbeat alone: it may have slept."""
    first, second, *_ = (name for name in held.inputs.specs if name.startswith("1.1.1@"))
    held.sections.write(first)
    assert held.inputs.folder.read_record(first) is not None
    take_over(held)
    with pytest.raises(StoppedError, match="Another run has taken the project over"):
        held.sections.write(second)
    assert held.inputs.folder.read_record(second) is None


@pytest.mark.slow
def test_run_that_was_taken_over_begins_no_section_after_a_heartbeat(held: Run) -> None:
    """It stops as by Ctrl-C."""
    take_over(held)
    assert held.control.stop.wait(5 * HEARTBEAT_SECONDS)
    with pytest.raises(CancelledError):
        held.sections.write(next(iter(held.inputs.specs)))


@pytest.mark.slow
def test_interrupt_while_the_project_is_read_anew_stops_the_run_that_goes_on(
    held: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Reading takes seconds."""

    def interrupted(*arguments: Any, **options: Any) -> Project:
        held.interrupt()
        return open_project(*arguments, **options)

    monkeypatch.setattr("factbook.runs.opening.open_project", interrupted)
    held.renew()
    assert held.control.stop.is_set()
    held.prepare()
    with pytest.raises(CancelledError):
        held.sections.write(next(iter(held.inputs.specs)))


@pytest.mark.slow
def test_interrupt_while_the_project_is_read_anew_stops_the_new_calls(
    new: RunRef, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They are opened after the stop."""
    monkeypatch.setenv("OPENAI_API_KEY", "sk-none")
    monkeypatch.setenv("OPENAI_BASE_URL", "http://127.0.0.1:9")
    stopped: list[object] = []
    by_model = new.model_copy(update={"assignments": ("provider=openai",)})
    with begun(by_model) as run:
        before = run.calls
        assert before is not None
        run.control.stop.set()  # the calls of before were stopped by whoever did so
        monkeypatch.setattr(type(before), "stop", lambda calls: stopped.append(calls))
        run.renew()
        assert run.calls is not before
        assert stopped == [run.calls]


@pytest.mark.slow
def test_renewed_run_reads_what_was_noted_and_holds_the_project_on(held: Run) -> None:
    """Its cost counts on, its sections are counted anew, and their keys know the note."""
    lease, control = held.control.lease, held.control
    section_id = next(iter(held.inputs.specs))
    before = held.sections.content_key(section_id)
    held.sections.write(section_id)
    control.progress.finish(section_id, "written")
    control.progress.add_cost(1.5)
    project = held.inputs.project.folder
    note = text_path(project / NOTES, section_id)
    note.parent.mkdir()
    note.write_text("Shorter.\n", encoding="utf-8")

    held.renew(EarlierPart(elapsed_seconds=9.0))
    assert held.inputs.project.notes.asked[section_id].startswith("Shorter.")
    assert (held.control, held.control.lease) == (control, lease)
    assert held.part.elapsed_seconds == 9.0
    snapshot = control.progress.snapshot()
    assert (snapshot.done, snapshot.cost_usd) == (0, 1.5)
    held.prepare()
    assert held.sections.content_key(section_id) == before  # the offline writer reads no note
    held.renew()
    assert held.part.elapsed_seconds == 9.0


@pytest.mark.slow
def test_renewed_run_no_longer_takes_what_stands(finished: RunRef) -> None:
    """A person has asked for something else than the report that they were shown."""
    with begun(finished, is_decided=True) as run:
        run.renew()
        assert not run.inputs.takes_standing
