"""Artifacts: made on a server that keeps them, and never a reason for a run to fail."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
from prefect.exceptions import PrefectException
from prefect.settings import PREFECT_LOGGING_TO_API_ENABLED
from slugify import slugify

from factbook.config.projects_root import projects_root
from factbook.files.inside import is_inside

_DIGITS = 6
"""Of a digest in a key: enough to tell apart what is called alike, short enough to read over."""

log = logging.getLogger("factbook")


def are_kept() -> bool:
    """Whether the server keeps what it is sent: the embedded one goes with its run."""
    return bool(PREFECT_LOGGING_TO_API_ENABLED.value())


def artifact_key(folder: Path, slug: str, *what: str) -> str:
    """Key under which the server keeps the history of a project's artifact.

    Projects of one name in several folders have histories of their own: a digest of the folder
    stands behind the name. It is of the way from ``FACTBOOK_PROJECTS_ROOT``, where there is one,
    so that machines that have the projects in different places keep one history.

    Args:
        folder: The project folder.
        slug: Slug of the project.
        what: The artifact, such as ``chapter`` and ``1.1``; what a key cannot hold of it is
            distinguished by a digest.
    """
    return "-".join((slug, _digest(_place(folder)), *map(_part, what)))


def _place(folder: Path) -> str:
    root, place = projects_root(), folder.resolve()
    if root is not None and is_inside(place, root):
        place = place.relative_to(root.resolve())
    return place.as_posix()


def _part(text: str) -> str:
    """A text as part of a key: different texts are different parts."""
    part = slugify(text)
    return part if part == text else f"{part}-{_digest(text)}".lstrip("-")


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:_DIGITS]


@contextmanager
def forgiving(what: str) -> Iterator[None]:
    """Log that something could not be sent to the server; the run continues.

    Args:
        what: What was to be sent.
    """
    try:
        yield
    except (PrefectException, httpx.HTTPError) as error:
        log.warning("%s could not be sent to the Prefect server: %s", what, error)
