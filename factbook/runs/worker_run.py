"""A run in a process that only writes sections of it: it begins and ends elsewhere."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator, Mapping
from pathlib import Path

from factbook.errors import StoppedError, UserError
from factbook.project.project import Project
from factbook.runs.author import Author
from factbook.runs.control import RunControl
from factbook.runs.inputs import RunInputs
from factbook.runs.opening import project_of
from factbook.runs.ref import WorkRef
from factbook.runs.run import Run, open_calls
from factbook.runs.section_writer import SectionWriter
from factbook.runs.work_order import OrderWatch, WorkOrder
from factbook.writing.keys import Key


class WorkerRun:
    """Writes sections of a run under its work order.

    Args:
        ref: The run, as `work_ref` names it.

    Attributes:
        control: What the threads of this process share.
        sections: Writes the sections.

    Raises:
        StoppedError: The project cannot be opened here as the run has opened it.
    """

    def __init__(self, ref: WorkRef) -> None:
        inputs = RunInputs.of(ref, _opened(ref), takes_standing=ref.takes_standing)
        self._watch = watch(ref)
        self.control = RunControl(inputs.config.limits.max_workers, len(inputs.specs))
        self._calls = (
            None if inputs.is_offline else open_calls(inputs, self.control, is_owner=False)
        )
        author = Author(inputs, self._calls.writer if self._calls is not None else None)
        computing = self._calls.computing if self._calls is not None else None
        keys = _KeysOfFolder(inputs, author)
        self.sections = SectionWriter(inputs, self.control, author, computing, keys)

    def is_over(self) -> bool:
        """Whether the run stops, or has ended."""
        return self.control.stop.is_set() or self._watch.is_over()

    def close(self) -> None:
        """Stop what is at work, and close connections."""
        self.control.interrupt()
        if self._calls is not None:
            self._calls.stop()
            self._calls.close()


class _KeysOfFolder(Mapping[str, Key]):
    """Keys of sections, each computed when it is asked for, from its evidence in the folder."""

    def __init__(self, inputs: RunInputs, author: Author) -> None:
        self._inputs = inputs
        self._author = author

    def __getitem__(self, section_id: str) -> Key:
        evidence = self._inputs.folder.read_evidence(section_id)
        job = self._inputs.jobs.make(self._inputs.specs[section_id], evidence)
        return self._author.key_of(job)

    def __iter__(self) -> Iterator[str]:
        return iter(self._inputs.specs)

    def __len__(self) -> int:
        return len(self._inputs.specs)


def work_ref(run: Run) -> WorkRef:
    """Let other processes write sections of a run until it stops or ends, and name it to them.

    Raises:
        StoppedError: The run folder cannot be written to.
    """
    inputs = run.inputs
    ref = inputs.ref
    order = WorkOrder(inputs.folder.path.resolve())
    run.control.issue_order(order)
    return WorkRef(
        project=str(Path(ref.project).resolve()),
        assignments=ref.assignments,
        out=str(ref.out_folder.resolve()),
        strict=ref.strict,
        fail_on_change=ref.fail_on_change,
        is_trusted=ref.is_trusted,
        may_raise_limits=ref.may_raise_limits,
        folder=str(order.folder),
        order=order.id,
        inputs=inputs.project.inputs_id,
        takes_standing=inputs.takes_standing,
    )


def watch(ref: WorkRef) -> OrderWatch:
    """Tells when the work order of a run is over.

    Args:
        ref: The run.
    """
    return OrderWatch(WorkOrder(Path(ref.folder), ref.order))


def _opened(ref: WorkRef) -> Project:
    here = f"process {os.getpid()} on {socket.gethostname()}"
    try:
        project = project_of(ref)
    except UserError as error:
        raise StoppedError(
            f"The worker, {here}, cannot open the project {ref.project}: {error} All workers need "
            "the project and the results under the same paths, and the same environment"
        ) from None
    if project.inputs_id != ref.inputs:
        raise StoppedError(
            f"The worker, {here}, finds another configuration or prompt sheet in {ref.project} "
            "than the run has read: they were changed meanwhile, or the folder is another one "
            "there. Run the same command again"
        )
    return project
