"""Loaded by a Dask worker before it works: one section kills its process, each time."""

from __future__ import annotations

import os
import signal

from factbook.runs.session import Session

from factbook.writing.job import SectionJob
from factbook.writing.record import SectionRecord

DEADLY = "1.1.1@FR"


def dask_setup(worker: object) -> None:
    """Arm the process.

    Args:
        worker: The worker, which is given by Dask.
    """
    write = Session.record_of

    def deadly(self: Session, job: SectionJob, *others: object) -> SectionRecord:
        if job.section_id == DEADLY:
            os.kill(os.getpid(), signal.SIGKILL)
        return write(self, job, *others)  # type: ignore[arg-type]

    Session.record_of = deadly  # type: ignore[method-assign]
