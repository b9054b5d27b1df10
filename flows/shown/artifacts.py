"""Artifacts: made on a server that keeps them, and never a reason for a run to fail."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
from prefect.exceptions import PrefectException
from prefect.settings import PREFECT_LOGGING_TO_API_ENABLED
from slugify import slugify

log = logging.getLogger("factbook")


def are_kept() -> bool:
    """Whether the server keeps what it is told: the embedded one goes with its run."""
    return bool(PREFECT_LOGGING_TO_API_ENABLED.value())


def artifact_key(slug: str, what: str) -> str:
    """Key under which the server keeps the history of a project's artifact.

    Args:
        slug: Slug of the project.
        what: The artifact, such as ``summary``.
    """
    return slugify(f"{slug} {what}")


@contextmanager
def forgiving(what: str) -> Iterator[None]:
    """Tell in the log that the server could not be told something; the run goes on.

    Args:
        what: What it was to be told.
    """
    try:
        yield
    except (PrefectException, httpx.HTTPError) as error:
        log.warning("the Prefect server was not told %s: %s", what, error)
