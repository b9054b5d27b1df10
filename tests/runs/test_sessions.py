"""Sessions that hold a project, and one that has lost it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from factbook.errors import CancelledError, StoppedError
from factbook.runs.claim import CLAIM
from factbook.runs.owner import BEAT_SECONDS, Machine
from factbook.runs.owner_file import OwnerFile
from factbook.runs.ref import RunRef
from factbook.runs.sessions import close_session, hold_session
from factbook.runs.unfinished import unfinished_since

MakeProject = Callable[..., Path]


def test_run_that_was_taken_over_saves_no_section(
    make_project: MakeProject, tmp_path: Path
) -> None:
    """It looks before it saves, not at the next heartbeat alone: it may have slept."""
    ref = RunRef(project=str(make_project()), out=str(tmp_path / "out"))
    session = hold_session(ref)
    try:
        session.prepare()
        first, second, *_ = (name for name in session.specs if name.startswith("1.1.1@"))
        session.write(first, ())
        assert session.folder.read_record(first) is not None
        OwnerFile(session.folder.path).replace(Machine.here().owner(""))
        with pytest.raises(StoppedError, match="Another run has taken the project over"):
            session.write(second, ())
        assert session.folder.read_record(second) is None
    finally:
        close_session(ref)


@pytest.mark.slow
def test_run_that_was_taken_over_begins_no_section_after_a_heartbeat(
    make_project: MakeProject, tmp_path: Path
) -> None:
    """Those that wait for an answer are let go as well."""
    ref = RunRef(project=str(make_project()), out=str(tmp_path / "out"))
    session = hold_session(ref)
    try:
        session.prepare()
        OwnerFile(session.folder.path).replace(Machine.here().owner(""))
        assert session.stop.wait(5 * BEAT_SECONDS)
        with pytest.raises(CancelledError):
            session.write(next(iter(session.specs)), ())
    finally:
        close_session(ref)


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
