"""Engines: what carries the work of a run. The library knows this protocol and one of its kinds.

An engine runs items along their edges, so many at once, and says how each ended. It knows nothing
of sections: what the work is, and what its end means, is decided by who calls it. `ThreadEngine`
uses threads of this process; the engine of Prefect stands in ``flows``.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, Protocol

if TYPE_CHECKING:
    from factbook.runs.outcome import Outcome
    from factbook.runs.run import Run

Step = Literal["chapter", "section", "export"]
"""What an item is; an engine may carry each kind in another way, and names it so."""

Work = Callable[[str], Any]
"""Does the work of an item, given its id, and returns its result."""


@dataclass(frozen=True)
class Item:
    """One piece of work.

    Attributes:
        id: Its id.
        name: What people see of it.
        upstream: Ids of the items that it waits for, however they end.
    """

    id: str
    name: str
    upstream: tuple[str, ...] = ()


@dataclass(frozen=True)
class Ended:
    """How an item ended.

    Attributes:
        id: Its id.
        result: What its work returned; None when it raised.
        error: What its work raised, or what the engine ended it with. `CancelledError`: it did not
            begin, as the run stops. `StoppedError`: the run cannot continue.
        is_remote: Whether it was worked on in another process.
    """

    id: str
    result: Any = None
    error: BaseException | None = None
    is_remote: bool = False


class Engine(Protocol):
    """Carries the work of one run.

    Attributes:
        shows_unchanged: Whether items that need no work are run all the same, as somebody looks
            at a list of them.
    """

    shows_unchanged: bool

    def prepare(self) -> None:
        """Get ready for items, as there will be some. Returns at once; called once or more."""

    def carry(self, run: Run, body: Callable[[], Outcome]) -> Outcome:
        """Call the body of a run, which calls `run_items`, and return what it returns.

        Args:
            run: The run, whose inputs are read.
            body: From the first item to the end of the run.

        Raises:
            StoppedError: The engine cannot be had.
        """

    def show(self, run: Run, outcome: Outcome) -> None:
        """Show how a run stands to whoever looks at the engine.

        Called each time that ``run.json`` is written: at the end of the run, and before it waits
        for approval.

        Args:
            run: The run.
            outcome: How it stands.
        """

    def run_items(
        self,
        step: Step,
        items: Sequence[Item],
        work: Work,
        *,
        at_once: int,
        stop: threading.Event | None = None,
    ) -> Iterator[Ended]:
        """Run items, and yield each as it ends.

        Args:
            step: What they are.
            items: In an order in which every item comes after those that it waits for.
            work: Does the work of one of them.
            at_once: How many work at the same time at most.
            stop: When it is set no further item begins, and the iterator ends once those at work
                have ended, without telling of them. None: every item begins.
        """
