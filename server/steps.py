"""Steps of prefect.yaml: what happens when the flows are deployed, and before each run.

A worker runs the pull steps in a process of their own and hands its environment and folder on to
the process of the run.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from factbook import __version__
from server.names import (
    REPORT_FLOW,
    SCHEDULES,
)

if TYPE_CHECKING:  # imported where it is needed: it takes seconds
    from prefect.client.orchestration import SyncPrefectClient

CHECKOUT = Path(__file__).parents[2]


def package_version() -> dict[str, str]:
    """Build step: the version of the package, as the output of a step."""
    return {"version": __version__}


def schedules_now() -> dict[str, bool]:
    """Build step: which schedules are on, by their slugs.

    A deployment is replaced with all that its file says. Whether a schedule is on is for a person
    to say, in the UI: what the server has stays, and a schedule that it does not know is off.
    """
    from prefect.client.orchestration import get_client

    with get_client(sync_client=True) as client:
        return {slug: _is_on(client, name, slug) for name, slug in SCHEDULES.items()}


def _is_on(client: SyncPrefectClient, deployment: str, slug: str) -> bool:
    """Whether a schedule of a deployment of the report is on; not one of its name elsewhere."""
    from prefect.exceptions import ObjectNotFound

    try:
        known = client.read_deployment_by_name(f"{REPORT_FLOW}/{deployment}").schedules
    except ObjectNotFound:
        return False
    return any(schedule.active for schedule in known if schedule.slug == slug)


def enter_checkout() -> dict[str, str]:
    """Pull step: work in the checkout that the worker's own Factbook is in.

    It may stand in another folder on each machine; projects are named relative to it, or to
    ``FACTBOOK_PROJECTS_ROOT``.
    """
    os.chdir(CHECKOUT)
    return {"directory": str(CHECKOUT)}


def lend_api_key() -> None:
    """Pull step: the key of the Secret block, for a run whose worker's environment has none.

    What is wrong with the block is told at once; a server that is away is waited for.
    """
    if os.environ.get("OPENAI_API_KEY"):
        return
    import httpx
    from prefect.exceptions import PrefectHTTPStatusError

    from server.blocks import kept_api_key
    from server.run import at_once

    try:
        with at_once():
            key = kept_api_key()
    except (httpx.TransportError, PrefectHTTPStatusError):
        key = kept_api_key()
    if key:
        os.environ["OPENAI_API_KEY"] = key
