"""A server, a worker, deployments, a receiver and a browser, once for all tests of this folder.

All of them are started by the repository's own commands, and end with the tests; homes, logs and
pictures lie in pytest's folder (``--basetemp`` names another).
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.conftest import copy_example
from tests.on_server import receiver as receivers
from tests.on_server.browser import Pages, chromium
from tests.on_server.prefect_server import PrefectServer, prefect_server, worker
from tests.on_server.receiver import Receiver
from tests.on_server.services import Service
from tests.servers import fixtures, running
from tests.servers.running import RunningServer

redis_url = fixtures.redis_url

KEY = "sk-canary-51d2"
SMALL = 'sub_task_list = ["1.1.1"]\noutputs = ["csv", "md", "html"]\n'
QUICK = "[limits]\nrequests_per_minute = 60000\ntokens_per_minute = 1000000000\n"


@dataclass(frozen=True)
class Equipped:
    """A server with all that it needs.

    Attributes:
        server: The server.
        first: What the first setup said, without a key and an address for messages.
        second: What the second one said.
        third: What `make deploy` said, with both.
    """

    server: PrefectServer
    first: str
    second: str
    third: str


@pytest.fixture(scope="session")
def receiver() -> Iterator[Receiver]:
    """A chat's webhook, to which all messages of the server go."""
    with receivers.receiver() as kept:
        yield kept


@pytest.fixture(scope="session")
def equipped(receiver: Receiver, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Equipped]:
    """A server that was set up twice, and deployed to, as a person does it."""
    folder = tmp_path_factory.mktemp("server")
    with prefect_server(folder, f"factbook_test_{os.getpid()}") as server:
        first = server.command("server", "setup")
        second = server.command("server", "setup")
        third = server.make("deploy", FACTBOOK_NOTIFY_URL=receiver.url, OPENAI_API_KEY=KEY)
        yield Equipped(server, first.stdout, second.stdout, third.stdout)


@pytest.fixture(scope="session")
def server(equipped: Equipped) -> PrefectServer:
    """A server with deployments; no worker yet."""
    return equipped.server


@pytest.fixture(scope="session")
def provider() -> Iterator[RunningServer]:
    """The provider that runs of the shared worker ask; it wants the key of the Secret block."""
    with running.model_server({"key": KEY}) as started:
        yield started


@pytest.fixture(scope="session")
def working(
    server: PrefectServer,
    provider: RunningServer,
    redis_url: str,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Service]:
    """The worker that all tests share, without a key; killed, it is started again.

    Its projects may use one Redis, and publish to any folder of the tests.
    """
    allowed = {"REDIS_URL": redis_url, "FACTBOOK_PUBLISH_TO": str(tmp_path_factory.getbasetemp())}
    with worker(server, OPENAI_BASE_URL=provider.base_url, **allowed) as service:
        yield service


@pytest.fixture
def small_project(tmp_path: Path, provider: RunningServer) -> Callable[..., Path]:
    """Makes a small project of two countries and one sub-task, with the conclusion; no faults."""
    provider.set_scenario({"key": KEY})
    provider.clear_ledger()

    def make(before: str = "", after: str = "", name: str = "project") -> Path:
        return copy_example(tmp_path / name, before=f"{SMALL}{before}\n", after=f"{after}\n{QUICK}")

    return make


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium."""
    with chromium() as started:
        yield started


@pytest.fixture(scope="session")
def screenshots(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where pictures go: FACTBOOK_SCREENSHOTS, or pytest's folder."""
    named = os.environ.get("FACTBOOK_SCREENSHOTS")
    folder = Path(named) if named else tmp_path_factory.mktemp("screenshots")
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@pytest.fixture
def pages(browser: Browser, server: PrefectServer, screenshots: Path) -> Iterator[Pages]:
    """The server's pages, signed in."""
    opened = Pages(browser, server, screenshots)
    yield opened
    opened.page.context.close()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """All tests of this folder need services: `make test` leaves them to `make test-server`."""
    here = Path(__file__).parent
    for item in items:
        if item.path.is_relative_to(here):
            item.add_marker(pytest.mark.server)
            item.add_marker(pytest.mark.timeout(1200))
