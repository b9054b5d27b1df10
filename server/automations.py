"""Automations: what the server does by itself when an event of a run arrives, or stays out.

They cannot be defined in prefect.yaml, whose triggers only start deployments.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from prefect.client.schemas.objects import StateType
from prefect.events.actions import ChangeFlowRunState, SendNotification
from prefect.events.schemas.automations import AutomationCore, EventTrigger, Posture
from prefect.events.schemas.events import ResourceSpecification

from server.names import CHECK_FLOW, REPORT_FLOW, WAITS_EVENT

OUTAGE = timedelta(seconds=60)
"""How long a server may be unavailable without harm to a run."""

START = timedelta(seconds=15)
"""How long the server then takes to start."""

SILENCE = OUTAGE + START + timedelta(seconds=25)
"""Heartbeats are 10 s apart, and one that was lost may arrive with the next. The server checks
every 5 s: a flow process that died is reported within 120 s."""

SILENCE_AT_START = timedelta(seconds=200)
"""A run sends no heartbeat before it knows that it is Running: if the server is unavailable for a
minute just then, the run asks again after up to 151 s (2+4+…+64 s and a fifth)."""

REMINDER = timedelta(hours=24)

ANY_STATE = "prefect.flow-run.*"
"""An event of each state, heartbeats among them."""

AFTER_WAITING = (
    "Resuming",
    "Running",
    "Suspended",
    "Cancelling",
    "Cancelled",
    "Completed",
    "Failed",
    "Crashed",
)
"""States that follow a wait, another wait included. Heartbeats do not count: a last one may come
late."""

SUBJECT = "{{ flow_run.name }}: {{ flow_run.state.name }}"
BODY = "{{ flow_run.state.message or 'No reason is given.' }}\n{{ flow_run|ui_url }}"
WAITING_SUBJECT = "{{ flow_run.name }} waits for approval"
REMINDER_SUBJECT = "{{ flow_run.name }} still waits for approval"
# A suspended run has no message of its own; one from a shell says where to read the report.
WAITING_BODY = (
    "{{ flow_run.state.message or 'The report is written. Open the run: Resume in its menu ⋮ opens "
    "the form, with what there is to know. Or from a shell: factbook approve PROJECT' }}\n"
    "{{ flow_run|ui_url }}"
)


@dataclass(frozen=True)
class _Message:
    """A message to a person: its words, and the event that triggers it."""

    name: str
    description: str
    trigger: EventTrigger
    subject: str = SUBJECT
    body: str = BODY


def crash_automations() -> list[AutomationCore]:
    """Mark a run without heartbeats as Crashed, also one that was killed before its first."""
    return [
        _crash("crash", "prefect.flow-run.heartbeat", SILENCE),
        _crash("crash at start", "prefect.flow-run.Running", SILENCE_AT_START),
    ]


def _crash(name: str, after: str, silence: timedelta) -> AutomationCore:
    """Mark a run as Crashed when no event follows a given one.

    Any event ends the wait, not only the four final states: Incomplete, Stopped, BadInput and
    Suspended have events of their own names. The server does not crash a run that has ended. It
    would crash one that waits for approval, so such a run announces that no heartbeat follows.
    """
    return AutomationCore(
        name=f"factbook: {name}",
        description="A run whose process died silently becomes Crashed.",
        enabled=True,  # stated explicitly: an update sends no defaults
        trigger=EventTrigger(
            **_about_flows(REPORT_FLOW, CHECK_FLOW),
            after={after},
            expect={ANY_STATE, WAITS_EVENT},
            posture=Posture.Proactive,
            threshold=1,
            within=silence,
        ),
        actions=[
            ChangeFlowRunState(
                state=StateType.CRASHED,
                message=f"No heartbeat for {silence.seconds} s: the process of this run is gone. "
                "Run it again: only the missing sections are written",
            )
        ],
    )


def notifications(block: UUID, *, enabled: bool) -> list[AutomationCore]:
    """Templates of the messages to a person; their destination can be changed in the UI.

    Args:
        block: The notification block that sends them.
        enabled: Whether they are sent.
    """
    return [
        AutomationCore(
            name=f"factbook: {message.name}",
            description=message.description,
            enabled=enabled,
            trigger=message.trigger,
            actions=[
                SendNotification(
                    block_document_id=block, subject=message.subject, body=message.body
                )
            ],
        )
        for message in _messages()
    ]


def _messages() -> list[_Message]:
    reminder = EventTrigger(
        **_about_flows(REPORT_FLOW),
        after={"prefect.flow-run.Suspended"},
        expect={f"prefect.flow-run.{name}" for name in AFTER_WAITING},
        posture=Posture.Proactive,
        threshold=1,
        within=REMINDER,
    )
    return [
        _Message(
            "incomplete",
            "Sections are missing, or were written without the model.",
            _on("Incomplete"),
        ),
        _Message("stopped", "A run ended early and can be resumed.", _on("Stopped")),
        _Message("crashed", "The process of a run is gone.", _on("Crashed")),
        _Message(
            "failed",
            "A run found bad input, or failed with an internal error.",
            _on("BadInput", "Failed"),
        ),
        _Message(
            "awaiting approval",
            "A report waits for a person.",
            _on("Suspended", "AwaitingApproval"),
            WAITING_SUBJECT,
            WAITING_BODY,
        ),
        _Message(
            "approval reminder",
            "A report still waits for a person, a day after it was written.",
            reminder,
            REMINDER_SUBJECT,
            WAITING_BODY,
        ),
    ]


def _on(*states: str) -> EventTrigger:
    return EventTrigger(
        **_about_flows(REPORT_FLOW),
        expect={f"prefect.flow-run.{name}" for name in states},
        posture=Posture.Reactive,
        threshold=1,
    )


def _about_flows(*flows: str) -> dict[str, object]:
    """Match runs of these flows, each run separately; chapters are runs of another flow."""
    return {
        "match": ResourceSpecification({"prefect.resource.id": "prefect.flow-run.*"}),
        "match_related": ResourceSpecification(
            {"prefect.resource.role": "flow", "prefect.resource.name": list(flows)}
        ),
        "for_each": {"prefect.resource.id"},
    }
