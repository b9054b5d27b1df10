"""``factbook run``: a run from a shell, with its engine, progress and summary."""

from __future__ import annotations

import logging
import os
import signal
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

from rich.console import Console
from rich.live import Live

from factbook.cli.ask import (
    Ask,
    asked_by,
    is_terminal,
    on_terminal,
)
from factbook.cli.findings import (
    count_line,
    print_findings,
)
from factbook.cli.progress_bar import shown_progress
from factbook.errors import StoppedError, UserError
from factbook.project.project import open_project
from factbook.runs.ref import RunRef
from factbook.runs.session import Session
from factbook.runs.sessions import current_session
from flows.rewrite import Wishes, check_wishes
from flows.start import EXIT_CODES, start_run
from flows.summary import print_summary

LOG_LINE = "%(asctime)s | %(levelname)-7s | %(threadName)s | %(message)s"
SECONDS_TO_STOP = 4.0
"""After an interrupt the process ends at the latest then; what is finished is saved by then."""


def run_report(
    project: Path,
    settings: tuple[str, ...],
    out: Path | None,
    *,
    strict: bool,
    rewrite: Sequence[str] = (),
    note: str | None = None,
    confirm: Sequence[str] = (),
    fail_on_change: bool = False,
    is_decided: bool = False,
    answer: Ask | None = None,
) -> int:
    """Run a project's report and return the exit code.

    Args:
        project: The project folder.
        settings: ``--set`` assignments.
        out: The folder for the results; None for ``out`` inside the project.
        strict: Whether warnings are errors.
        rewrite: Sections to write anew.
        note: What an editor asks of their texts; None leaves it as it was.
        confirm: Sections whose outdated edits are right all the same.
        fail_on_change: Whether a text that is not as the last run left it fails the run.
        is_decided: Whether a person decides about the report that stands.
        answer: Gives what a person has decided about the report already; None to ask for it.
    """
    run = RunRef(
        project=str(project),
        assignments=settings,
        out=str(out) if out is not None else None,
        strict=strict,
        fail_on_change=fail_on_change,
    )
    errors = Console(stderr=True)
    _log_to(errors)
    try:
        wishes = Wishes(tuple(rewrite), note, tuple(confirm))
        if wishes:  # what cannot be followed is told before anything is written
            check_wishes(wishes, open_project(project, settings))
        end = start_run(
            run,
            wishes=wishes,
            is_decided=is_decided,
            watch=lambda session: watched(session, errors, answer),
        )
    except UserError as error:
        print_findings(error.findings, errors)
        errors.print(f"{count_line(error.findings)}. Nothing was written and nothing was called.")
        return EXIT_CODES["BadInput"]
    except StoppedError as error:
        errors.print(f"Stopped: {error}.", markup=False, soft_wrap=True)
        return EXIT_CODES["Stopped"]
    except KeyboardInterrupt:
        errors.print("Interrupted before the first section began.")
        return EXIT_CODES["Cancelled"]
    print_summary(end, Console())
    return end.exit_code


@contextmanager
def watched(session: Session, errors: Console, answer: Ask | None) -> Iterator[None]:
    """Warnings before the run, progress while it goes on, Ctrl-C, and who is asked for approval."""
    print_findings(session.project.findings, errors)
    with (
        interruptible(session, errors),
        _ended_without_server(session, errors),
        shown_progress(lambda: current_session(session).progress, errors) as live,
        asked_by(answer or _ask(errors, live)),
    ):
        yield


@contextmanager
def _ended_without_server(session: Session, console: Console) -> Iterator[None]:
    """Ends the process when a server that stays does not: Prefect would wait for an hour."""
    from flows.artifacts.keys import are_kept

    if not are_kept():
        yield
        return
    from server.outage import stop_on_outage

    ended = threading.Event()

    def end(reason: str) -> None:
        current_session(session).interrupt()
        time.sleep(SECONDS_TO_STOP)
        words = f"Stopped: {reason}. What is written is kept: the same command goes on from there."
        _end_now(session, ended, console, words, "Stopped")

    try:
        with stop_on_outage(end):
            yield
    finally:
        ended.set()


def _ask(console: Console, live: Live | None) -> Ask | None:
    """Asks on the terminal, if there is one."""
    return on_terminal(console, live) if is_terminal(console) else None


@contextmanager
def interruptible(session: Session, console: Console) -> Iterator[None]:
    """Ctrl-C stops the run in an orderly way, within five seconds; a second one at once."""

    def stop(number: int, frame: FrameType | None) -> None:
        now = current_session(session)
        if now.stop.is_set():
            now.leave()
            os._exit(EXIT_CODES["Cancelled"])
        console.print("Interrupted: sections at work are let go, what is finished is kept.")
        words = "The same command goes on from there."
        deadline = threading.Timer(
            SECONDS_TO_STOP, _end_now, [session, ended, console, words, "Cancelled"]
        )
        deadline.daemon = True  # the process does not wait for it
        deadline.start()
        now.interrupt()

    ended = threading.Event()
    before = {name: signal.signal(name, stop) for name in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        ended.set()
        for name, handler in before.items():
            signal.signal(name, handler)


def _end_now(
    session: Session, ended: threading.Event, console: Console, words: str, state: str
) -> None:
    """End the process of a run that does not end by itself; the project is free."""
    if ended.is_set():
        return
    console.print(words, markup=False, soft_wrap=True)
    current_session(session).leave()
    os._exit(EXIT_CODES[state])


def _log_to(console: Console) -> None:
    """Log lines with thread names on standard error; on a terminal only what needs a look."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(logging.Formatter(LOG_LINE, "%H:%M:%S"))
    logger = logging.getLogger("factbook")
    logger.handlers = [handler]
    logger.setLevel(logging.WARNING if console.is_terminal else logging.INFO)
    logger.propagate = False
