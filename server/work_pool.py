"""The work pool, and what whoever starts a run may say about its process: nothing of weight.

Prefect's own template lets each start name the command that the worker runs, its environment and
its folder. That is a shell as the worker's user, and leave from ``FACTBOOK_PROJECTS_ROOT``.
"""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from prefect.client.orchestration import SyncPrefectClient
from prefect.client.schemas.actions import WorkPoolCreate, WorkPoolUpdate
from prefect.exceptions import ObjectAlreadyExists, ObjectNotFound

from server.config_error import config_error
from server.names import POOL
from server.step import Step

TEMPLATE: dict[str, Any] = {
    "job_configuration": {"stream_output": "{{ stream_output }}"},
    "variables": {
        "type": "object",
        "additionalProperties": False,
        "properties": {
            "stream_output": {
                "title": "Stream Output",
                "description": "Show what runs print in the worker's console.",
                "type": "boolean",
                "default": True,
            }
        },
    },
}
"""What the server lets be set, and refuses all else; a worker reads nothing else either."""

_REMARK = "runs can set neither command, environment nor folder of their process"


def make_work_pool(client: SyncPrefectClient) -> Step:
    """Create the work pool, or give one that exists this template.

    Args:
        client: A client of the server.

    Raises:
        ConfigError: The server has a work pool of another type.
    """
    thing = f"work pool '{POOL}'"
    try:
        pool = client.read_work_pool(POOL)
    except ObjectNotFound:
        wanted = WorkPoolCreate(name=POOL, type="process", base_job_template=TEMPLATE)
        with suppress(ObjectAlreadyExists):
            client.create_work_pool(wanted)
        return Step(thing, "created")
    if pool.type != "process":
        raise config_error(
            "pool",
            f"the server's work pool '{POOL}' has the type {pool.type}",
            f"Remove it with prefect work-pool delete {POOL}, and run this command again",
            allowed="type process",
        )
    if pool.base_job_template == TEMPLATE:
        return Step(thing, "unchanged")
    client.update_work_pool(POOL, WorkPoolUpdate(base_job_template=TEMPLATE))
    return Step(thing, "updated", _REMARK)
