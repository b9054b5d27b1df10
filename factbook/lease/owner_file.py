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
from factbook.lease.owner import (
    Machine,
    Owner,
)

OWNER = ".lease.json"

_NO_LINKS = {errno.EPERM, errno.EOPNOTSUPP, errno.ENOTSUP, errno.ENOSYS, errno.EMLINK}
_CHECKS_PER_HEARTBEAT = 10


class OwnerFile:
    """Says who owns a run folder; its time is the owner's last sign of life.

    Args:
        folder: The run folder.
    """

    def __init__(self, folder: Path) -> None:
        self.path = folder / OWNER

    def read(self) -> Owner | None:
        """The owner that the file names; None when it names none.

        Raises:
            OSError: It is not there, or cannot be read.
        """
        try:
            return Owner.model_validate_json(self.path.read_bytes())
        except ValidationError:
            return None

    def read_if_there(self) -> Owner | None:
        """The owner; None also when there is no file that can be read."""
        with suppress(OSError):
            return self.read()
        return None

    def replace(self, owner: Owner) -> None:
        """Name another owner.

        Raises:
            StoppedError: The file cannot be written.
        """
        write_atomically(self.path, _body(owner))

    def create(self, owner: Owner) -> None:
        """Name an owner where there is none, so that one of many processes succeeds.

        Raises:
            FileExistsError: There is one.
            StoppedError: The file cannot be written.
        """
        create(self.path, _body(owner))

    def send_heartbeat(self) -> None:
        """Give a sign of life.

        Raises:
            OSError: It cannot be given just now.
        """
        os.utime(self.path)

    def silent_seconds(self) -> float:
        """Time since the last sign of life, as the clock of the file system tells it.

        A file system that is shared may take the clocks of the machines, which differ.

        Raises:
            OSError: It is not there.
        """
        probe = self.path.with_name(f"{OWNER}.{uuid.uuid4().hex}.tmp")
        try:
            probe.touch()
            return probe.stat().st_mtime - self.path.stat().st_mtime
        finally:
            with suppress(OSError):
                probe.unlink()

    def is_silent(self, machine: Machine) -> bool:
        """Whether, watched for so long as proves an owner dead, it gives no sign of life.

        Nobody's clock is believed but this machine's own that nobody sets.

        Args:
            machine: This machine.

        Raises:
            OSError: It is not there any more.
        """
        seen = self.sign()
        end = machine.clock() + machine.dead_after_seconds
        while machine.clock() < end:
            machine.sleep(machine.heartbeat_seconds / _CHECKS_PER_HEARTBEAT)
            if self.sign() != seen:
                return False
        return True

    def delete(self) -> None:
        """Name nobody any more."""
        self.path.unlink(missing_ok=True)

    def sign(self) -> tuple[bytes, int]:
        """What changes with a sign of life; the file is opened, as a share may keep old times.

        Raises:
            OSError: It cannot be read just now.
        """
        with self.path.open("rb") as file:
            return file.read(), os.fstat(file.fileno()).st_mtime_ns


def create(path: Path, content: bytes) -> None:
    """Create a file whole.

    Raises:
        FileExistsError: It exists.
        StoppedError: It cannot be written.
    """
    temporary = path.with_name(f"{path.name}.{uuid.uuid4().hex}.tmp")
    try:
        temporary.write_bytes(content)
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
