"""The order in which the server's automations see events of a run.

Prefect holds an event back, for up to a quarter of an hour, until it has seen the event that this
one follows. Some of those never come: a server forgets at its end what it has seen, and a run that
a schedule created has no creation event. Messages would be late and the end of a run would go
unseen: a run that has begun to wait for approval would be taken for dead.
"""

from __future__ import annotations

from prefect.server.events.ordering import memory
from prefect.server.events.schemas.events import ReceivedEvent


class CausalOrdering(memory.CausalOrdering):
    """Prefect's ordering, limited to waiting for events that are being handled.

    One server process handles events as they come in; nothing else could put them out of order.
    """

    async def wait_for_leader(self, event: ReceivedEvent) -> None:
        """Wait for the event that this one follows, if that is being handled now.

        Raises:
            EventArrivedEarly: Handling takes more than a few seconds; the event is kept until then.
        """
        if event.follows and await self.event_has_started_processing(event.follows):
            await super().wait_for_leader(event)
