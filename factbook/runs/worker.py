"""Sessions of a process that only writes sections of runs, which begin and end elsewhere.

Such a process may live long and see many runs, of one project too: each has a work order of its
own, and its session goes when that is over.
"""

from __future__ import annotations

import os
import socket
import threading
from collections.abc import Iterator, Mapping
from functools import cached_property
from pathlib import Path

from factbook.errors import CancelledError, StoppedError, UserError
from factbook.project.project import (
    Project,
    open_project,
)
from factbook.runs.ref import WorkRef
from factbook.runs.session import Session
from factbook.runs.work_order import OrderWatch, WorkOrder
from factbook.writing.keys import Key

SECONDS_BETWEEN_LOOKS = 0.5
"""At the order. After a cancel a worker makes no call for longer than that."""

_open: dict[WorkRef, WorkerSession] = {}
_open_lock = threading.Lock()


class WorkerSession(Session):
    """A run in a process that only writes sections of it.

    Args:
        ref: Its name.
        project: The opened project.
    """

    is_owner = False

    def __init__(self, ref: WorkRef, project: Project) -> None:
        super().__init__(ref, project, takes_standing=ref.takes_standing)
        self._watch = OrderWatch(WorkOrder(Path(ref.folder), ref.order))

    @cached_property
    def keys(self) -> Mapping[str, Key]:
        """Section id → key without upstream, from the evidence that the run has written."""
        return _KeysOfFolder(self)

    def is_over(self) -> bool:
        """Whether the run stops, or has ended."""
        return self.stop.is_set() or self._watch.is_over()


class _KeysOfFolder(Mapping[str, Key]):
    """Keys of sections, each made when it is asked for from its evidence in the run folder."""

    def __init__(self, session: WorkerSession) -> None:
        self._session = session

    def __getitem__(self, section_id: str) -> Key:
        session = self._session
        evidence = session.folder.read_evidence(section_id)
        return session.key_of(session.jobs.make(session.specs[section_id], evidence))

    def __iter__(self) -> Iterator[str]:
        return iter(self._session.specs)

    def __len__(self) -> int:
        return len(self._session.specs)


def worker_session(ref: WorkRef) -> WorkerSession:
    """The session of a run that this process works for, opened the first time.

    Args:
        ref: The run, as `Session.hand_out` names it.

    Raises:
        CancelledError: The run stops, or has ended.
        StoppedError: The project cannot be opened here as the run has opened it.
    """
    with _open_lock:
        session = _open.get(ref)
        if session is not None and not session.is_over():
            return session
        if session is not None or OrderWatch(WorkOrder(Path(ref.folder), ref.order)).is_over():
            raise CancelledError("the run that handed out this section stops, or has ended")
        session = _open[ref] = WorkerSession(ref, _opened(ref))
    threading.Thread(target=_watch, args=(session, ref), name="work order", daemon=True).start()
    return session


def _opened(ref: WorkRef) -> Project:
    here = f"process {os.getpid()} on {socket.gethostname()}"
    try:
        project = open_project(Path(ref.project), ref.assignments, strict=ref.strict)
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


def _watch(session: WorkerSession, ref: WorkRef) -> None:
    """Stop and close a session as soon as its run stops or has ended."""
    while not session.stop.wait(SECONDS_BETWEEN_LOOKS) and not session.is_over():
        pass
    session.interrupt()
    with _open_lock:
        _open.pop(ref, None)
    session.close()
