"""Approvers: who decides, between the writing and the export of a report."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from factbook.errors import ApprovalPendingError
from factbook.runs.approval import Decision, Review

if TYPE_CHECKING:
    from factbook.runs.run import Run
    from factbook.runs.written_report import Report


class Approver(Protocol):
    """Asks a person about a report."""

    def announce(self, run: Run, report: Report, review: Review) -> str | None:
        """Show a report that waits for a person, before the person is asked.

        Args:
            run: The run.
            report: What it wrote.
            review: What the person is asked about it.

        Returns:
            How a person can decide, where the run may end before somebody does; else None.
        """

    def decide(self, run: Run, review: Review, problem: str, attempt: int) -> Decision:
        """What a person decides.

        Args:
            run: The run.
            review: What they are asked about.
            problem: What was wrong with the last answer; empty the first time.
            attempt: How often they were asked before.

        Raises:
            ApprovalPendingError: Nobody is there to be asked.
        """


class NoApprover:
    """Nobody is there to be asked: the report waits for ``factbook approve``."""

    def announce(self, run: Run, report: Report, review: Review) -> str | None:
        """The run asks at once; see `Approver.announce`."""
        return None

    def decide(self, run: Run, review: Review, problem: str, attempt: int) -> Decision:
        """Nobody decides; see `Approver.decide`."""
        raise pending(review, problem)


def pending(review: Review, problem: str = "") -> ApprovalPendingError:
    """The error of a report that waits for a decision.

    Args:
        review: What it is about.
        problem: What was wrong with the last one.
    """
    said = f"{problem}. " if problem else ""
    return ApprovalPendingError(
        f"{said}The report waits for approval: read {review.draft}, then decide with "
        "factbook approve",
        review.digest,
    )
