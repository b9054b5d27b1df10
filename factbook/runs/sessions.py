"""The sessions that are open in this process, one for each run."""

from __future__ import annotations

import logging
import threading
from dataclasses import replace
from pathlib import Path

from factbook.config.settings import (
    Settings,
    require_inside,
)
from factbook.folder.by_hand import (
    changed_by_hand,
    keep_changed,
)
from factbook.folder.claim import claim
from factbook.folder.commit import recover
from factbook.folder.history import keep_current
from factbook.folder.run_folder import RunFolder
from factbook.lease.lease import Lease
from factbook.project.frames import put_in_place
from factbook.project.ownership import (
    check_owner,
    tell_missing,
)
from factbook.project.project import (
    Project,
    open_project,
)
from factbook.runs.earlier_part import NO_PART, EarlierPart, earlier_part
from factbook.runs.publish import check_target, reach_target
from factbook.runs.ref import RunRef, WorkRef
from factbook.runs.results import make_results_folder
from factbook.runs.session import Session
from factbook.runs.work_order import withdraw_any
from factbook.runs.worker import worker_session
from factbook.writing.job import Writer

log = logging.getLogger("factbook")

_open: dict[RunRef, Session] = {}
_open_lock = threading.Lock()


def open_session(ref: RunRef, writer: Writer | None = None) -> Session:
    """The session of a run in this process, opened the first time.

    Args:
        ref: The run.
        writer: Who writes, when the session is not open yet; the configured writer when None.

    Raises:
        UserError: The project has errors.
        CancelledError: This process only works for the run, which stops or has ended.
        StoppedError: Likewise, and the project cannot be opened here as the run has opened it.
    """
    if isinstance(ref, WorkRef):
        return worker_session(ref)
    with _open_lock:
        session = _open.get(ref)
        if session is None:
            project = open_project(Path(ref.project), ref.assignments, strict=ref.strict)
            session = _open[ref] = Session(ref, project, writer)
        return session


def hold_session(
    ref: RunRef,
    writer: Writer | None = None,
    *,
    flow_run: str = "",
    inputs: Path | None = None,
    is_decided: bool = False,
) -> Session:
    """Take the lease of a project and open the session of a run that works on it.

    The lease comes before anything is read from or written to the run folder.

    Args:
        ref: The run.
        writer: Who writes; the configured writer when None.
        flow_run: Id of the Prefect flow run, where there is one already.
        inputs: The project as it is to stand in the project folder, inside the run folder, where
            it was made for this run; it is put there once the lease is held.
        is_decided: Whether a person decides about the report that stands, as a flow run's does
            that has waited for approval: no section is written anew because it is unfinished.

    Raises:
        UserError: The project has errors, or the run folder is not the project's.
        ProjectBusyError: Another run works on the project.
        StoppedError: The run folder cannot be written to, or there is no place to publish to.
    """
    project = open_project(inputs or Path(ref.project), ref.assignments, strict=ref.strict)
    if ref.out is not None:  # one inside the project may be linked to another disk
        root = Settings().factbook_projects_root
        require_inside(root, ref.out_folder, "the folder for results")
    folder = RunFolder.of(ref.out_folder, project.slug)
    check_owner(folder, replace(project, folder=Path(ref.project)))
    check_target(folder, project)
    folder.create()
    lease = Lease.take(folder, flow_run=flow_run)
    try:
        make_results_folder(ref.out_folder)
        reach_target(folder, project)
        if recover(folder.path):
            log.info("an earlier run was killed while it put its files in place: that is done now")
        withdraw_any(folder.path)  # of a run that was killed
        claim(folder.path, Path(ref.project))
        _keep(folder, project, Path(ref.project))
        if inputs is not None:
            put_in_place(inputs, Path(ref.project))
            project = replace(project, folder=Path(ref.project))
        goes_on = is_decided or lease.has_waited
        if not goes_on:
            tell_missing(folder)
        part = earlier_part(folder.path) if goes_on else NO_PART
        session = Session(ref, project, writer, lease, part=part, takes_standing=goes_on)
    except BaseException:
        lease.release()
        raise
    lease.when_lost(session.interrupt)
    with _open_lock:
        _open[ref] = session
    return session


def _keep(folder: RunFolder, project: Project, place: Path) -> None:
    """Keep what stands in a run folder and the run would lose.

    A report that was changed by hand is kept with its run, of which an editor's changes are told
    by `adopt`.
    """
    is_selection = project.outline.is_selection
    changed = changed_by_hand(folder, project.config.outputs, is_selection=is_selection)
    kept = keep_current(folder) if project.config.keep_runs or changed else None
    keep_changed(changed, kept or folder.path, place)


def begin_session(ref: RunRef, *, flow_run: str = "") -> Session:
    """The session that a flow run works with: one held for it, or a new one.

    Args:
        ref: The run.
        flow_run: Id of the flow run; empty when no server keeps it.

    Raises:
        UserError: The project has errors, or the run folder is not the project's.
        ProjectBusyError: Another run works on the project, of this process or another.
        StoppedError: The run folder cannot be written to.
    """
    session = _taken_up(ref)
    if session is None:
        session = hold_session(ref, flow_run=flow_run)
        session.is_begun = True
    elif flow_run and session.lease is not None:
        try:
            session.lease.held_by(flow_run)
        except BaseException:
            session.is_begun = False  # whoever holds it closes it
            raise
    return session


def _taken_up(ref: RunRef) -> Session | None:
    """A session that is held for a run which has not begun; None when there is none."""
    with _open_lock:
        session = _open.get(ref)
        if session is None or session.lease is None or session.is_begun:
            return None
        session.is_begun = True
    return session


def renew_session(
    ref: RunRef, writer: Writer | None = None, part: EarlierPart = NO_PART
) -> Session:
    """The session of a run that goes on with inputs that it has changed: its project read anew.

    Args:
        ref: The run.
        writer: Who writes; the configured writer when None.
        part: What it did before.

    Raises:
        UserError: The project has errors.
    """
    old = open_session(ref)
    project = open_project(Path(ref.project), ref.assignments, strict=ref.strict)
    session = Session(ref, project, writer, lease=old.lease, part=part)
    session.is_begun = old.is_begun
    session.progress.add_cost(old.progress.snapshot().cost_usd)
    old.lease = None
    old.close()
    if session.lease is not None:
        session.lease.when_lost(session.interrupt)
    with _open_lock:
        _open[ref] = session
    if old.stop.is_set():  # interrupted meanwhile: whoever did so knew the old one
        session.interrupt()
    return session


def current_session(session: Session) -> Session:
    """The session that works for a run now: another one where its project was read anew.

    Without the lock, so that a signal handler may ask.

    Args:
        session: The session that was opened for it.
    """
    return _open.get(session.ref, session)


def close_session(ref: RunRef) -> None:
    """Close a session, so that the next run of the project reads its inputs anew."""
    with _open_lock:
        session = _open.pop(ref, None)
    if session is not None:
        session.close()
