"""The call store: answers that were paid for, each under the key of what determines it."""

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
from factbook.files.durable import (
    flush_folder,
    write_durably,
)
from factbook.files.locks import (
    file_lock,
    is_without_locks,
)
from factbook.llm.chat import ChatAnswer, ChatRequest
from factbook.llm.stored_call import BadRecordError, NewerRecordError, StoredCall, load

log = logging.getLogger("factbook")

STORE, LOCKS, SET_ASIDE = ".store", "locks", "set-aside"
SECONDS_BETWEEN_TRIES = 0.1
"""How often a process looks whether another one has let go of a key."""

_KEY = re.compile(r"[0-9a-f]{64}")


class CallStore:
    """Answers by content key, one JSON file each, under a folder that may be shared.

    A record is written whole: to a temporary file, flushed to the disk, renamed. Many threads,
    processes and machines may use one store at once. Prompts are not kept, only their key.

    Its methods block on the disk; an event loop calls them in a thread.

    Args:
        folder: The folder, made on first use so that only its owner can enter it; one that is
            there keeps its permissions.
        lock: Makes the operating system's lock of a file.
    """

    def __init__(self, folder: Path, lock: Callable[[Path], BaseFileLock] = file_lock) -> None:
        self.folder = folder
        self._lock = lock

    def create(self) -> None:
        """Make the folder, and find out now whether it can be written to.

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
            StoppedError: The store cannot be read, so that what is paid for could not be known.
        """
        path = self.path(key)
        try:
            answer = load(path).answer
        except FileNotFoundError:
            return None
        except NewerRecordError as error:
            log.warning("%s: the call is made again, and its answer replaces it", error)
            return None
        except BadRecordError as error:
            return self.set_aside(path, error)
        except OSError as error:
            _stop(path, error)
        with suppress(OSError):  # a store may be shared for reading only
            os.utime(path)  # `prune` goes by the last use
        return answer

    def put(self, key: str, request: ChatRequest, answer: ChatAnswer, *, provider: str) -> None:
        """Keep an answer; when this returns it is on the disk. One that is there is replaced.

        Args:
            key: What determines the answer.
            request: What was asked.
            answer: The accepted completion.
            provider: Who answered.

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
        """Hold a key, so that of many processes one makes the call and the others find its answer.

        The operating system lets go when a process dies, however it dies. Within a process the
        caller sees to it that one task at a time asks for a key. Where the file system has no
        locks nothing is held: two processes may make one call, and the last answer stays.

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
            # Removed while it is held: whoever waits for the removed file sees that and takes a
            # new one, so that two never hold a key.
            with suppress(OSError):
                path.unlink()
            lock.release()

    def path(self, key: str) -> Path:
        """Where the record of a key stands, or would: ``ab/abcdef….json``."""
        if not _KEY.fullmatch(key):
            raise ValueError(f"'{key}' is no key: 64 hexadecimal digits are")
        return self.folder / key[:2] / f"{key}.json"

    def record_paths(self) -> Iterator[Path]:
        """All records, damaged ones included, in the order of their keys."""
        for folder in sorted(self.folder.glob("[0-9a-f][0-9a-f]")):
            yield from sorted(folder.glob("[!.]*.json"))

    def set_aside(self, path: Path, error: BadRecordError) -> ChatAnswer | None:
        """Move a record that cannot be trusted to ``set-aside``, with a warning.

        Args:
            path: Where it stands.
            error: What is wrong with it.

        Returns:
            None; the answer when another process has put a good record there in the meantime,
            which stays.

        Raises:
            StoppedError: It cannot be moved.
        """
        aside = self.folder / SET_ASIDE / f"{path.stem}.{os.urandom(4).hex()}.json"
        try:
            self._make(aside.parent)
            path.rename(aside)
        except FileNotFoundError:  # another process was first
            return None
        except OSError as why:
            _stop(aside, why)
        with suppress(BadRecordError, NewerRecordError, OSError):
            answer = load(aside, key=path.stem).answer
            aside.replace(path)
            return answer
        log.warning("%s; it was set aside as %s", error, aside)
        return None

    def _make(self, folder: Path) -> bool:
        """Make a folder of the store; tell whether it is new."""
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
        "Make room or mend the folder's permissions, then run the same command again"
    ) from None
