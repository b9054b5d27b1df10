"""The call store: paid answers, each under the key of everything that determines it."""

from __future__ import annotations

import asyncio
import logging
import os
import re
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import NoReturn

from filelock import BaseFileLock, Timeout

from factbook.errors import StoppedError
from factbook.files.durable import flush_folder, write_durably
from factbook.files.locks import file_lock, is_without_locks
from factbook.files.regular_files import remove, rename, renew_time
from factbook.llm.chat import ChatAnswer, ChatRequest
from factbook.llm.stored_call import BadRecordError, NewerRecordError, StoredCall, load

log = logging.getLogger("factbook")

STORE, LOCKS, SET_ASIDE = ".store", "locks", "set-aside"
SECONDS_BETWEEN_TRIES = 0.1
"""How often a process checks whether another one has released a key."""

_KEY = re.compile(r"[0-9a-f]{64}")


class CallStore:
    """Answers by content key, one JSON file each, under a folder that may be shared.

    A record is written atomically: to a temporary file, flushed to the disk, renamed. Many threads,
    processes and machines may use one store at once. Prompts are not stored, only their key.

    Its methods block on the disk; an event loop calls them in a thread.

    Args:
        folder: The folder, created on first use so that only its owner can enter it; an existing
            one keeps its permissions.
        lock: Makes the operating system's lock of a file.
    """

    def __init__(self, folder: Path, lock: Callable[[Path], BaseFileLock] = file_lock) -> None:
        self.folder = folder
        self._lock = lock

    def create(self) -> None:
        """Create the folder, and make sure that it can be written to.

        Raises:
            StoppedError: It cannot.
        """
        try:
            self._make(self.folder)
            with tempfile.TemporaryFile(dir=self.folder):
                pass
        except OSError as error:
            _stop(self.folder, error)

    def get(self, key: str) -> ChatAnswer | None:
        """The answer under a key; None when there is none that can be trusted.

        A damaged record is moved to ``set-aside`` with a warning. One of a later version of
        Factbook stays until `put` replaces it.

        Raises:
            StoppedError: The store cannot be read, so paid answers would be lost.
        """
        path = self.path(key)
        try:
            answer = load(path).answer
        except FileNotFoundError:
            return None
        except NewerRecordError as error:
            log.warning("%s. The call is repeated, and its answer replaces the record", error)
            return None
        except BadRecordError as error:
            return self.set_aside(path, error)
        except OSError as error:
            _stop(path, error)
        with suppress(OSError):  # a store may be shared for reading only
            renew_time(path)  # `prune` goes by the last use
        return answer

    def put(self, key: str, request: ChatRequest, answer: ChatAnswer, *, provider: str) -> None:
        """Store an answer, on the disk when this returns; an existing one is replaced.

        Args:
            key: The key of the request and provider.
            request: The request.
            answer: The accepted completion.
            provider: Name of the provider.

        Raises:
            StoppedError: The disk is full, or the folder cannot be written to.
        """
        record = StoredCall(
            key=key,
            provider=provider,
            model=request.model,
            is_search=request.is_search,
            max_tokens=request.max_tokens,
            answer=answer,
        )
        path = self.path(key)
        try:
            is_new = self._make(path.parent)
            write_durably(path, record.sealed())
            if is_new:
                flush_folder(self.folder)
        except OSError as error:
            _stop(path, error)

    @asynccontextmanager
    async def lock(self, key: str) -> AsyncIterator[None]:
        """Lock a key, so that one of many processes makes the call and the others find its answer.

        The operating system releases the lock when a process dies, in whatever way. Within a
        process the caller makes sure that one task at a time uses a key. Where the file system has
        no locks, nothing is locked: two processes may make one call, and the last answer stays.

        Raises:
            StoppedError: The folder cannot be written to.
        """
        path = self.folder / LOCKS / f"{key}.lock"
        lock = self._lock(path)
        while True:
            try:
                self._make(path.parent)
                lock.acquire()  # does not wait
                break
            except Timeout:
                await asyncio.sleep(SECONDS_BETWEEN_TRIES)
            except OSError as error:
                if is_without_locks(error):
                    break
                _stop(path, error)
        try:
            yield
        finally:
            # Removed while it is locked: whoever waits for the removed file notices and locks a
            # new one, so that two never hold a key.
            with suppress(OSError):
                remove(path)
            lock.release()

    def path(self, key: str) -> Path:
        """The file of a key's record, whether it exists or not: ``ab/abcdef….json``."""
        if not _KEY.fullmatch(key):
            raise ValueError(f"'{key}' is not a key; allowed: 64 hexadecimal digits")
        return self.folder / key[:2] / f"{key}.json"

    def record_paths(self) -> Iterator[Path]:
        """All records, damaged ones included, in the order of their keys."""
        for folder in sorted(self.folder.glob("[0-9a-f][0-9a-f]")):
            yield from sorted(folder.glob("[!.]*.json"))

    def set_aside(self, path: Path, error: BadRecordError) -> ChatAnswer | None:
        """Move a record that cannot be trusted to ``set-aside``, with a warning.

        Args:
            path: The record's file.
            error: What is wrong with it.

        Returns:
            None, or the answer when another process has stored a sound record there in the
            meantime.

        Raises:
            StoppedError: It cannot be moved.
        """
        aside = self.folder / SET_ASIDE / f"{path.stem}.{os.urandom(4).hex()}.json"
        try:
            self._make(aside.parent)
            rename(path, aside)
        except FileNotFoundError:  # another process was first
            return None
        except OSError as why:
            _stop(aside, why)
        with suppress(BadRecordError, NewerRecordError, OSError):
            answer = load(aside, key=path.stem).answer
            rename(aside, path)
            return answer
        log.warning("%s; it was set aside as %s", error, aside)
        return None

    def _make(self, folder: Path) -> bool:
        """Create a folder of the store; return whether it is new."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if folder == self.folder:
            return False
        try:
            folder.mkdir()
        except FileExistsError:
            return False
        return True


def _stop(path: Path, error: OSError) -> NoReturn:
    raise StoppedError(
        f"The call store cannot be used, at {path}: {error.strerror or error}. "
        "Free disk space or correct the folder's permissions, then run the same command again"
    ) from None
