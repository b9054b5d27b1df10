"""What all tests share."""

from __future__ import annotations

import logging
import os
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from xdist.remote import Producer
from xdist.scheduler import LoadFileScheduling

from flows.private_client import private_settings, uses_private_server
from flows.private_server import PrivateServer

NEED_SERVER = (
    "tests/flows/",
    *(
        f"tests/server/test_{name}.py"
        for name in ("approve", "client", "setup", "steps", "work_pool")
    ),
)
EXAMPLE = Path(__file__).parent.parent / "examples" / "europe-electricity"
settings.register_profile(
    "ordinary",
    # How long an example takes, and drawing it, is up to what else the machine does, and to other
    # threads of this process.
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    database=None,
    print_blob=True,
)
settings.load_profile("ordinary")

CSV_AND_MARKDOWN = 'outputs = ["csv", "md"]\n'
TWO_COUNTRIES = '[countries]\nAT = "Austria"\nFR = "France"\n'


def without_python_settings() -> dict[str, str]:
    """The environment without what changes Python itself, such as how it buffers output."""
    return {key: value for key, value in os.environ.items() if not key.startswith("PYTHON")}


def copy_example(folder: Path, before: str = "", after: str = "") -> Path:
    """Make a project folder: the example with two countries, and text added to its file."""
    shutil.copytree(EXAMPLE, folder, ignore=shutil.ignore_patterns("out"))
    path = folder / "project.toml"
    text = path.read_text(encoding="utf-8")
    text = re.sub(r"\[countries\]\n(?:[A-Z]{2} = .*\n)+", TWO_COUNTRIES, text)
    path.write_text(f"{before}\n{text}\n{after}\n", encoding="utf-8")
    return folder


def with_outputs(project: Path, *formats: str) -> Path:
    """Set the formats of a project that is to be written as CSV and Markdown."""
    path = project / "project.toml"
    text = path.read_text(encoding="utf-8")
    names = ", ".join(f'"{one}"' for one in formats)
    assert text.count(CSV_AND_MARKDOWN) == 1
    text = text.replace(CSV_AND_MARKDOWN, f"outputs = [{names}]\n")
    path.write_text(text, encoding="utf-8")
    return project


class Scheduling(LoadFileScheduling):
    """Keeps the tests of a file in one process, and all that need a Prefect server in one.

    Each process that needs a server starts its own, which takes seconds.
    """

    def _split_scope(self, nodeid: str) -> str:
        file = super()._split_scope(nodeid)
        return "prefect" if file.startswith(NEED_SERVER) else file


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> Scheduling | None:
    """Schedule by file, unless another way is asked for."""
    return Scheduling(config, log) if config.getoption("dist") == "loadfile" else None


@pytest.fixture(autouse=True)
def log_as_before() -> Iterator[None]:
    """What a run sets for the log of its process does not reach the next test."""
    logger = logging.getLogger("factbook")
    level, propagate, handlers = logger.level, logger.propagate, list(logger.handlers)
    yield
    logger.setLevel(level)
    logger.propagate, logger.handlers = propagate, handlers


@pytest.fixture
def make_project(tmp_path: Path) -> Callable[..., Path]:
    """Makes project folders in the test's own; see `copy_example`."""

    def make(before: str = "", after: str = "", name: str = "project") -> Path:
        return copy_example(tmp_path / name, before, after)

    return make


@pytest.fixture(scope="session")
def finished_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project folder whose report stands in ``out`` inside it, as CSV and Markdown.

    For all tests of the session, which read it, or change a copy (`finished_project`).
    """
    from factbook.runs.ref import RunRef
    from factbook.runs.start import start_run

    project = copy_example(tmp_path_factory.mktemp("finished") / "project", CSV_AND_MARKDOWN)
    end = start_run(RunRef(project=str(project)))
    assert end.state == "Completed", end.message
    return project


@pytest.fixture
def finished_project(tmp_path: Path, finished_once: Path) -> Path:
    """A project of the test's own, with a finished report in ``out``."""
    return Path(shutil.copytree(finished_once, tmp_path / "project"))


@pytest.fixture(scope="session")
def finished_word_once(tmp_path_factory: pytest.TempPathFactory, finished_once: Path) -> Path:
    """The same with the report in Word beside the others."""
    from factbook.runs.ref import RunRef
    from factbook.runs.start import start_run

    project = Path(shutil.copytree(finished_once, tmp_path_factory.mktemp("word") / "project"))
    with_outputs(project, "csv", "md", "docx")
    end = start_run(RunRef(project=str(project)))
    assert end.state == "Completed", end.message
    return project


@pytest.fixture
def finished_word(tmp_path: Path, finished_word_once: Path) -> Path:
    """A project of the test's own, with a finished report in Word too in ``out``."""
    return Path(shutil.copytree(finished_word_once, tmp_path / "project"))


@pytest.fixture(scope="session")
def engine_server() -> Iterator[PrivateServer]:
    """A real Prefect server on loopback that runs in this process are sent to."""
    assert uses_private_server(), "PREFECT_API_URL is set; unset it to run the tests"
    own = PrivateServer()
    try:
        with private_settings(own):
            own.wait()
            from prefect.logging.handlers import APILogWorker
            from prefect.settings import PREFECT_LOGGING_LEVEL, temporary_settings

            settings: dict[Any, Any] = {**own.environment, PREFECT_LOGGING_LEVEL: "CRITICAL"}
            with temporary_settings(settings):
                yield own
                APILogWorker.drain_all()  # while there is a server that takes what is left
    finally:
        own.stop()


@pytest.fixture(scope="session")
def server(engine_server: PrivateServer) -> str:
    """Address of that server."""
    return engine_server.api_url


@pytest.fixture
def kept(server: str) -> Iterator[None]:
    """That server keeps what it is told, as one that stays does."""
    from prefect.settings import PREFECT_LOGGING_TO_API_ENABLED, temporary_settings

    with temporary_settings({PREFECT_LOGGING_TO_API_ENABLED: True}):
        yield
