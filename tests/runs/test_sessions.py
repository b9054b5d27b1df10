"""Sessions that hold a project, and one that has lost it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from factbook.runs.session import Session
from factbook.runs.sessions import (
    begin_session,
    close_session,
    current_session,
    hold_session,
    renew_session,
)

from factbook.errors import CancelledError, StoppedError
from factbook.folder.claim import CLAIM
from factbook.folder.unfinished import unfinished_since
from factbook.lease.owner import (
    BEAT_SECONDS,
    Machine,
)
from factbook.lease.owner_file import OwnerFile
from factbook.project.project import (
    Project,
    open_project,
)
from factbook.runs.ref import RunRef

MakeProject = Callable[..., Path]


@pytest.fixture
def held(make_project: MakeProject, tmp_path: Path) -> Iterator[Session]:
    """A session that holds a project, its evidence computed."""
    ref = RunRef(project=str(make_project()), out=str(tmp_path / "out"))
    session = hold_session(ref)
    try:
        session.prepare()
        yield session
    finally:
        close_session(ref)


def test_run_that_was_taken_over_saves_no_section(held: Session) -> None:
    """It looks before it saves, not at the next heartbeat alone: it may have slept."""
    first, second, *_ = (name for name in held.specs if name.startswith("1.1.1@"))
    held.write(first, ())
    assert held.folder.read_record(first) is not None
    OwnerFile(held.folder.path).replace(Machine.here().owner(""))
    with pytest.raises(StoppedError, match="Another run has taken the project over"):
        held.write(second, ())
    assert held.folder.read_record(second) is None


@pytest.mark.slow
def test_run_that_was_taken_over_begins_no_section_after_a_heartbeat(held: Session) -> None:
    """It stops as by Ctrl-C."""
    OwnerFile(held.folder.path).replace(Machine.here().owner(""))
    assert held.stop.wait(5 * BEAT_SECONDS)
    with pytest.raises(CancelledError):
        held.write(next(iter(held.specs)), ())


def test_run_that_cannot_name_its_flow_run_has_not_begun(
    held: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever holds the project for it then lets it go; the next run has it."""

    def full(*_: object) -> None:
        raise StoppedError("the disk is full")

    with monkeypatch.context() as patch:
        patch.setattr(OwnerFile, "replace", full)
        with pytest.raises(StoppedError, match="full"):
            begin_session(held.ref, flow_run="a-flow-run")
    assert not held.is_begun
    assert begin_session(held.ref, flow_run="a-flow-run") is held
    assert held.is_begun


def test_interrupt_while_the_project_is_read_anew_stops_the_run_that_goes_on(
    held: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who interrupts knows the session before; reading takes seconds."""

    def interrupted(*arguments: Any, **options: Any) -> Project:
        held.interrupt()
        return open_project(*arguments, **options)

    monkeypatch.setattr("factbook.runs.sessions.open_project", interrupted)
    renewed = renew_session(held.ref)
    assert renewed is current_session(held)
    assert renewed.stop.is_set()


def test_run_marks_and_claims_the_folder_before_it_changes_it(
    make_project: MakeProject, tmp_path: Path
) -> None:
    """The claim when it holds the lease, the mark with the first evidence."""
    ref = RunRef(project=str(make_project()), out=str(tmp_path / "out"))
    session = hold_session(ref)
    try:
        assert (session.folder.path / CLAIM).is_file()
        assert unfinished_since(session.folder.path) is None
        session.prepare()
        assert unfinished_since(session.folder.path)
    finally:
        close_session(ref)
