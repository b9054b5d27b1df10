"""Signs of life of a flow run: often enough, from its own run, and none after its end."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest
from prefect import flow
from prefect.events import emit_event
from prefect.events.clients import AssertingEventsClient
from prefect.events.worker import EventsWorker
from prefect.runtime import flow_run
from prefect.settings import (
    PREFECT_FLOWS_HEARTBEAT_FREQUENCY,
    PREFECT_LOGGING_TO_API_ENABLED,
    temporary_settings,
)

from flows import heartbeat
from flows.heartbeat import alive

HEARTBEAT_SECONDS = 0.05
told: list[str] = []
"""What the heart has told of the run of the test."""


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Our heart beats quickly and Prefect's not at all; events stay here."""

    def beat(event: str, resource: dict[str, str]) -> None:
        told.append(event)
        emit_event(event, resource)

    told.clear()
    monkeypatch.setattr(heartbeat, "emit_event", beat)
    monkeypatch.setattr(heartbeat, "INTERVAL_SECONDS", HEARTBEAT_SECONDS)
    EventsWorker.set_client_override(AssertingEventsClient)
    with temporary_settings({PREFECT_FLOWS_HEARTBEAT_FREQUENCY: None}):
        yield
    EventsWorker.set_client_override(None)


@flow(name="living")
def living(beats: int = 3) -> tuple[str, int]:
    """Live inside the block until the heart has beaten so often, and for a while after it.

    Returns:
        Id of the flow run, and how often the heart had beaten at the end of the block.
    """
    with alive():
        while len(told) < beats:
            time.sleep(HEARTBEAT_SECONDS)
    beaten = len(told)
    time.sleep(4.5 * HEARTBEAT_SECONDS)
    return str(flow_run.id), beaten


def beats_of(run: str) -> list[dict[str, str]]:
    """The related resources of a run's beats, by role."""
    emit_event("asked", {"prefect.resource.id": "test"})  # the client is there once it is sent
    EventsWorker.instance().wait_until_empty()
    assert AssertingEventsClient.last is not None
    return [
        {related.role: str(related.get("prefect.resource.name")) for related in event.related}
        for event in AssertingEventsClient.last.events
        if event.event == "prefect.flow-run.heartbeat"
        and event.resource.id == f"prefect.flow-run.{run}"
    ]


@pytest.mark.usefixtures("kept")
def test_run_that_is_kept_gives_signs_of_life() -> None:
    """Inside the block alone, and with its flow, by which the automation knows it."""
    run, beaten = living()
    beats = beats_of(run)
    assert len(beats) == len(told) == beaten >= 3
    assert all(beat["flow"] == "living" for beat in beats)


@pytest.mark.usefixtures("server")
def test_run_on_a_server_of_its_own_gives_none() -> None:
    """Nobody looks for them."""
    with temporary_settings({PREFECT_LOGGING_TO_API_ENABLED: False}):
        run, _ = living(beats=0)
        assert beats_of(run) == told == []
