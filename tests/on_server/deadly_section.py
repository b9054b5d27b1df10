"""Loaded by a Dask worker before it works: one section kills its process, each time."""

from __future__ import annotations

import os
import signal

from factbook.runs.author import Author
from factbook.writing.job import SectionJob
from factbook.writing.record import SectionRecord

DEADLY = "1.1.1@FR"


def dask_setup(worker: object) -> None:
    """Arm the process.

    Args:
        worker: The worker, which is given by Dask.
    """
    write = Author.record_of

    def deadly(self: Author, job: SectionJob, *others: object) -> SectionRecord:
        if job.section_id == DEADLY:
            os.kill(os.getpid(), signal.SIGKILL)
        return write(self, job, *others)  # type: ignore[arg-type]

    Author.record_of = deadly  # type: ignore[method-assign]
