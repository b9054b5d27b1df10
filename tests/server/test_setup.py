"""Setup by two persons at once; the rest of it is tested in `tests/on_server`."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from contextvars import copy_context
from typing import Any

import pytest
from prefect.client.orchestration import SyncPrefectClient, get_client
from prefect.settings import PREFECT_API_AUTH_STRING

from server.names import POOL, QUEUES
from server.setup import Step, set_up

PATIENCE_SECONDS = 120


class Together(SyncPrefectClient):
    """A client that makes a thing when another one is about to make it as well."""

    barrier = threading.Barrier(2, timeout=PATIENCE_SECONDS)

    def create_work_pool(self, *arguments: Any, **more: Any) -> Any:
        """Once the other has not found it either."""
        self.barrier.wait()
        return super().create_work_pool(*arguments, **more)

    def create_work_queue(self, *arguments: Any, **more: Any) -> Any:
        """Likewise."""
        self.barrier.wait()
        return super().create_work_queue(*arguments, **more)

    def create_automation(self, *arguments: Any, **more: Any) -> Any:
        """Likewise."""
        self.barrier.wait()
        return super().create_automation(*arguments, **more)


@pytest.mark.slow
def test_two_setups_at_once_make_one_of_each(server: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither fails, and no message is sent twice from then on."""
    monkeypatch.delenv("FACTBOOK_NOTIFY_URL", raising=False)

    @contextmanager
    def together(**_: Any) -> Iterator[SyncPrefectClient]:
        with Together(api=server, auth_string=PREFECT_API_AUTH_STRING.value()) as client:
            yield client

    monkeypatch.setattr("server.setup.get_client", together)

    def equip() -> list[Step]:
        return list(set_up())

    with ThreadPoolExecutor(2) as threads:
        first, second = (threads.submit(copy_context().run, equip) for _ in range(2))
        steps = first.result()
        assert [step.thing for step in steps] == [step.thing for step in second.result()]
    with get_client(sync_client=True) as client:
        assert client.read_work_pool(POOL).type == "process"
        for name in QUEUES:
            client.read_work_queue_by_name(name, work_pool_name=POOL)
        names = [s.thing.split("'")[1] for s in steps if s.thing.startswith("automation")]
        assert len(names) == 8
        for name in names:
            assert len(client.read_automations_by_name(name)) == 1
