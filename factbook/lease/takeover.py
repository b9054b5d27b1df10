"""Replacing the owner of a run folder: when it is allowed, and how it is done without locks."""

from __future__ import annotations

import logging
from pathlib import Path

from factbook.errors import ProjectBusyError, StoppedError, WaitingRunError
from factbook.lease.owner import Machine, Owner
from factbook.lease.owner_file import OwnerFile, create

_SAME_TIME_SECONDS = 1.0  # the precision of the coarsest file systems' times

log = logging.getLogger("factbook")


def replaceable(folder: Path, machine: Machine, flow_run: str, *, is_locked: bool) -> Owner | None:
    """The owner that a run may replace: dead, or this very flow run; None when there is none.

    Raises:
        ProjectBusyError: The owner is alive or waits, or its death is not proven.
        StoppedError: The owner file cannot be read.
    """
    file = OwnerFile(folder)
    try:
        owner = file.read()
        if owner is not None and owner.waiting_since:
            return _resumed(file, owner, flow_run)
        if owner is not None and machine.is_here(owner):
            return _dead_here(file, machine, owner, is_locked=is_locked)
        if not is_locked:
            raise busy(owner, _deletion(file, "this file system has no locks to prove that"))
        _refuse_alive_elsewhere(file, machine, owner)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise StoppedError(
            f"{file.path} cannot be read: {error.strerror}. Correct the folder's permissions, or "
            "give another folder with --out"
        ) from None
    return owner


def _resumed(file: OwnerFile, owner: Owner, flow_run: str) -> Owner:
    """The owner that waits for approval, if this is its flow run.

    Raises:
        WaitingRunError: This is another run.
    """
    if flow_run == owner.flow_run:
        return owner
    raise WaitingRunError(
        f"This project waits for approval: {owner}. Approve or reject its report; "
        f"if that flow run no longer exists, delete {file.path}",
        owner.flow_run,
        file.path.parent,
    )


def _dead_here(file: OwnerFile, machine: Machine, owner: Owner, *, is_locked: bool) -> Owner:
    """The owner, whose process on this machine is dead.

    Raises:
        ProjectBusyError: It is alive, or its death is not proven.
    """
    if machine.is_gone(owner):
        return owner
    # Without a lock only the start time distinguishes two processes with one id.
    is_silent = file.silent_seconds() > machine.dead_after_seconds
    if not machine.is_same(owner) and (is_locked or is_silent):
        return owner
    raise busy(owner)


def _refuse_alive_elsewhere(file: OwnerFile, machine: Machine, owner: Owner | None) -> None:
    """Make sure that an owner on another machine is dead; the lock is free.

    Raises:
        ProjectBusyError: It is alive, or its death is not proven.
    """
    silent_seconds, enough = file.silent_seconds(), machine.dead_after_seconds
    if -_SAME_TIME_SECONDS <= silent_seconds <= enough:
        raise busy(
            owner,
            f"Its last heartbeat is {max(silent_seconds, 0):.0f} s old; start again more than "
            f"{enough:.0f} s after it to find out whether that run is dead",
        )
    log.warning(
        "%s is held by a run that sends no heartbeats: %s. It is watched for %.0f s, then taken "
        "over",
        file.path.parent,
        described(owner),
        enough,
    )
    if not file.is_silent(machine):
        raise busy(file.read_if_there())


def replace_without_lock(
    folder: Path, machine: Machine, before: Owner | None, owner: Owner
) -> None:
    """Write the owner file so that only one of many processes succeeds.

    Raises:
        ProjectBusyError: Another run holds the lease.
    """
    file = OwnerFile(folder)
    if before is None:
        _create(file, file.path, owner)
        return
    # The process that creates this file may replace the owner, after checking again: another
    # process may have done so in between.
    marker = file.path.with_name(f"{file.path.name}.{before.token}")
    _create(file, marker)
    try:
        if replaceable(folder, machine, owner.flow_run, is_locked=False) != before:
            raise busy(file.read_if_there())
        file.replace(owner)
    finally:
        marker.unlink(missing_ok=True)


def _create(file: OwnerFile, path: Path, owner: Owner | None = None) -> None:
    """Create the owner file, or an empty marker beside it.

    Raises:
        ProjectBusyError: It exists.
    """
    try:
        if owner is None:
            create(path, b"")
        else:
            file.create(owner)
    except FileExistsError:
        raise busy(file.read_if_there(), f"If that run is dead, delete {path}") from None


def _deletion(file: OwnerFile, why: str) -> str:
    return f"If that run is dead, delete {file.path}: {why}"


def described(owner: Owner | None) -> str:
    """The owner in words, for a message."""
    return str(owner) if owner is not None else "its owner is not known"


def busy(owner: Owner | None, remedy: str = "") -> ProjectBusyError:
    """The error when another run holds the lease: who, since when, and what a person can do."""
    message = f"Another run is working on this project: {described(owner)}"
    return ProjectBusyError(f"{message}. {remedy}" if remedy else message)
