"""Maintenance of a call store: statistics, verification and pruning."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from filelock import Timeout

from factbook.files.locks import file_lock
from factbook.files.regular_files import is_regular, remove
from factbook.llm.chat import Model
from factbook.llm.store import LOCKS, SET_ASIDE, CallStore
from factbook.llm.stored_call import BadRecordError, NewerRecordError, StoredCall, load

SECONDS_OF_A_DAY = 86_400


class Size(Model):
    """Number and size of files.

    Attributes:
        number: Number of files.
        size_bytes: Size of their contents.
    """

    number: int = 0
    size_bytes: int = 0

    def with_file(self, path: Path) -> Size:
        """This size plus a file, unless the file was removed in the meantime."""
        with suppress(FileNotFoundError):
            size_bytes = self.size_bytes + path.lstat().st_size
            return Size(number=self.number + 1, size_bytes=size_bytes)
        return self


class Stats(Model):
    """Statistics of a store.

    Attributes:
        records: Its sound records.
        by_model: Model → its records.
        oldest, newest: When the first and the last of them were stored; None without records.
        unsound: Damaged records, and those that a later version of Factbook wrote.
        set_aside: Records that were set aside.
        leftovers: Temporary files and locks, some of which a run may be using.
    """

    records: Size = Size()
    by_model: Mapping[str, Size] = {}
    oldest: datetime | None = None
    newest: datetime | None = None
    unsound: Size = Size()
    set_aside: Size = Size()
    leftovers: Size = Size()


class Verification(Model):
    """The result of checking every record.

    Attributes:
        sound: Number of intact records.
        newer: Messages about records that a later version of Factbook wrote.
        bad: Messages about records that were set aside.
    """

    sound: int = 0
    newer: tuple[str, ...] = ()
    bad: tuple[str, ...] = ()


class Pruned(Model):
    """What was removed, or would be.

    Attributes:
        records: Records that were not used recently.
        set_aside: Records that had been set aside.
        leftovers: Temporary files and locks of processes that died.
    """

    records: Size = Size()
    set_aside: Size = Size()
    leftovers: Size = Size()


def stats(store: CallStore) -> Stats:
    """Statistics of a store. Changes nothing."""
    records = unsound = Size()
    by_model: dict[str, Size] = {}
    times: list[datetime] = []
    for path in store.record_paths():
        record = _sound(path)
        if record is None:
            unsound = unsound.with_file(path)
            continue
        records = records.with_file(path)
        by_model[record.model] = by_model.get(record.model, Size()).with_file(path)
        times.append(record.time)
    return Stats(
        records=records,
        by_model=dict(sorted(by_model.items())),
        oldest=min(times, default=None),
        newest=max(times, default=None),
        unsound=unsound,
        set_aside=_size(_set_aside_paths(store)),
        leftovers=_size(_leftover_paths(store)),
    )


def verify(store: CallStore) -> Verification:
    """Check every record, and set damaged ones aside.

    Raises:
        StoppedError: One cannot be moved.
    """
    sound = 0
    newer: list[str] = []
    bad: list[str] = []
    for path in store.record_paths():
        try:
            load(path)
            sound += 1
        except FileNotFoundError:  # removed in the meantime
            continue
        except NewerRecordError as error:
            newer.append(str(error))
        except BadRecordError as error:
            if store.set_aside(path, error) is None:
                bad.append(str(error))
            else:
                sound += 1
    return Verification(sound=sound, newer=tuple(newer), bad=tuple(bad))


def prune(
    store: CallStore, *, older_than_days: float | None, set_aside: bool, dry_run: bool
) -> Pruned:
    """Remove what is no longer needed, and day-old leftovers of processes that died.

    Args:
        store: The store; runs may be using it.
        older_than_days: Remove records that no run has used for this long; None keeps all.
        set_aside: Whether to remove what was set aside.
        dry_run: Whether to remove nothing and only report what would be removed.

    Raises:
        OSError: Something cannot be removed.
    """

    def removed(paths: Iterable[Path], remove: Callable[[Path], None]) -> Size:
        size = Size()
        for path in paths:  # each is checked just before its removal: a run may be using it now
            size = size.with_file(path)
            if not dry_run:
                remove(path)
        return size

    days = math.inf if older_than_days is None else older_than_days
    return Pruned(
        records=removed((p for p in store.record_paths() if _is_older(p, days)), _remove),
        set_aside=removed(_set_aside_paths(store) if set_aside else (), _remove),
        leftovers=removed((p for p in _leftover_paths(store) if _is_older(p, 1)), _remove_leftover),
    )


def _sound(path: Path) -> StoredCall | None:
    try:
        return load(path)
    except (BadRecordError, NewerRecordError, FileNotFoundError):
        return None


def _set_aside_paths(store: CallStore) -> Iterator[Path]:
    return (path for path in (store.folder / SET_ASIDE).glob("*.json") if is_regular(path))


def _leftover_paths(store: CallStore) -> Iterator[Path]:
    yield from store.folder.glob("[0-9a-f][0-9a-f]/.*.tmp")
    yield from (store.folder / LOCKS).glob("*.lock")


def _remove(path: Path) -> None:
    remove(path)


def _remove_leftover(path: Path) -> None:
    """Remove a file that a process has left; a lock only if nobody holds it."""
    if path.suffix != ".lock":
        _remove(path)
        return
    with suppress(Timeout), file_lock(path):
        remove(path)


def _is_older(path: Path, days: float) -> bool:
    with suppress(FileNotFoundError):
        return time.time() - path.lstat().st_mtime > days * SECONDS_OF_A_DAY
    return False


def _size(paths: Iterator[Path]) -> Size:
    size = Size()
    for path in paths:
        size = size.with_file(path)
    return size
