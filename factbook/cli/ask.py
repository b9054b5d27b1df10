"""Asking a person on the terminal whether a report may be exported."""

from __future__ import annotations

import sys
from collections.abc import Callable

from rich.console import Console
from rich.live import Live
from rich.markdown import Markdown
from rich.prompt import Prompt

from factbook.cli.console import say
from factbook.runs.approval import Decision, Review, as_markdown
from factbook.runs.approver import pending
from factbook.runs.run import Run
from factbook.runs.written_report import Report

Ask = Callable[[Review, str], Decision]
"""Asks a person about a report, with what was wrong with the last answer."""


class AskingApprover:
    """Asks whoever is there; see `Approver`.

    Args:
        ask: Asks a person; None when nobody is there to be asked.
    """

    def __init__(self, ask: Ask | None) -> None:
        self.ask = ask

    def announce(self, run: Run, report: Report, review: Review) -> str | None:
        """The person is asked at once; see `Approver.announce`."""
        return None

    def decide(self, run: Run, review: Review, problem: str, attempt: int) -> Decision:
        """Ask; see `Approver.decide`."""
        if self.ask is None:
            raise pending(review)
        return self.ask(review, problem)


def given(decision: Decision, digest: str) -> Ask:
    """Gives a decision that was made already, once, and about no other report.

    Args:
        decision: The decision.
        digest: Of the report that it is about.
    """
    left = [decision]

    def ask(review: Review, problem: str) -> Decision:
        if review.digest != digest:
            problem = problem or "The report has changed since it was shown"
        if problem or not left:
            raise pending(review, problem)
        return left.pop()

    return ask


def is_terminal(console: Console) -> bool:
    """Whether a person reads what is said there, and can answer."""
    return console.is_terminal and sys.stdin.isatty()


def on_terminal(console: Console, live: Live | None) -> Ask:
    """Asks on the terminal, while its live display rests.

    Args:
        console: The terminal.
        live: What is shown there while the run is at work.
    """

    def ask(review: Review, problem: str) -> Decision:
        if live is not None:
            live.stop()
        try:
            decision = ask_for_decision(as_markdown(review), problem, console)
        finally:
            if live is not None:
                live.start()
        if decision is None:
            raise pending(review)
        return decision

    return ask


def ask_for_decision(description: str, problem: str, console: Console) -> Decision | None:
    """Ask for a decision on the terminal; None when the person ends the input (Ctrl-D, Ctrl-C).

    Args:
        description: What it is about, as Markdown.
        problem: What was wrong with the last answer; empty the first time.
        console: The terminal.
    """
    if problem:
        say(console, problem, is_wrapped=True)
    else:
        console.print(Markdown(description))
    try:
        return _answered(console)
    except (EOFError, KeyboardInterrupt):
        return None


def _answered(console: Console) -> Decision:
    action = Prompt.ask("Decision", console=console, choices=["approve", "rewrite", "reject"])
    if action == "approve":
        return Decision("approve")
    if action == "reject":
        return Decision("reject")
    sections = Prompt.ask("Sections to rewrite, such as 1.1.1@AT, 1.2.1@AT", console=console)
    note = Prompt.ask("Note to the writer", console=console, default="", show_default=False)
    return Decision("rewrite", tuple(name.strip() for name in sections.split(",")), note)
