"""The model calls of a run: who makes them, and the journal that they are counted from."""

from __future__ import annotations

import hashlib
import logging
import threading
import time
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote, urlsplit, urlunsplit

from factbook.config.settings import Settings
from factbook.folder.manifest import Manifest
from factbook.folder.manifest_parts import ReportCalls
from factbook.folder.run_folder import RunFolder
from factbook.llm.attempt_numbers import Numbers, OwnNumbers, SharedNumbers
from factbook.llm.chat import Answered, Calls, ChatRequest, Pass
from factbook.llm.journal import JOURNAL, Began, Event, FileJournal, Journal, RunEnded, from_lines
from factbook.llm.ledger import attempt_numbers, call_rows, report_events, run_events, totals
from factbook.llm.periods import EndEntry, archive_periods, missing_end
from factbook.llm.store import CallStore
from factbook.project.project import Project
from factbook.project.reach import redis_server
from factbook.runs.progress import Progress
from factbook.runs.semaphore import FairSemaphore
from factbook.writing.job import Writer

if TYPE_CHECKING:
    from factbook.llm.journal_redis import RedisJournal
    from factbook.writing.model.open_provider import OpenProvider


@dataclass(frozen=True)
class _Releasing:
    """Model calls of sections that compute one at a time.

    Attributes:
        calls: Makes them.
        computing: Held by whoever calls, and released while it waits for the answer.
    """

    calls: Calls
    computing: FairSemaphore

    def call(self, section_id: str, pass_: Pass, request: ChatRequest) -> Answered:
        """The answer to a request; see `Calls`."""
        with self.computing.released():
            answered = self.calls.call(section_id, pass_, request)
            back_at = time.monotonic()
        waited_seconds = answered.waited_seconds + time.monotonic() - back_at
        return answered.model_copy(update={"waited_seconds": waited_seconds})


class RunCalls:
    """The model calls of a run in this process.

    Args:
        opened: The provider that is asked.
        writer: The writer that asks it.
        file: The journal in the run folder.
        shared: The journal in Redis, where several processes share the limits; it is brought home
            into the file.
        computing: Held by whoever computes; the writer releases it while it waits.

    Attributes:
        writer: The writer that asks the provider.
        computing: Python runs one thread at a time. Left to share it, sections would all be ready
            to ask at the same moment, and the model would wait for them in between: so they compute
            one at a time.
        run: Id of the run in the journal; empty before `begin`.
    """

    def __init__(
        self,
        opened: OpenProvider,
        writer: Writer,
        file: FileJournal,
        shared: RedisJournal | None,
        computing: FairSemaphore,
    ) -> None:
        self.writer = writer
        self.computing = computing
        self._opened = opened
        self._file = file
        self._shared = shared
        self.run = ""
        self._read: tuple[int, Sequence[Event]] = (0, ())

    @classmethod
    def open(
        cls,
        project: Project,
        project_folder: Path,
        folder: RunFolder,
        store: Path,
        watch: Progress,
        stop: threading.Event,
        *,
        is_owner: bool = True,
    ) -> RunCalls:
        """Make ready to ask the configured provider; nothing is asked yet.

        Args:
            project: The project.
            project_folder: Its folder.
            folder: The run folder.
            store: The call store's folder.
            watch: Shows calls and cost.
            stop: Set when the run stops.
            is_owner: Whether this process has begun the run: it alone brings the shared journal
                home.

        Raises:
            StoppedError: Run folder or store cannot be written to, a shared journal is unavailable,
                or the local model's server did not start.
        """
        # The log names the section and the error of each attempt; the retry library knows neither.
        logging.getLogger("stamina").setLevel(logging.ERROR)
        # The client takes most of a second to import, and an offline run does without.
        from factbook.writing.model.open_provider import OpenProvider
        from factbook.writing.model.provider import Provider

        folder.create()
        answers = CallStore(store)
        answers.create()
        file = FileJournal(folder.path / JOURNAL)
        report = _report_name(folder)
        settings = Settings()
        limits = project.config.limits
        address = redis_address(limits.shared, settings)
        shared = _shared_journal(address, report)
        if shared is not None and is_owner:
            shared.collect(file)
        events = _all_events(file, shared)
        events = _settled(events, file, shared, folder) if is_owner else events
        provider = Provider(project.config, settings, project_folder)
        opened = OpenProvider(
            provider,
            answers,
            shared or file,
            limits=limits.model_copy(update={"shared": address}),
            events=events,
            report=report,
            watch=watch,
            numbers=_numbers(events, shared),
        )
        computing = FairSemaphore(1, stop)
        asking = _Releasing(opened.calls, computing)
        return cls(opened, provider.writer(asking), file, shared, computing)

    def begin(self, provider: str, *, run: str = "") -> None:
        """Note that a run begins, or continues.

        Args:
            provider: Name of the provider.
            run: Id that it has had before; empty for a new one.

        Raises:
            StoppedError: The journal cannot be written to.
        """
        self.run = run or uuid.uuid4().hex
        self._journal.append(Began(run=self.run, provider=provider))

    def rows(self, section_order: Iterable[str]) -> Sequence[Sequence[object]]:
        """Rows of ``calls.csv``: all calls of the report, those of runs that broke off included.

        Args:
            section_order: Ids of sections in the order of the sheet.
        """
        return call_rows(report_events(self._events()), section_order)

    def totals(self, exit_code: int) -> ReportCalls:
        """What those calls come to, and those of this run alone, for ``run.json``.

        Args:
            exit_code: With which `end` is going to be called: should it never be, the next run
                does it.
        """
        events = report_events(self._events())
        return ReportCalls(
            **dict(totals(events)),
            this_run=totals(run_events(events)),
            end=EndEntry(run=self.run, exit_code=exit_code),
        )

    def end(self, exit_code: int) -> None:
        """Note how the run has ended; after 0 the next one begins a new account.

        Args:
            exit_code: Exit code of the command line.
        """
        self._journal.append(RunEnded(exit_code=exit_code))
        if self._shared is not None:
            self._shared.collect(self._file)

    def stop(self) -> None:
        """Cancel all calls at once, and wake the threads that wait to compute."""
        self.computing.wake_all()
        self._opened.calls.stop()

    def close(self) -> None:
        """Let go of connections and of the local model's server."""
        self._opened.close()
        if self._shared is not None:
            self._shared.close()

    @property
    def _journal(self) -> Journal:
        return self._shared or self._file

    def _events(self) -> Sequence[Event]:
        """All events so far, brought home from where they are shared."""
        if self._shared is not None:
            self._shared.collect(self._file)
        size = self._file.size_bytes()
        if size != self._read[0]:  # lines are only added
            self._read = (size, self._file.read().events)
        return self._read[1]


def _report_name(folder: RunFolder) -> str:
    """The name of a report among all that share a Redis server."""
    place = hashlib.sha256(str(folder.path.resolve()).encode()).hexdigest()[:16]
    return f"{folder.slug}-{place}"


def _all_events(file: FileJournal, shared: RedisJournal | None) -> Sequence[Event]:
    """All events of a report: those that were brought home, then those that were not yet."""
    return from_lines([*file.lines(), *(shared.lines() if shared is not None else ())]).events


def _settled(
    events: Sequence[Event], file: FileJournal, shared: RedisJournal | None, folder: RunFolder
) -> Sequence[Event]:
    """The events of a journal with the end that a killed run owes it; what is over is archived.

    A journal that is shared stays whole: Redis has the lines of earlier periods as well.

    Raises:
        StoppedError: The journal cannot be written to.
    """
    manifest = Manifest.read_if_sound(folder.path)
    end = missing_end(events, manifest.calls.end if manifest is not None else None)
    if end is not None:
        (shared or file).append(end)
        events = [*events, end]
    if shared is None:
        archive_periods(file, events)
    return events


def _numbers(events: Sequence[Event], shared: RedisJournal | None) -> Numbers:
    """Who numbers attempts: this process, or all that share the journal together."""
    highest = attempt_numbers(events)
    return OwnNumbers(highest) if shared is None else SharedNumbers(shared, highest)


def redis_address(address: str | None, settings: Settings) -> str | None:
    """The address of a Redis server with its password, which never stands in a project.

    A project says which database of the server in ``REDIS_URL``, and nothing else: all other parts
    are those of the environment. A program may name another server, which gets ``REDIS_PASSWORD``.
    """
    if address is None:
        return None
    known = settings.redis_url.get_secret_value() if settings.redis_url else ""
    parts = urlsplit(address)
    if known and redis_server(address) == redis_server(known):
        parts = urlsplit(known)._replace(path=parts.path)
    user, _, host = parts.netloc.rpartition("@")
    if settings.redis_password is not None and ":" not in user:
        secret = quote(settings.redis_password.get_secret_value(), safe="")
        parts = parts._replace(netloc=f"{user}:{secret}@{host}")
    return urlunsplit(parts)


def _shared_journal(address: str | None, report: str) -> RedisJournal | None:
    if address is None:
        return None
    from factbook.llm.journal_redis import RedisJournal

    return RedisJournal(address, report)
