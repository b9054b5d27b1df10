"""The last step of a run: which report its readers get, and what is said of it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from factbook.data.cleaning import plural
from factbook.errors import StoppedError
from factbook.folder.manifest import Manifest
from factbook.runs.manifest import Outcome
from factbook.runs.publish import Published, publish
from factbook.runs.session import Session


def publish_report(
    session: Session, told: Outcome, *, is_approved: bool = False
) -> tuple[Outcome, tuple[Published, ...]]:
    """Copy a complete report to where its readers look; an incomplete one replaces no good one.

    Args:
        session: The run; its files are switched over.
        told: How it ended.
        is_approved: Whether a person wants this very report published, with what it lacks.

    Returns:
        How the run ended with that, and the files that readers find.
    """
    if session.config.publish.to is None:
        return told, ()
    manifest = Manifest.read(session.folder.path)  # of the report that stands
    state = manifest.outcome.state if manifest is not None else ""
    if state == "Incomplete" and not is_approved:
        return replace(told, message=f"{told.message}; not published, as it is incomplete"), ()
    if state not in ("Completed", "Incomplete"):
        return told, ()
    try:
        files = publish(session.folder, Path(session.ref.project), session.config.publish)
    except StoppedError as error:
        return Outcome("Stopped", 3, str(error)), ()
    copied = sum(file.is_new for file in files)
    if not copied:
        return told, files
    place = files[0].folder
    message = f"{told.message}; {plural(copied, 'file')} copied to {place}"
    return replace(told, message=message), files
