"""The order in which automations see events."""

from __future__ import annotations

import asyncio
import time
from contextlib import AbstractAsyncContextManager
from uuid import UUID, uuid4

import pytest
from prefect.server.events.schemas.events import ReceivedEvent

from server.event_ordering import CausalOrdering


def event(follows: UUID | None = None) -> ReceivedEvent:
    """An event of a flow run."""
    return ReceivedEvent.model_validate(
        {
            "id": uuid4(),
            "occurred": "2026-01-31T12:00:00Z",
            "event": "prefect.flow-run.Suspended",
            "resource": {"prefect.resource.id": "prefect.flow-run.1"},
            "follows": follows,
        }
    )


def handling(ordering: CausalOrdering, one: ReceivedEvent) -> AbstractAsyncContextManager[None]:
    """What the server does around the handling of an event."""
    return ordering.preceding_event_confirmed(_nothing, one)


async def _nothing(event: ReceivedEvent, depth: int = 0) -> None: ...


@pytest.fixture
def ordering() -> CausalOrdering:
    """Of a server that has just started."""
    return CausalOrdering(scope=str(time.monotonic_ns()))


def test_event_that_never_came_is_not_waited_for(ordering: CausalOrdering) -> None:
    """One that an earlier process has seen, or that a schedule has not made."""
    handled = []

    async def take() -> None:
        async with handling(ordering, event(follows=uuid4())):
            handled.append("follower")

    asyncio.run(take())
    assert handled == ["follower"]


def test_event_that_is_being_handled_is_waited_for(ordering: CausalOrdering) -> None:
    """The one that follows it comes after it."""
    leader, handled, is_handled = event(), [], asyncio.Event()

    async def lead() -> None:
        async with handling(ordering, leader):
            is_handled.set()
            await asyncio.sleep(0.5)
            handled.append("leader")

    async def follow() -> None:
        await is_handled.wait()
        async with handling(ordering, event(follows=leader.id)):
            handled.append("follower")

    async def both() -> None:
        await asyncio.gather(lead(), follow())

    asyncio.run(both())
    assert handled == ["leader", "follower"]
