"""The journal: one line before each attempt of a model call, and one after it."""

from __future__ import annotations

import errno
import fcntl
import os
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Literal, NoReturn, Protocol

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from factbook.errors import StoppedError
from factbook.files.durable import flush_folder, write_durably
from factbook.files.regular_files import NotRegularError, opened_file, read_regular
from factbook.files.sizes import TooLargeError, megabytes

JOURNAL = "journal.jsonl"

MOST_BYTES = 64_000_000
"""An attempt takes some five hundred bytes: 128,000 of them, in one report. In memory the events
of a journal take thirteen times its bytes."""

ANSWERED = "answered"
"""Outcome of an attempt with a valid answer; other outcomes are those of `CallError`."""


class BaseEvent(BaseModel):
    """Base of all events. Fields of later versions are ignored: spending must stay readable.

    Attributes:
        time: When it happened.
    """

    model_config = ConfigDict(
        frozen=True, extra="ignore", validate_by_alias=True, validate_by_name=True
    )

    time: datetime = Field(default_factory=lambda: datetime.now(UTC))


class Began(BaseEvent):
    """A run began.

    Attributes:
        run: Id of the run.
        provider: Name of the provider.
    """

    event: Literal["run"] = "run"
    run: str
    provider: str


class Sent(BaseEvent):
    """An attempt is about to be sent.

    Attributes:
        attempt: Its id, ``1.1.2@AT/draft/1``.
        section: Section that the call is made for.
        pass_: Pass that it is made for.
        model: Name of the model.
        key: Key of the call in the call store.
        bound_usd: Most that it can cost; None when no price is known.
    """

    event: Literal["sent"] = "sent"
    attempt: str
    section: str
    pass_: str = Field(alias="pass")
    model: str
    key: str
    bound_usd: Decimal | None = None


class Ended(BaseEvent):
    """An attempt has ended.

    Attributes:
        attempt: Its id.
        outcome: ``answered``, or one word for why there is no valid answer.
        input_tokens: Tokens of the prompt, where they are known.
        output_tokens: Tokens of the completion, where they are known.
        cost_usd: Its cost; None when it is not known.
        seconds: Its duration.
    """

    event: Literal["ended"] = "ended"
    attempt: str
    outcome: str
    input_tokens: int = 0
    output_tokens: int = 0
    cost_usd: Decimal | None = None
    seconds: float = 0.0


class Cached(BaseEvent):
    """A call needed no attempt: its answer was in the call store.

    Attributes:
        section: Section that the call is made for.
        pass_: Pass that it is made for.
        model: Name of the model.
        key: Key of the call in the call store.
    """

    event: Literal["cached"] = "cached"
    section: str
    pass_: str = Field(alias="pass")
    model: str
    key: str


class RunEnded(BaseEvent):
    """A run ended.

    Attributes:
        exit_code: Exit code of the command line.
    """

    event: Literal["end"] = "end"
    exit_code: int


Event = Began | Sent | Ended | Cached | RunEnded

_EVENT: TypeAdapter[Event] = TypeAdapter(Annotated[Event, Field(discriminator="event")])


@dataclass(frozen=True)
class Content:
    """The content of a journal.

    Attributes:
        events: Events in the order in which they were written.
        unreadable: Number of lines that are not events: torn when a process was killed, or of a
            kind that only a later version knows.
    """

    events: tuple[Event, ...]
    unreadable: int = 0


class Journal(Protocol):
    """An append-only list of events that many threads and processes write to.

    Its methods block; an event loop calls them in a thread.
    """

    def append(self, *events: Event) -> None:
        """Add events; when this returns they outlive the process.

        Raises:
            StoppedError: They cannot be written.
        """
        ...

    def read(self) -> Content:
        """All events so far.

        Raises:
            StoppedError: They cannot be read.
        """
        ...


class FileJournal:
    """A journal in a file of JSON lines.

    Args:
        path: The file, created on first use; its folder exists.
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    def append(self, *events: Event) -> None:
        """Add events with one write, and flush them to the disk.

        Raises:
            StoppedError: The disk is full, or the file cannot be written to.
        """
        self.append_lines(map(to_line, events))

    def append_lines(self, lines: Iterable[bytes]) -> None:
        """Add lines as they are, none of which holds a line feed.

        Raises:
            StoppedError: The disk is full, or the file cannot be written to.
        """
        content = b"".join(line + b"\n" for line in lines)
        if not content:
            return
        try:
            with opened_file(self.path, os.O_RDWR | os.O_APPEND | os.O_CREAT) as opened:
                is_new = _append(opened, content)
                os.fsync(opened)
            if is_new:
                flush_folder(self.path.parent)
        except OSError as error:
            self._stop("written", error)

    def replace(self, events: Iterable[Event]) -> None:
        """Replace all events by others; nobody else may write meanwhile.

        Raises:
            StoppedError: The disk is full, or the file cannot be written to.
        """
        try:
            write_durably(self.path, b"".join(to_line(event) + b"\n" for event in events))
        except OSError as error:
            self._stop("written", error)

    def read(self) -> Content:
        """All events so far; none when there is no file yet.

        Raises:
            StoppedError: The file cannot be read.
        """
        return from_lines(self.lines())

    def size_bytes(self) -> int:
        """Size of the file; 0 when there is none yet."""
        with suppress(OSError):  # reading the file reports it
            return self.path.lstat().st_size
        return 0

    def lines(self) -> list[bytes]:
        """All lines so far, torn ones included, blank ones not.

        Raises:
            StoppedError: The file cannot be read.
        """
        try:
            return [
                line for line in read_regular(self.path, MOST_BYTES).split(b"\n") if line.strip()
            ]
        except FileNotFoundError:
            return []
        except TooLargeError as error:
            raise StoppedError(
                f"The journal {self.path} cannot be read: it has {megabytes(error.size_bytes)}, "
                f"and at most {megabytes(MOST_BYTES)} are read. If its reports are finished, move "
                "it to another folder; what they cost is then no longer counted"
            ) from None
        except OSError as error:
            self._stop("read", error)

    def _stop(self, what: str, error: OSError) -> NoReturn:
        raise StoppedError(
            f"The journal {self.path} cannot be {what}: {error.strerror}. "
            "Free disk space or correct the file's permissions, then run the same command again"
        ) from None


def to_line(event: Event) -> bytes:
    """An event as a line of JSON, without the line feed."""
    return event.model_dump_json(by_alias=True).encode()


def from_lines(lines: Iterable[bytes]) -> Content:
    """Events of lines; lines that are not events are counted.

    A line contains its time of writing, to the microsecond: identical lines were sent twice to a
    server whose first answer got lost, and are one event.
    """
    events: list[Event] = []
    unreadable = 0
    for line in dict.fromkeys(lines):
        try:
            events.append(_EVENT.validate_json(line))
        except ValidationError:
            unreadable += 1
    return Content(tuple(events), unreadable)


def _append(opened: int, content: bytes) -> bool:
    """Write at the end of a file, on a line of its own; tell whether the file was empty.

    A process that is killed can leave half a line. The file is locked, so no other process writes
    between the check of the last byte and the write. Without locks an append is still one write.
    """
    with suppress(OSError):  # a file system without locks
        fcntl.flock(opened, fcntl.LOCK_EX)
    try:
        found = os.fstat(opened)
        if found.st_nlink > 1:  # the other name may be of any file
            raise NotRegularError(errno.EMLINK, "the file has another name as well")
        size = found.st_size
        if size and os.pread(opened, 1, size - 1) != b"\n":
            content = b"\n" + content
        if os.write(opened, content) < len(content):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    finally:  # others need not wait for the flush to the disk
        with suppress(OSError):
            fcntl.flock(opened, fcntl.LOCK_UN)
    return not size
