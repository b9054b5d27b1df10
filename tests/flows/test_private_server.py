"""The private Prefect server, as other users and web pages of the machine find it."""

from __future__ import annotations

import base64
import os
import socket
import ssl
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from http.client import HTTPConnection, HTTPException
from pathlib import Path

import psutil
import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import connect

from factbook.runs.ref import RunRef
from factbook.runs.start import start_run
from flows.private_server import PrivateServer
from flows.shell_engine import ShellEngine

MakeProject = Callable[..., Path]
FACTBOOK = str(Path(sys.executable).with_name("factbook"))
SECONDS_TO_ANSWER = 30
SECONDS_TO_GREET = 0.3


def basic(text: str) -> str:
    """The header that carries an authentication string."""
    return f"Basic {base64.b64encode(text.encode()).decode()}"


def status(port: int, path: str, method: str = "GET", **headers: str) -> int:
    """Status of the answer on a port of this machine; 0 where nothing speaks HTTP."""
    connection = HTTPConnection("127.0.0.1", port, timeout=SECONDS_TO_ANSWER)
    try:
        connection.request(method, path, headers=headers)
        return connection.getresponse().status
    except (OSError, HTTPException):
        return 0
    finally:
        connection.close()


def port_of(server: PrivateServer) -> int:
    """Its port."""
    return int(server.api_url.removesuffix("/api").rpartition(":")[2])


def test_run_is_let_in(engine_server: PrivateServer) -> None:
    """By the string that its settings have."""
    known = basic(engine_server.auth.get_secret_value())
    assert status(port_of(engine_server), "/api/admin/version", Authorization=known) == 200


@pytest.mark.parametrize("path", ["/api/admin/version", "/api/flow_runs/", "/api/openapi.json"])
@pytest.mark.parametrize("text", [None, "", "factbook:", "factbook:wrong", "factbook:\u0430"])
def test_others_are_not_let_in(engine_server: PrivateServer, path: str, text: str | None) -> None:
    """Whoever has no string, or another one."""
    headers = {} if text is None else {"Authorization": basic(text)}
    assert status(port_of(engine_server), path, **headers) in (401, 500)


@pytest.mark.parametrize("method", ["GET", "OPTIONS", "POST"])
@pytest.mark.parametrize(
    "header",
    [
        {"Origin": "http://attacker.example"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1", "Access-Control-Request-Method": "POST"},
        {"Host": "attacker.example"},
        {"Host": "localhost.attacker.example:4200"},
    ],
)
def test_web_pages_are_not_let_in(
    engine_server: PrivateServer, header: dict[str, str], method: str
) -> None:
    """Neither with an origin, nor by a name that was pointed to this machine; string or not."""
    known = {"Authorization": basic(engine_server.auth.get_secret_value())}
    for headers in (header, header | known):
        for path in ("/api/health", "/api/admin/version"):
            assert status(port_of(engine_server), path, method, **headers) in (400, 403)


@pytest.mark.parametrize("origin", [None, "http://attacker.example"])
def test_events_are_neither_given_nor_taken(
    engine_server: PrivateServer, origin: str | None
) -> None:
    """Web sockets ask for the string too, and web pages get none."""
    url = f"ws://127.0.0.1:{port_of(engine_server)}/api/events/in"

    def talk() -> None:
        with connect(url, origin=origin, subprotocols=["prefect"]) as socket:
            socket.send('{"type": "auth", "token": "factbook:wrong"}')
            socket.recv(timeout=SECONDS_TO_ANSWER)

    with pytest.raises((ConnectionClosed, InvalidStatus)):
        talk()


@pytest.mark.slow
def test_string_and_port_are_found_nowhere(
    make_project: MakeProject, tmp_path: Path, engine_server: PrivateServer
) -> None:
    """In no command line, which all users can read, in no file of a run, and in no log."""
    ref = RunRef(project=str(make_project()), assignments=("objective_list=1", "outputs=csv,md"))
    with ShellEngine(engine_server) as engine:
        assert start_run(ref, engine).state == "Completed"
        lines = [
            " ".join(process.cmdline())
            for process in psutil.Process().children(recursive=True)
            if process.is_running()
        ]
    assert any("private_server_process" in line for line in lines)
    text = engine_server.auth.get_secret_value()
    for line in lines:
        assert text not in line
        assert str(port_of(engine_server)) not in line
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    for path in [*files, engine_server.folder / "server.log"]:
        assert text.encode() not in path.read_bytes(), path


@pytest.fixture
def started(make_project: MakeProject, tmp_path: Path) -> Iterator[Callable[..., psutil.Process]]:
    """Starts runs of a shell, and waits until their first section is written."""
    begun: list[subprocess.Popen[str]] = []

    def start(*settings: str) -> psutil.Process:
        assignments = [part for setting in settings for part in ("--set", setting)]
        process = subprocess.Popen(
            [FACTBOOK, "run", str(make_project()), "--out", str(tmp_path / "out"), *assignments],
            env={key: value for key, value in os.environ.items() if "PREFECT" not in key},
            stderr=subprocess.PIPE,
            text=True,
            cwd=tmp_path,
        )
        begun.append(process)
        assert process.stderr is not None
        for line in process.stderr:
            if " written in " in line:
                return psutil.Process(process.pid)
        raise AssertionError("nothing was written")

    yield start
    for process in begun:
        process.kill()
        process.communicate()


def listening(run: psutil.Process) -> set[int]:
    """The ports on which the processes of a run listen; on loopback all of them."""
    ports = set()
    for process in [run, *run.children(recursive=True)]:
        with suppress(psutil.Error):
            for one in process.net_connections(kind="inet"):
                if one.status == psutil.CONN_LISTEN:
                    assert one.laddr.ip == "127.0.0.1"
                    ports.add(one.laddr.port)
    return ports


def is_greeted(port: int) -> bool:
    """Whether a client that says nothing is told anything, as by a scheduler without TLS."""
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=SECONDS_TO_GREET) as plain:
            return bool(plain.recv(1))
    except TimeoutError:
        return False


def is_answered_over_tls(port: int) -> bool:
    """Whether a client without a certificate is told anything."""
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    address = ("127.0.0.1", port)
    try:
        with (
            socket.create_connection(address, timeout=SECONDS_TO_ANSWER) as plain,
            context.wrap_socket(plain) as wrapped,
        ):
            return bool(wrapped.recv(1))
    except OSError:
        return False


@pytest.mark.slow
@pytest.mark.parametrize("settings", [(), ("runner=dask", "run_task_concurrent=false")])
def test_nothing_that_a_run_starts_talks_to_others(
    started: Callable[..., psutil.Process], settings: tuple[str, ...]
) -> None:
    """Private server, scheduler and workers: on loopback, and to those that belong to the run."""
    run = started("limits.max_workers=2", *settings)
    ports = listening(run)
    assert len(ports) > (3 if settings else 0)
    assert not any(map(is_greeted, ports))  # first of all: a run that has ended talks to nobody
    lines = [" ".join(one.cmdline()) for one in [run, *run.children(recursive=True)]]
    for port in ports:
        assert not any(str(port) in line for line in lines)
        for path in ("/api/admin/version", "/json/identity.json", "/info/main/workers.html"):
            assert status(port, path) != 200
        assert not is_answered_over_tls(port)
