"""What the server needs beside the deployments: created by name, left alone where it exists."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress

from prefect.client.orchestration import SyncPrefectClient, get_client
from prefect.events.schemas.automations import AutomationCore
from prefect.exceptions import ObjectAlreadyExists, ObjectNotFound, PrefectHTTPStatusError

from server.automations import crash_automations, notifications
from server.names import API_KEY_BLOCK, NOTIFICATION_BLOCK, POOL, QUEUES
from server.prefect_blocks import (
    NOWHERE,
    keep_api_key,
    kept_api_key,
    notification_block,
    point_notifications_to,
)
from server.step import Step
from server.work_pool import make_work_pool

NOTIFY_SETTING = "FACTBOOK_NOTIFY_URL"


def set_up() -> Iterator[Step]:
    """Create what is missing on the server in use, and yield the result for each thing.

    Two setups at the same time leave one thing of each name.

    Raises:
        ConfigError: The server has a work pool of another type.
    """
    with get_client(sync_client=True) as client:
        yield make_work_pool(client)
        for name, priority in QUEUES.items():
            yield _work_queue(client, name, priority)
        yield _api_key()
        for wanted in crash_automations():
            yield _automation(client, wanted)
        yield from _notifications(client)


def _work_queue(client: SyncPrefectClient, name: str, priority: int) -> Step:
    thing = f"work queue '{name}'"
    try:
        queue = client.read_work_queue_by_name(name, work_pool_name=POOL)
    except ObjectNotFound:
        with suppress(ObjectAlreadyExists):
            client.create_work_queue(name, work_pool_name=POOL, priority=priority)
        return Step(thing, "created")
    return Step(thing, "unchanged", f"priority {queue.priority}")


def _api_key() -> Step:
    """The key of the models' provider, for workers whose environment has none."""
    thing = f"secret '{API_KEY_BLOCK}'"
    key = os.environ.get("OPENAI_API_KEY")
    kept = kept_api_key()
    if not key and kept is None:
        return Step(thing, "left out", "OPENAI_API_KEY is not set; only model calls need it")
    if not key or key == kept:
        return Step(thing, "unchanged")
    keep_api_key(key)
    return Step(thing, "created" if kept is None else "updated")


def _notifications(client: SyncPrefectClient) -> Iterator[Step]:
    """The block that sends messages, and their templates.

    The templates are off until an address is set, and turned on then.
    """
    thing = f"notification block '{NOTIFICATION_BLOCK}'"
    before = notification_block()
    address = os.environ.get(NOTIFY_SETTING) or (before.address if before else NOWHERE)
    if before is not None and before.address == address:
        block = before
        yield _noted(Step(thing, "unchanged"), is_on=block.are_sent)
    else:
        block = point_notifications_to(address)
        step = Step(thing, "created" if before is None else "updated")
        yield _noted(step, is_on=block.are_sent)
    turn_on = block.are_sent and not (before and before.are_sent)
    for template in notifications(block.id, enabled=block.are_sent):
        yield _template(client, template, turn_on=turn_on)


def _noted(step: Step, *, is_on: bool) -> Step:
    if is_on:
        return step
    remark = f"no messages are sent: set {NOTIFY_SETTING}, or give it an address in the UI"
    return Step(step.thing, step.change, remark)


def _template(client: SyncPrefectClient, wanted: AutomationCore, *, turn_on: bool) -> Step:
    """An automation that a person may redirect, reword, or turn off."""
    found = client.read_automations_by_name(wanted.name)
    if found:
        theirs = found[0]
        kept = {"actions": theirs.actions, "enabled": theirs.enabled or turn_on}
        wanted = wanted.model_copy(update=kept)
    step = _automation(client, wanted)
    return step if wanted.enabled else Step(step.thing, step.change, "off")


def _automation(client: SyncPrefectClient, wanted: AutomationCore) -> Step:
    thing = f"automation '{wanted.name}'"
    found = client.read_automations_by_name(wanted.name)
    if not found:
        client.create_automation(wanted)
        _keep_one(client, wanted.name)
        return Step(thing, "created")
    if AutomationCore.model_validate(found[0].model_dump(exclude={"id"})) == wanted:
        return Step(thing, "unchanged")
    client.update_automation(found[0].id, wanted)
    return Step(thing, "updated")


def _keep_one(client: SyncPrefectClient, name: str) -> None:
    """Keep one automation of a name, where another setup has created it at the same time.

    The server allows several of one name. Whichever setup looks last sees all of them, and all
    setups keep the same one.
    """
    found = client.read_automations_by_name(name)
    for other in sorted(found, key=lambda automation: automation.id)[1:]:
        try:
            client.delete_automation(other.id)
        except PrefectHTTPStatusError as error:
            if error.response.status_code != 404:  # the other setup was faster
                raise
