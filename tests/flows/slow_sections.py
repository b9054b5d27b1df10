"""Loaded by Dask workers before they work: sections take their time."""

from __future__ import annotations

import time

from factbook.writing.job import Draft, SectionJob
from factbook.writing.offline.writer import OfflineWriter

SECONDS = 0.5


def dask_setup(worker: object) -> None:
    """Slow this process down.

    Args:
        worker: The worker, which is given by Dask.
    """
    write = OfflineWriter.write

    def slow(self: OfflineWriter, job: SectionJob) -> Draft:
        time.sleep(SECONDS)
        return write(self, job)

    OfflineWriter.write = slow  # type: ignore[method-assign]
