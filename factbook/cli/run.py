"""``factbook run``: a run from a shell, with progress, interrupts and a summary."""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console

from factbook.cli.ask import Ask, AskingApprover, is_terminal, on_terminal
from factbook.cli.boundary import exit_code_of
from factbook.cli.console import PlainConsole, PlainFormatter, say
from factbook.cli.engines import EngineMaker, is_first_run
from factbook.cli.findings import print_findings
from factbook.cli.interrupts import interruptible
from factbook.cli.progress_bar import shown_progress
from factbook.cli.summary import print_summary
from factbook.runs.opening import project_of
from factbook.runs.outcome import EXIT_CODES, Outcome
from factbook.runs.ref import RunRef
from factbook.runs.rewrite import NO_REQUEST, RewriteRequest, check_request
from factbook.runs.run import Run
from factbook.runs.start import start_run

LOG_LINE = "%(asctime)s | %(levelname)-7s | %(threadName)s | %(message)s"


def run_report(
    ref: RunRef,
    engine_maker: EngineMaker,
    *,
    request: RewriteRequest = NO_REQUEST,
    is_decided: bool = False,
    answer: Ask | None = None,
) -> int:
    """Run a project's report and return the exit code.

    Args:
        ref: The run.
        engine_maker: Gives the engine that carries it.
        request: What an editor asks of sections.
        is_decided: Whether a person decides about the report that stands.
        answer: Gives what a person has decided about the report already; None to ask for it.
    """
    errors = PlainConsole(stderr=True)
    _log_to(errors)
    approver = AskingApprover(answer)

    @contextmanager
    def watched(run: Run) -> Iterator[None]:
        """Warnings before the run, progress while it runs, Ctrl-C, and who is asked."""
        print_findings(run.inputs.project.findings, errors)
        progress = run.control.progress
        with interruptible(run, errors), shown_progress(progress, errors) as live:
            if answer is None and is_terminal(errors):
                approver.ask = on_terminal(errors, live)
            yield

    outcome: Outcome | None = None

    def work() -> int:
        nonlocal outcome
        if request:  # what cannot be followed is reported before anything is written
            check_request(request, project_of(ref))
        with engine_maker() as engine:
            if is_first_run(ref):
                engine.prepare()
            outcome = start_run(
                ref,
                engine,
                is_decided=is_decided,
                request=request,
                approver=approver,
                notify=lambda sentence: say(errors, sentence),
                watch=watched,
            )
        return outcome.exit_code

    try:
        exit_code = exit_code_of(work, consequence="Nothing was written and nothing was called")
    except KeyboardInterrupt:
        errors.print("Interrupted before the first section began.")
        return EXIT_CODES["Cancelled"]
    if outcome is not None:
        print_summary(outcome, PlainConsole())
    return exit_code


def _log_to(console: Console) -> None:
    """Log lines with thread names on standard error; on a terminal only what needs a look."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(PlainFormatter(LOG_LINE, "%H:%M:%S"))
    logger = logging.getLogger("factbook")
    logger.handlers = [handler]
    logger.setLevel(logging.WARNING if console.is_terminal else logging.INFO)
    logger.propagate = False
