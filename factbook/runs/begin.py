"""Beginning a run: the project is opened and held before anything of its folder is touched."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from factbook.config.projects_root import projects_root
from factbook.config.settings import require_inside
from factbook.folder.border import require_own
from factbook.folder.by_hand import changed_by_hand, keep_changed
from factbook.folder.claim import claim
from factbook.folder.commit import recover
from factbook.folder.history import keep_current
from factbook.folder.run_folder import RunFolder
from factbook.lease.lease import Lease
from factbook.project.dataframes import put_in_place
from factbook.project.ownership import check_owner, tell_missing
from factbook.project.project import Project
from factbook.runs.earlier_part import NO_PART, earlier_part
from factbook.runs.opening import project_of
from factbook.runs.publish import check_target, reach_target
from factbook.runs.ref import RunRef
from factbook.runs.run import Run
from factbook.runs.work_order import withdraw_any
from factbook.writing.job import Writer

log = logging.getLogger("factbook")


@contextmanager
def begun(
    ref: RunRef,
    writer: Writer | None = None,
    *,
    flow_run: str = "",
    inputs: Path | None = None,
    is_decided: bool = False,
) -> Iterator[Run]:
    """A run that holds its project inside the block; see `begin_run`."""
    run = begin_run(ref, writer, flow_run=flow_run, inputs=inputs, is_decided=is_decided)
    try:
        yield run
    finally:
        run.close()


def begin_run(
    ref: RunRef,
    writer: Writer | None = None,
    *,
    flow_run: str = "",
    inputs: Path | None = None,
    is_decided: bool = False,
) -> Run:
    """Open a project and take the lease of its run folder; `Run.close` gives it up.

    The lease comes before anything is read from or written to the run folder.

    Args:
        ref: The run.
        writer: Who writes; the configured writer when None.
        flow_run: Id of the Prefect flow run, where there is one already.
        inputs: The project as it is to stand in the project folder, inside the run folder, where
            it was made for this run; it is put there once the lease is held.
        is_decided: Whether a person decides about the report that stands, as a flow run's does
            that has waited for approval: no section is written again because it is unfinished.

    Raises:
        UserError: The project has errors, or the run folder is not the project's.
        ProjectBusyError: Another run works on the project.
        StoppedError: The run folder cannot be written to, or there is no place to publish to.
    """
    project = project_of(ref, inputs)
    if ref.out is not None:  # one inside the project is no link
        root = projects_root()
        require_inside(root, ref.out_folder, "the folder for results")
    folder = RunFolder.of(ref.out_folder, project.slug)
    require_own(folder.path, Path(ref.project), is_own_out=ref.out is None)
    check_owner(folder, replace(project, folder=Path(ref.project)))
    check_target(folder, project)
    folder.create()
    lease = Lease.take(folder, flow_run=flow_run)
    try:
        reach_target(folder, project)
        if recover(folder):
            log.info(
                "an earlier run was killed while it committed its files: the commit is finished now"
            )
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
        return Run(ref, project, lease, writer=writer, part=part, takes_standing=goes_on)
    except BaseException:
        lease.release()
        raise


def _keep(folder: RunFolder, project: Project, place: Path) -> None:
    """Keep what stands in a run folder and the run would lose.

    A report that was changed by hand is kept with its run, so that `adopt` can find out what an
    editor changed.
    """
    is_selection = project.outline.is_selection
    changed = changed_by_hand(folder, project.config.outputs, is_selection=is_selection)
    kept = keep_current(folder) if project.config.keep_runs or changed else None
    keep_changed(changed, kept or folder.path, place)
