"""A Prefect server as the tests see it: through its API."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from tests.on_server.database import fresh_database
from tests.on_server.services import (
    LOOPBACK,
    Service,
    answers,
    clean_environment,
    free_port,
    running,
)
from tests.servers.running import ROOT

FACTBOOK = str(ROOT / ".venv" / "bin" / "factbook")
FINAL = frozenset({"COMPLETED", "FAILED", "CANCELLED", "CRASHED"})
RUN_SECONDS = 180.0

Json = dict[str, Any]


@dataclass
class PrefectServer:
    """A running server, and what a person does with it.

    Attributes:
        url: Address of its web pages.
        auth: Its authentication string.
        database: Address of its database.
        environment: Environment of its user, with which all commands run.
        folder: Where logs go.
        service: Its process.
        client: A client of its API, signed in.
    """

    url: str
    auth: str
    database: str
    environment: Mapping[str, str]
    folder: Path
    service: Service
    client: httpx.Client

    def ask(self, method: str, path: str, body: Any = None) -> Any:
        """The answer of the API, as JSON."""
        answer = self.client.request(method, path, json=body)
        assert answer.is_success, f"{path}: {answer.status_code} {answer.text[:500]}"
        return answer.json() if answer.content else None

    def command(self, *arguments: str, **values: str) -> subprocess.CompletedProcess[str]:
        """Run ``factbook`` as the server's user."""
        return _run([FACTBOOK, *arguments], {**self.environment, **values})

    def make(self, target: str, **values: str) -> subprocess.CompletedProcess[str]:
        """Run ``make`` as the server's user; it has to succeed."""
        done = _run(["make", target], {**self.environment, **values})
        assert done.returncode == 0, f"make {target}:\n{done.stdout[-2000:]}\n{done.stderr[-2000:]}"
        return done

    def deployments(self) -> dict[str, Json]:
        """All deployments by name."""
        found = self.ask("POST", "deployments/filter", {})
        return {deployment["name"]: deployment for deployment in found}

    @contextmanager
    def working_in(self, root: Path) -> Iterator[None]:
        """Inside the block runs look for their projects in a folder, as the operator's file says.

        Args:
            root: The folder.
        """
        file = Path(self.environment["HOME"], ".config", "factbook", "operator.toml")
        file.write_text(f'projects_root = "{root}"\n', encoding="utf-8")
        try:
            yield
        finally:
            file.unlink()

    def start_run(self, deployment: str, **parameters: Any) -> str:
        """Start a deployment, with parameters on top of its own; the id of the flow run."""
        body = {"parameters": parameters}
        found = self.deployments()[deployment]["id"]
        return str(self.ask("POST", f"deployments/{found}/create_flow_run", body)["id"])

    def run(self, deployment: str, **parameters: Any) -> Json:
        """Run a deployment to its end; the flow run."""
        return self.wait_for(self.start_run(deployment, **parameters))

    def flow_run(self, run_id: str) -> Json:
        """A flow run as it is now; ``state`` holds ``type``, ``name`` and ``message``."""
        return dict(self.ask("GET", f"flow_runs/{run_id}"))

    def wait_for(
        self, run_id: str, *types: str, names: tuple[str, ...] = (), seconds: float = RUN_SECONDS
    ) -> Json:
        """Wait until a run is in a state of one of the types or names; without any, in a final one.

        Raises:
            TimeoutError: It is not in time; the message has its state and what the worker said.
        """
        wanted = frozenset(types) or (frozenset() if names else FINAL)
        deadline = time.monotonic() + seconds
        while True:
            run = self.flow_run(run_id)
            state = run["state"]
            if state["type"] in wanted or state["name"] in names:
                return run
            if state["type"] in FINAL or time.monotonic() > deadline:
                said = f"{state['name']} ({state['message']})"
                raise TimeoutError(f"the run is {said}\n{self.logs(run_id)[-3000:]}")
            time.sleep(0.2)

    def logs(self, run_id: str) -> str:
        """What a flow run has logged to the server, a line each."""
        chosen = {"logs": {"flow_run_id": {"any_": [run_id]}}, "sort": "TIMESTAMP_ASC"}
        return "\n".join(line["message"] for line in self.ask("POST", "logs/filter", chosen))

    def artifacts(self, run_id: str) -> list[Json]:
        """The artifacts of a flow run."""
        chosen = {"artifacts": {"flow_run_id": {"any_": [run_id]}}}
        return list(self.ask("POST", "artifacts/filter", chosen))

    def task_runs(self, run_id: str) -> list[Json]:
        """The task runs of a flow run itself, without those of its subflows."""
        chosen = {"flow_runs": {"id": {"any_": [run_id]}}}
        return list(self.ask("POST", "task_runs/filter", chosen))

    def chapters(self, run_id: str) -> list[Json]:
        """The subflows of a flow run."""
        chosen = {"flow_runs": {"parent_flow_run_id": {"any_": [run_id]}}}
        return list(self.ask("POST", "flow_runs/filter", chosen))

    def automations(self) -> dict[str, Json]:
        """All automations by name."""
        return {found["name"]: found for found in self.ask("POST", "automations/filter", {})}

    def change_automation(self, automation: Json, **changes: Any) -> None:
        """Put an automation, as `automations` gave it, back with changes."""
        known = {"id", "created", "updated"}
        body = {key: value for key, value in automation.items() if key not in known}
        self.ask("PUT", f"automations/{automation['id']}", {**body, **changes})


@contextmanager
def prefect_server(folder: Path, database: str, **values: str) -> Iterator[PrefectServer]:
    """A server that ``make server`` has started on a new database, and that is gone at the end.

    Args:
        folder: An empty folder: home of the server's user, and logs.
        database: Name of the new database.
        **values: More of its user's environment.
    """
    home = folder / "home"
    home.mkdir()
    port = free_port()
    with fresh_database(database) as address:
        environment = clean_environment(
            home,
            **{
                "PREFECT_SERVER_DATABASE_CONNECTION_URL": address,
                "PREFECT_SERVER_API_PORT": str(port),
                "PREFECT_SERVER_SERVICES_DB_VACUUM_LOOP_SECONDS": "5",  # else once an hour
                # Else once a day: lines that a run's process sends after its run was removed.
                "PREFECT_SERVER_SERVICES_DB_VACUUM_ORPHAN_CLEANUP_LOOP_SECONDS": "5",
                **values,
            },
        )
        url = f"http://{LOOPBACK}:{port}"
        service = Service("server", ["make", "server"], environment, folder)
        with running(service, lambda: answers(f"{url}/api/health")):
            kept = home / ".config" / "factbook" / "server-auth"
            auth = kept.read_text(encoding="utf-8").strip()
            user, _, password = auth.partition(":")
            with httpx.Client(
                base_url=f"{url}/api/", auth=(user, password), trust_env=False, timeout=30
            ) as client:
                yield PrefectServer(url, auth, address, environment, folder, service, client)


@contextmanager
def worker(server: PrefectServer, name: str = "worker", **values: str) -> Iterator[Service]:
    """A worker that ``make worker`` has started, and that is gone at the end.

    Args:
        server: The server, which has a work pool.
        name: The worker's name.
        **values: More of its environment.
    """
    environment = {**server.environment, **values, "ARGS": f"--name {name}"}
    service = Service(name, ["make", "worker"], environment, server.folder)

    def is_online() -> bool:
        found = server.ask("POST", "work_pools/factbook/workers/filter", {})
        return any(one["name"] == name and one["status"] == "ONLINE" for one in found)

    with running(service, is_online):
        yield service


def _run(command: list[str], environment: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command, cwd=ROOT, env=dict(environment), capture_output=True, text=True, timeout=300
    )
