"""The Prefect task of a section."""

from __future__ import annotations

from typing import Any

from prefect import State, task
from prefect.cache_policies import CacheKeyFnPolicy
from prefect.context import TaskRunContext
from prefect.runtime import task_run
from prefect.serializers import JSONSerializer
from prefect.states import Cancelled, Completed, Failed
from prefect.transactions import get_transaction

from factbook.errors import CancelledError, StoppedError
from factbook.runs.ref import RunRef
from factbook.runs.sessions import open_session


def _content_key(_: TaskRunContext, parameters: dict[str, Any]) -> str | None:
    """The section's content key: what is unchanged since an earlier run shows as *Cached*."""
    run, section_id = parameters["run"], parameters["item_id"]
    try:
        return open_session(run).content_key(section_id, _records(parameters["upstream"])).value
    except (CancelledError, StoppedError):  # which the section then tells
        return None


def _name() -> str:
    return str(task_run.parameters["name"])


@task(
    name="write-section",
    task_run_name=_name,
    cache_policy=CacheKeyFnPolicy(cache_key_fn=_content_key),
    persist_result=True,
    result_serializer=JSONSerializer(jsonlib="orjson", object_encoder=None, object_decoder=None),
    retries=0,
)
def write_section(run: RunRef, item_id: str, name: str, upstream: list[Any]) -> Any:
    """Write one section and return its sealed record.

    Args:
        run: The run.
        item_id: The section.
        name: Name of the Prefect task run: chapter, section and place.
        upstream: Records of the sections that it follows on from in its chapter.
    """
    try:
        record = open_session(run).write(item_id, _records(upstream))
    except CancelledError as error:
        return _unkept(Cancelled(message=str(error)))
    except StoppedError as error:
        return _unkept(Failed(name="Stopped", message=str(error)))
    sealed = record.sealed()
    if record.status == "written":
        return sealed
    if record.status == "edited":
        return _unkept(Completed(name="Edited", message="a person's text", data=sealed))
    if record.status == "degraded":
        return _unkept(Completed(name="Degraded", message=record.reason, data=sealed))
    return _unkept(Failed(name=record.status.title(), message=record.reason, data=sealed))


def _unkept(state: State[Any]) -> State[Any]:
    """A state that is not persisted: only what is written may come back as *Cached*."""
    transaction = get_transaction()
    if transaction is not None:
        transaction.write_on_commit = False
    return state


def _records(upstream: list[Any]) -> list[dict[str, Any]]:
    """The records among upstream results; a failed engine gives exceptions instead."""
    return [result for result in upstream if isinstance(result, dict)]
