"""Entries of a folder that others may have filled: regular files and folders of its user's own.

Looked at before a command reads or writes anything there. What may be opened all the same is
looked at again when it is (`factbook.files.regular_files`).
"""

from __future__ import annotations

import os
import stat
from collections.abc import Container, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from factbook.errors import Finding
from factbook.files.regular_files import kind_of

_NAMED = 5
"""Entries that a message names; further ones are counted."""

_OF_EDITORS = ".#"
"""Beginning of the links that Emacs makes beside a file that is being changed; nothing uses one."""

_ROOT = 0


@dataclass(frozen=True)
class Owners:
    """Who may own what a command uses.

    Attributes:
        users: The user, root, and whoever owns the project: in a container root works in a folder
            of the user's.
        groups: Groups of the user: what belongs to one, in a folder that the group may write to,
            is a team's.
    """

    users: frozenset[int]
    groups: frozenset[int]

    @classmethod
    def of(cls, folder: Path) -> Owners:
        """Those of a project, or of a run folder that is only read."""
        users = {_ROOT, os.geteuid()}
        if folder.exists():
            users.add(folder.stat().st_uid)
        return cls(frozenset(users), frozenset((os.getegid(), *os.getgroups())))

    def are_of(self, found: os.stat_result, parent: os.stat_result) -> bool:
        """Whether one of them owns an entry.

        Args:
            found: The entry.
            parent: The folder that holds it.
        """
        is_team = parent.st_mode & stat.S_IWGRP and found.st_gid == parent.st_gid
        return found.st_uid in self.users or bool(is_team and found.st_gid in self.groups)


def strange(
    folder: Path, owners: Owners, code: str, what: str, *, inside: Container[str] = ()
) -> Finding | None:
    """What is said of a folder in which something else stands than files and folders of one's own.

    That is a link, a pipe, a socket or a device, or something of another user.

    Args:
        folder: The folder; it need not exist.
        owners: Who may own it and what is in it.
        code: Code of the finding.
        what: What it is, for the message: ``the run folder``.
        inside: Names of its folders whose entries are looked at as well.
    """
    found = _strange(folder, owners, inside)
    first = list(islice(found, _NAMED))
    if not first:
        return None
    more = sum(1 for _ in found)
    others = f" and {more} more" if more else ""
    return Finding(
        severity="error",
        code=code,
        message=f"{what} holds what may lead elsewhere: {', '.join(first)}{others}",
        file=str(folder),
        allowed="files and folders of your own, without links",
        remedy="Remove what is named if you do not know it, else put a file of your own there",
    )


def _strange(folder: Path, owners: Owners, inside: Container[str]) -> Iterator[str]:
    """What is no file or folder of one's own, each in words: ``journal.jsonl (a link)``."""
    try:
        parent, own = folder.parent.stat(), folder.lstat()
    except OSError:  # whoever uses it says so
        return
    problem = _problem(own, parent, owners)
    if problem:
        yield f"{folder.name} ({problem})"
    elif stat.S_ISDIR(own.st_mode):
        yield from _entries(folder, "", own, owners, inside)


def _entries(
    folder: Path, prefix: str, own: os.stat_result, owners: Owners, inside: Container[str]
) -> Iterator[str]:
    try:
        with os.scandir(folder) as entries:
            names = sorted(entries, key=lambda entry: entry.name)
    except OSError:  # whoever uses it says so
        return
    for entry in names:
        if entry.name.startswith(_OF_EDITORS):
            continue
        try:
            found = entry.stat(follow_symlinks=False)
        except FileNotFoundError:  # of a run that is at work
            continue
        problem = _problem(found, own, owners)
        if problem:
            yield f"{prefix}{entry.name} ({problem})"
        elif not prefix and entry.name in inside and stat.S_ISDIR(found.st_mode):
            yield from _entries(folder / entry.name, f"{entry.name}/", found, owners, ())


def _problem(found: os.stat_result, parent: os.stat_result, owners: Owners) -> str:
    """Why an entry is not used; empty when it is."""
    if not (stat.S_ISREG(found.st_mode) or stat.S_ISDIR(found.st_mode)):
        return kind_of(found.st_mode)
    return "" if owners.are_of(found, parent) else f"of user {found.st_uid}"
