"""Approval: a person is asked between the writing and the export of a report."""

from __future__ import annotations

import socket
from typing import Literal

from prefect.events import emit_event
from prefect.flow_runs import suspend_flow_run
from prefect.input import RunInput
from prefect.runtime import flow_run
from pydantic import Field

from factbook.report.markdown import escape_text
from factbook.runs.approval import Decision, Review, as_markdown
from factbook.runs.approver import pending
from factbook.runs.run import Run
from factbook.runs.written_report import Report
from flows.artifacts.draft import show_draft
from flows.artifacts.form_words import in_words_of_form
from flows.flow_runs import is_deployed
from flows.form_fields import IDS, LONGEST_NOTE
from server.names import WAITS_EVENT


class Approval(RunInput):
    """The form of a run that waits for approval."""

    decision: Literal["approve", "rewrite", "reject"] = Field(
        default="approve",
        title="Decision",
        description="approve: export and publish the report. rewrite: rewrite the sections "
        "below, then ask again. reject: end without a report.",
        json_schema_extra={"position": 0},
    )
    sections: list[str] = Field(
        default=[],
        title="Sections to rewrite",
        description="Their ids, such as 1.1.1@AT",
        json_schema_extra={"position": 1, "items": IDS},
    )
    note: str = Field(
        default="",
        title="Note to the writer",
        description="What to do better, such as: shorter, mention hydro",
        json_schema_extra={"position": 2, "maxLength": LONGEST_NOTE},
    )

    def decided(self) -> Decision:
        """The decision that was filled in."""
        return Decision(self.decision, tuple(self.sections), self.note)


class ServerApprover:
    """Asks in a form of the server, for which a deployed run is suspended; see `Approver`.

    A flow run of no deployment cannot be suspended: its report waits for ``factbook approve``.
    """

    def announce(self, run: Run, report: Report, review: Review) -> str | None:
        """Show the draft on the server; see `Approver.announce`."""
        if not is_deployed():
            return None
        show_draft(run.inputs, report)
        return (
            f"The report waits for approval: read the artifact 'draft', or {review.draft} on "
            f"{socket.gethostname()}; Resume in the menu of the run's page opens the form"
        )

    def decide(self, run: Run, review: Review, problem: str, attempt: int) -> Decision:
        """Suspend the flow run until the form is filled in; see `Approver.decide`.

        Its process ends, and the flow runs again from its start once the form is filled in.
        Everything is unchanged then, and the same content keys give the answer.

        Raises:
            ApprovalPendingError: The flow run is of no deployment.
            Pause: The flow run is suspended; the lease stays with it.
        """
        if not is_deployed():
            raise pending(review, problem)
        text = as_markdown(review, f"the artifact *draft* of this run; on {socket.gethostname()} ")
        words = escape_text(in_words_of_form(problem))
        form = Approval.with_initial_data(description=f"**{words}**\n\n{text}" if problem else text)
        # The lease waits before the server knows, so that whoever takes the run up gets it.
        run.suspend()
        # Another report, or an answer that could not be followed, is asked about again; the same
        # one once: its key gives the answer when the flow runs again (docs/prefect-notes.md,
        # rule 19).
        key = f"approval-{review.digest}-{attempt}"
        answer = suspend_flow_run(wait_for_input=form, timeout=None, key=key)  # waits for ever
        run.resume(str(flow_run.id))
        return answer.decided()


def emit_waiting() -> None:
    """Tell the server that no heartbeat follows; the last thing that the run does.

    A last heartbeat may come after the state: the run would count as dead.
    """
    emit_event(WAITS_EVENT, {"prefect.resource.id": f"prefect.flow-run.{flow_run.id}"})
