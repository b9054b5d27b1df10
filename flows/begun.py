"""A run that a shell has begun, handed to the flow that it starts in this process."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from factbook.runs.outcome import Outcome

Body = Callable[[], Outcome]

_body: ContextVar[Body | None] = ContextVar("body", default=None)


def begun_body() -> Body | None:
    """What the flow run of the caller is to do; None where it begins the run itself."""
    return _body.get()


@contextmanager
def begun(body: Body) -> Iterator[None]:
    """A flow that is started in the block carries a run that has begun already.

    Args:
        body: From the first section to the end of the run.
    """
    token = _body.set(body)
    try:
        yield
    finally:
        _body.reset(token)
