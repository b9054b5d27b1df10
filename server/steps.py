"""Steps of prefect.yaml: what happens when the flows are deployed, and before each run.

A worker runs the pull steps in a separate process and passes its environment and folder on to the
process of the run.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from factbook import __version__
from server.checkout import CHECKOUT
from server.names import REPORT_FLOW, SCHEDULES

if TYPE_CHECKING:  # imported where it is needed, as it takes seconds
    from prefect.client.orchestration import SyncPrefectClient


def package_version() -> dict[str, str]:
    """Build step: the version of the package."""
    return {"version": __version__}


def schedules_now() -> dict[str, bool]:
    """Build step: which schedules are on, by their slugs.

    Deploying replaces a deployment with what its file says. Whether a schedule is on is a person's
    choice, made in the UI: the server's state is kept, and a schedule that is new to it is off.
    """
    from prefect.client.orchestration import get_client

    with get_client(sync_client=True) as client:
        return {slug: _is_on(client, name, slug) for name, slug in SCHEDULES.items()}


def _is_on(client: SyncPrefectClient, deployment: str, slug: str) -> bool:
    """Whether a schedule of a deployment of the report flow is on, and of no other flow."""
    from prefect.exceptions import ObjectNotFound

    try:
        known = client.read_deployment_by_name(f"{REPORT_FLOW}/{deployment}").schedules
    except ObjectNotFound:
        return False
    return any(schedule.active for schedule in known if schedule.slug == slug)


def enter_checkout() -> dict[str, str]:
    """Pull step: work in the checkout that contains the worker's own Factbook.

    Its folder may differ from machine to machine; projects are named relative to it, or to
    ``FACTBOOK_PROJECTS_ROOT``.
    """
    os.chdir(CHECKOUT)
    return {"directory": str(CHECKOUT)}


def lend_api_key() -> None:
    """Pull step: set the key from the Secret block, if the worker's environment has none.

    Problems of the block are reported at once; for an unavailable server the step waits.
    """
    if os.environ.get("OPENAI_API_KEY"):
        return
    import httpx
    from prefect.exceptions import PrefectHTTPStatusError

    from server.client import without_retries
    from server.prefect_blocks import kept_api_key

    try:
        with without_retries():
            key = kept_api_key()
    except (httpx.TransportError, PrefectHTTPStatusError):
        key = kept_api_key()
    if key:
        os.environ["OPENAI_API_KEY"] = key
