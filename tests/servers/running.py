"""Starting a model server for a test or a benchmark."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import MappingProxyType
from typing import Any

import httpx

from model_server.ledger import Hit

ROOT = Path(__file__).parents[2]
END_SECONDS = 60.0
NOTHING: Mapping[str, Any] = MappingProxyType({})


class RunningServer:
    """A model server that answers.

    Attributes:
        base_url: What a client takes as its base URL: ``http://127.0.0.1:PORT/v1``.
        pid: Id of its process.
        client: A client for requests of any kind; safe to use from many threads.
    """

    def __init__(self, process: subprocess.Popen[str], base_url: str) -> None:
        self.base_url = base_url
        self.pid = process.pid
        self._process = process
        # The proxies of the environment are not meant for loopback.
        self.client = httpx.Client(base_url=base_url.removesuffix("/v1"), trust_env=False)

    def ledger(self) -> list[Hit]:
        """All hits so far in the order of arrival, those in flight among them."""
        return [Hit(**hit) for hit in self.client.get("/ledger").raise_for_status().json()]

    def clear_ledger(self) -> None:
        """Forget all hits."""
        self.client.delete("/ledger").raise_for_status()

    def set_scenario(self, scenario: Mapping[str, Any] = NOTHING) -> None:
        """Play a scenario from its beginning. The ledger stays.

        Args:
            scenario: Fields of `model_server.scenario.Scenario`.

        Raises:
            ValueError: It is not a scenario.
        """
        answer = self.client.put("/scenario", json=dict(scenario))
        if answer.status_code == 400:
            raise ValueError(answer.text)
        answer.raise_for_status()

    def stop_client(self) -> None:
        """Close the client; the process goes on."""
        self.client.close()

    def stop(self) -> None:
        """End the process; a second time does nothing."""
        self.stop_client()
        if self._process.stdin and not self._process.stdin.closed:
            self._process.stdin.close()
        self._process.terminate()
        try:
            self._process.wait(END_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        if self._process.stdout:
            self._process.stdout.close()


@contextmanager
def model_server(scenario: Mapping[str, Any] = NOTHING) -> Iterator[RunningServer]:
    """A model server in a process of its own, ended at the end of the block.

    It ends by itself when the process that started it is killed.

    Args:
        scenario: Fields of `model_server.scenario.Scenario`.

    Raises:
        ValueError: The scenario is none.
        RuntimeError: The server did not start.
    """
    command = [sys.executable, "-m", "model_server", "--with-parent"]
    process = subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    base_url = process.stdout.readline().strip()
    if not base_url:
        process.wait()
        raise RuntimeError(f"the model server did not start: exit code {process.returncode}")
    server = RunningServer(process, base_url)
    try:
        server.set_scenario(scenario)
        yield server
    finally:
        server.stop()
