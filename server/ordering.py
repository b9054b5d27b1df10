"""In which order the server's automations see what happens to a run.

Prefect holds an event back until the one that it follows was seen, for a quarter of an hour. Of
some that never comes: what was seen is forgotten when the server ends, and a run that a schedule
has made has no event of its making. Messages would be late, and the end of a run would not be seen:
one that has begun to wait for approval would be taken for dead.
"""

from __future__ import annotations

from prefect.server.events.ordering import memory
from prefect.server.events.schemas.events import ReceivedEvent


class CausalOrdering(memory.CausalOrdering):
    """Prefect's own, which waits for an event that is being handled and for no other.

    One server process handles events as they come in; nothing else could put them out of order.
    """

    async def wait_for_leader(self, event: ReceivedEvent) -> None:
        """Wait until the event that this one follows was handled, if it is being handled.

        Raises:
            EventArrivedEarly: It takes longer than some seconds; the event is kept until then.
        """
        if event.follows and await self.event_has_started_processing(event.follows):
            await super().wait_for_leader(event)
