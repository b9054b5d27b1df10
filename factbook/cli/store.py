"""``factbook store``: what the call store of a project holds, whether it is sound, what may go."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from pydantic import BaseModel
from rich.filesize import decimal

from factbook.cli.boundary import exit_code_of, print_json
from factbook.cli.console import PlainConsole, say
from factbook.config.load import load_config
from factbook.errors import StoppedError
from factbook.folder.border import require_own_store
from factbook.llm.maintenance import Pruned, Size, Stats, Verification, prune, stats, verify
from factbook.llm.store import STORE, CallStore

Outcome = tuple[BaseModel, list[str], int]
"""What was found, the same in lines for a person, and the exit code."""


def show_stats(project: Path, out: Path | None, *, as_json: bool) -> int:
    """Print what the store holds; return the exit code."""

    def work(store: CallStore) -> Outcome:
        found = stats(store)
        return found, _stats_lines(found), 0

    return _print_result(project, out, work, as_json=as_json)


def check_records(project: Path, out: Path | None, *, as_json: bool) -> int:
    """Check all records, set bad ones aside, print what was found; return the exit code."""

    def work(store: CallStore) -> Outcome:
        found = verify(store)
        return found, _verification_lines(found), 1 if found.bad else 0

    return _print_result(project, out, work, as_json=as_json)


def remove_unused(
    project: Path,
    out: Path | None,
    *,
    older_than_days: float | None,
    set_aside: bool,
    dry_run: bool,
    as_json: bool,
) -> int:
    """Remove what is not needed any more, and print what that was; return the exit code."""

    def work(store: CallStore) -> Outcome:
        found = prune(store, older_than_days=older_than_days, set_aside=set_aside, dry_run=dry_run)
        return found, _pruned_lines(found, older_than_days, dry_run=dry_run), 0

    return _print_result(project, out, work, as_json=as_json)


def _print_result(
    project: Path, out: Path | None, work: Callable[[CallStore], Outcome], *, as_json: bool
) -> int:
    """Do something with the project's store and print what came of it.

    Exit codes are those of a run: 2 when there is no such project, 3 when the store cannot be
    read or written.
    """

    def printed() -> int:
        load_config(project)
        folder = out or project / "out"
        require_own_store(folder, project, is_own_out=out is None)
        store = CallStore(folder / STORE)
        try:
            found, lines, exit_code = work(store)
        except OSError as error:
            raise StoppedError(str(error)) from None
        if as_json:
            print_json({"store": str(store.folder), **found.model_dump(mode="json")})
            return exit_code
        console = PlainConsole()
        is_there = "" if store.folder.is_dir() else " (there is none yet)"
        for line in (f"Call store: {store.folder}{is_there}", *lines):
            say(console, line)
        return exit_code

    return exit_code_of(printed)


def _stats_lines(found: Stats) -> list[str]:
    lines = [f"{_amount(found.records, 'record')}"]
    if found.oldest and found.newest:
        lines[0] += f", stored from {found.oldest:%Y-%m-%d} to {found.newest:%Y-%m-%d}"
    lines += [f"  {model}: {_amount(size, 'record')}" for model, size in found.by_model.items()]
    if found.unsound.number:
        lines.append(
            f"{_amount(found.unsound, 'record')} that cannot be used: see factbook store verify"
        )
    if found.set_aside.number:
        lines.append(f"{_amount(found.set_aside, 'record')} set aside")
    if found.leftovers.number:
        lines.append(f"{_amount(found.leftovers, 'temporary file')}, locks included")
    return lines


def _verification_lines(found: Verification) -> list[str]:
    lines = [*found.newer, *(f"{bad}; it was set aside" for bad in found.bad)]
    return [*lines, f"{found.sound} sound, {len(found.bad)} bad, {len(found.newer)} newer"]


def _pruned_lines(found: Pruned, older_than_days: float | None, *, dry_run: bool) -> list[str]:
    verb = "Would remove" if dry_run else "Removed"
    lines = [
        f"{verb} {_amount(found.set_aside, 'record')} set aside",
        f"{verb} {_amount(found.leftovers, 'temporary file')} more than a day old",
    ]
    if older_than_days is None:
        return ["Kept all records that can be used; --older-than DAYS removes unused ones", *lines]
    unused = f"{_amount(found.records, 'record')} that no run has used for {older_than_days:g} days"
    return [f"{verb} {unused}", *lines]


def _amount(size: Size, noun: str) -> str:
    return f"{size.number} {noun}{'' if size.number == 1 else 's'} ({decimal(size.size_bytes)})"
