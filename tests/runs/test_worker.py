"""Sessions of processes that only write sections: the run's own keys, and an end with the run."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from factbook.runs.session import Session
from factbook.runs.sessions import close_session, hold_session, open_session
from factbook.runs.worker import WorkerSession

from factbook.errors import CancelledError, StoppedError
from factbook.runs.ref import RunRef
from factbook.writing.offline import OfflineWriter

ALL_KINDS = "add_introduction_to_task = true\nadd_sub_task_summary = true\n"


@pytest.fixture
def project(make_project: Callable[..., Path]) -> Path:
    """A project with sections of all kinds."""
    return make_project(before=ALL_KINDS)


@pytest.fixture
def session(project: Path, tmp_path: Path) -> Iterator[Session]:
    """A run of it that has computed its evidence."""
    ref = RunRef(project=str(project), out=str(tmp_path / "out"))
    held = hold_session(ref)
    held.prepare()
    yield held
    close_session(ref)


def test_keys_are_those_of_the_run(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of all kinds of sections, read back from the run folder: no evidence is computed again."""
    worker = open_session(session.hand_out())
    assert isinstance(worker, WorkerSession)
    monkeypatch.setattr("factbook.runs.session.evidence_of", None)
    assert len({spec.kind for spec in worker.specs.values()}) == 4
    assert dict(worker.keys) == dict(session.keys)


def test_a_worker_writes_what_the_run_would_write(session: Session) -> None:
    """The record is saved in the run folder, from which the run can read it."""
    worker = open_session(session.hand_out())
    section_id = next(iter(session.specs))
    record = worker.write(section_id, [])
    assert record.status == "written"
    assert session.saved(section_id, []) == record
    again = session.write(section_id, [])
    assert again.model_copy(update={"seconds": 0}) == record.model_copy(update={"seconds": 0})


def test_a_session_serves_its_run_alone(session: Session) -> None:
    """It is opened once; a later order of the project, such as after an approval, is another."""
    first = session.hand_out()
    worker = open_session(first)
    assert open_session(first) is worker
    second = session.hand_out()
    assert open_session(second) is not worker
    with pytest.raises(CancelledError):
        open_session(first)


@pytest.mark.parametrize("end", [Session.interrupt, Session.take_back])
def test_a_worker_stops_with_its_run(session: Session, end: Callable[[Session], None]) -> None:
    """A section that waits for its turn is let go, nothing begins any more, the session goes."""
    ref = session.hand_out()
    worker = open_session(ref)
    end(session)
    assert worker.stop.wait(10)
    with pytest.raises(CancelledError):
        worker.write(next(iter(session.specs)), [])
    with pytest.raises(CancelledError):
        open_session(ref)


def test_another_sheet_than_the_run_has_read_stops_it(session: Session, project: Path) -> None:
    """The sentence names the process, the folder and the remedy."""
    ref = session.hand_out()
    file = project / "project.toml"
    text = file.read_text(encoding="utf-8")
    file.write_text(f'main_context = "Another one"\n{text}', encoding="utf-8")
    with pytest.raises(StoppedError, match="another configuration or prompt sheet in .*project"):
        open_session(ref)


def test_a_project_that_is_not_there_stops_it(session: Session) -> None:
    """As on a machine that does not share the folder."""
    ref = session.hand_out().model_copy(update={"project": "/nowhere"})
    with pytest.raises(StoppedError, match="cannot open the project /nowhere"):
        open_session(ref)


def test_a_new_run_withdraws_what_a_killed_one_has_handed_out(
    session: Session, project: Path, tmp_path: Path
) -> None:
    """Its workers must not go on under the lease of another run."""
    ref = session.hand_out()
    assert session.lease is not None
    assert session.order is not None
    session.lease.release()  # as the system does it for a process that is killed
    second = RunRef(project=str(project), out=str(tmp_path / "out"), strict=False)
    hold_session(second, OfflineWriter())
    assert not session.order.path.exists()
    with pytest.raises(CancelledError):
        open_session(ref)
