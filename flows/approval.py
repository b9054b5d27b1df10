"""Approval: a person is asked between the writing and the export of a report."""

from __future__ import annotations

import logging
import socket
from itertools import count
from pathlib import Path
from typing import Literal

from prefect.events import emit_event
from prefect.flow_runs import suspend_flow_run
from prefect.input import RunInput
from prefect.runtime import flow_run
from pydantic import Field

from factbook.cli.ask import (
    pending,
    who_asks,
)
from factbook.edits.notes import (
    ask_rewrite,
    check_rewrite,
)
from factbook.errors import ConfigError, Finding
from factbook.report.markdown import escape_text
from factbook.runs.approval import Decision, Review, as_markdown
from factbook.runs.manifest import Outcome
from factbook.runs.session import Session
from factbook.runs.written_report import Report
from flows.artifacts.form_words import in_words_of_form
from flows.flow_runs import is_deployed
from server.names import WAITS_EVENT

log = logging.getLogger("factbook")


class Approval(RunInput):
    """The form of a run that waits for approval."""

    decision: Literal["approve", "rewrite", "reject"] = Field(
        default="approve",
        title="Decision",
        description="approve: export and publish the report. rewrite: write the sections below "
        "anew, then ask again. reject: end without a report.",
        json_schema_extra={"position": 0},
    )
    sections: list[str] = Field(
        default=[],
        title="Sections to rewrite",
        description="Their ids, such as 1.1.1@AT",
        json_schema_extra={"position": 1},
    )
    note: str = Field(
        default="",
        title="Note to the writer",
        description="What to do better, such as: shorter, mention hydro",
        json_schema_extra={"position": 2},
    )

    def decided(self) -> Decision:
        """The decision that was filled in."""
        return Decision(self.decision, tuple(self.sections), self.note)


def awaiting(session: Session, review: Review, message: str) -> Outcome:
    """How a run stands whose report waits for approval.

    Args:
        session: The run.
        review: What a person is asked to approve.
        message: How they can do so.
    """
    return Outcome(
        "AwaitingApproval",
        3,
        message,
        review=review.digest,
        fail_on_change=session.ref.fail_on_change,
    )


def told_on_server(review: Review) -> str:
    """How a person can approve the report of a deployed run."""
    return (
        f"The report waits for approval: read the artifact 'draft', or {review.draft} on "
        f"{socket.gethostname()}; Resume in the menu of the run's page opens the form"
    )


def decide(session: Session, report: Report, review: Review) -> Decision:
    """What a person decides about a report; sections to write anew are noted in the project.

    A deployed run is suspended: its process ends, and the flow runs again from its start once the
    form is filled in. Everything is unchanged then, and the same content keys give the answer.

    Args:
        session: The run.
        report: What it wrote.
        review: What a person is asked about it.

    Raises:
        ApprovalPendingError: Nobody is there to be asked.
        Pause: The flow run is suspended; the lease stays with it.
        StoppedError: The notes cannot be written.
    """
    problem = ""
    for attempt in count():
        decision = _asked(session, review, problem, attempt)
        try:
            if decision.action == "rewrite":
                _note(session, decision, report)
        except ConfigError as error:
            problem = "; ".join(finding.message for finding in error.findings)
            log.warning("the decision cannot be followed: %s", problem)
            continue
        break
    log.info("a person has decided: %s", decision.action)
    return decision


def _asked(session: Session, review: Review, problem: str, attempt: int) -> Decision:
    if is_deployed():
        return _asked_on_server(session, review, problem, attempt)
    ask = who_asks()
    if ask is None:
        raise pending(review)
    return ask(review, problem)


def _asked_on_server(session: Session, review: Review, problem: str, attempt: int) -> Decision:
    text = as_markdown(review, f"the artifact *draft* of this run; on {socket.gethostname()} ")
    form = Approval.with_initial_data(
        description=f"**{escape_text(in_words_of_form(problem))}**\n\n{text}" if problem else text
    )
    # The lease waits before the server knows, so that whoever takes the run up gets it.
    session.let_wait()
    # Another report, or an answer that could not be followed, is asked about anew; the same one
    # once: its key gives the answer when the flow runs again (docs/prefect-notes.md, rule 19).
    key = f"approval-{review.digest}-{attempt}"
    answer = suspend_flow_run(wait_for_input=form, timeout=None, key=key)  # waits for ever
    session.go_on(str(flow_run.id))
    return answer.decided()


def tell_waiting() -> None:
    """Tell the server that no sign of life is to follow; the last thing that the run does.

    A last heartbeat may come after the state: the run would be taken for dead.
    """
    emit_event(WAITS_EVENT, {"prefect.resource.id": f"prefect.flow-run.{flow_run.id}"})


def _note(session: Session, decision: Decision, report: Report) -> None:
    """Have the named sections written anew.

    Raises:
        ConfigError: None is named, there is no such section, or the writer follows no note.
        StoppedError: The project folder cannot be written to.
    """
    if not decision.sections:
        raise ConfigError([_no_sections()])
    known = [section.id for section in session.project.whole.sections]
    is_offline = session.config.provider_in_use == "offline"
    check_rewrite(known, decision.sections, is_offline=is_offline)
    note = decision.note.strip() or None
    ask_rewrite(Path(session.ref.project), decision.sections, note, report.shown)


def _no_sections() -> Finding:
    return Finding(
        severity="error",
        code="config.rewrite",
        message="'rewrite' names no section to write anew",
        remedy="Give the ids of sections, such as 1.1.1@AT",
    )
