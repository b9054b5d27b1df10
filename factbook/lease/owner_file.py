"""The owner file of a run folder, ``.lease.json``: read, replaced, and watched."""

from __future__ import annotations

import errno
import os
import uuid
from contextlib import suppress
from pathlib import Path

import orjson
from pydantic import ValidationError

from factbook.errors import StoppedError
from factbook.files.atomic import write_atomically
from factbook.files.regular_files import read_regular, read_with_state, remove, renew_time
from factbook.lease.owner import Machine, Owner

OWNER = ".lease.json"
_MOST_BYTES = 64_000  # some ids and times

_NO_LINKS = {errno.EPERM, errno.EOPNOTSUPP, errno.ENOTSUP, errno.ENOSYS, errno.EMLINK}
_CHECKS_PER_HEARTBEAT = 10


class OwnerFile:
    """Names the owner of a run folder; its modification time is the owner's last heartbeat.

    Args:
        folder: The run folder.
    """

    def __init__(self, folder: Path) -> None:
        self.path = folder / OWNER

    def read(self) -> Owner | None:
        """The owner in the file; None when there is none in it.

        Raises:
            OSError: The file does not exist, or cannot be read.
        """
        try:
            return Owner.model_validate_json(read_regular(self.path, _MOST_BYTES))
        except ValidationError:
            return None

    def read_if_there(self) -> Owner | None:
        """The owner; None also when the file cannot be read."""
        with suppress(OSError):
            return self.read()
        return None

    def replace(self, owner: Owner) -> None:
        """Replace the owner.

        Raises:
            StoppedError: The file cannot be written.
        """
        write_atomically(self.path, _body(owner))

    def create(self, owner: Owner) -> None:
        """Create the file, so that only one of many processes succeeds.

        Raises:
            FileExistsError: The file exists.
            StoppedError: The file cannot be written.
        """
        create(self.path, _body(owner))

    def send_heartbeat(self) -> None:
        """Renew the file's modification time.

        Raises:
            OSError: It cannot be renewed at the moment.
        """
        renew_time(self.path)

    def silent_seconds(self) -> float:
        """Time since the last heartbeat, by the clock of the file system.

        A shared file system may use the clocks of the machines, which differ.

        Raises:
            OSError: The file does not exist.
        """
        probe = self.path.with_name(f"{OWNER}.{uuid.uuid4().hex}.tmp")
        try:
            probe.touch(exist_ok=False)
            return probe.stat().st_mtime - self.path.lstat().st_mtime
        finally:
            with suppress(OSError):
                probe.unlink()

    def is_silent(self, machine: Machine) -> bool:
        """Watch the owner for as long as proves it dead; return whether no heartbeat came.

        The time is measured with this machine's monotonic clock.

        Args:
            machine: This machine.

        Raises:
            OSError: The file no longer exists.
        """
        seen = self.heartbeat()
        end = machine.clock() + machine.dead_after_seconds
        while machine.clock() < end:
            machine.sleep(machine.heartbeat_seconds / _CHECKS_PER_HEARTBEAT)
            if self.heartbeat() != seen:
                return False
        return True

    def delete(self) -> None:
        """Delete the file: the folder has no owner any more."""
        remove(self.path)

    def heartbeat(self) -> tuple[bytes, int]:
        """Content and time, which a heartbeat changes; opening the file avoids a share's old times.

        Raises:
            OSError: It cannot be read at the moment.
        """
        content, state = read_with_state(self.path, _MOST_BYTES)
        return content, state.st_mtime_ns


def create(path: Path, content: bytes) -> None:
    """Create a file atomically.

    Raises:
        FileExistsError: It exists.
        StoppedError: It cannot be written.
    """
    temporary = path.with_name(f"{path.name}.{uuid.uuid4().hex}.tmp")
    try:
        with temporary.open("xb") as file:
            file.write(content)
        try:
            os.link(temporary, path)
        except OSError as error:
            if error.errno not in _NO_LINKS:
                raise
            with path.open("xb") as file:
                file.write(content)
    except FileExistsError:
        raise
    except OSError as error:
        raise StoppedError(
            f"{path} cannot be written: {error.strerror}. Give another folder with --out"
        ) from None
    finally:
        with suppress(OSError):
            temporary.unlink()


def _body(owner: Owner) -> bytes:
    return orjson.dumps(owner.model_dump())
