"""What a process of a Dask cluster of our own does first: `flows.dask_cluster` names it to Dask."""

from __future__ import annotations

from server.settings_files import settings_files_pinned


def dask_setup(worker: object) -> None:
    """Import Prefect as the run has done, which may have been started in any folder.

    Args:
        worker: Dask's worker.
    """
    with settings_files_pinned():
        import prefect.context  # noqa: F401 - reads the settings
