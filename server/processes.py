"""The processes of the permanent server and of a worker: either replaces this process."""

from __future__ import annotations

import os
import socket
import sys
from collections.abc import Mapping, Sequence
from typing import NoReturn

from factbook.errors import StoppedError
from server.auth import AuthString, made_auth_string
from server.checkout import CHECKOUT
from server.config_error import config_error
from server.connection import EVERYWHERE, local_url, pages_url
from server.database import SETTING, check_database, database_url, place
from server.names import POOL
from server.prefect_settings import require_settings

_LASTING = {
    "PREFECT_SERVER_CONCURRENCY_LEASE_STORAGE": (
        "prefect.server.concurrency.lease_storage.filesystem"
    ),
    "PREFECT_SERVER_SERVICES_REPOSSESSOR_LOOP_SECONDS": "150",
    "PREFECT_SERVER_EVENTS_CAUSAL_ORDERING": "server.event_ordering",
    "PREFECT_SERVER_SERVICES_TASK_RUN_RECORDER_FLUSH_INTERVAL": "20",
}
"""Settings with which runs survive an outage of the server or PostgreSQL; the environment wins.

A deployed run holds its deployment's slot by a lease of 300 s, renewed every 225 s, and is
ended when a renewal fails. In memory, Prefect's default, leases do not outlive the server. A client
that meets an outage of a minute while renewing comes back after up to 151 s (2+4+…+64 s and a
fifth), later than the 75 s that were left: the lease must not be cleared before.

The server tries five times, at this interval, to record the state of a section, then drops it: with
5 s, Prefect's default, before PostgreSQL is back. Others are recorded as they come in."""

_HISTORY = {"PREFECT_SERVER_SERVICES_DB_VACUUM_ENABLED": "events,flow_runs"}
"""Flow runs are deleted 90 days after their end, with their log lines and artifacts; Prefect's
default keeps them for ever."""


_RUNS = {
    # Three missed heartbeats make a run Crashed (server/automations.py).
    "PREFECT_FLOWS_HEARTBEAT_FREQUENCY": "30",
    # Prefect's default retries are too short for an outage of a minute.
    "PREFECT_CLIENT_MAX_RETRIES": "8",
    "PREFECT_CLIENT_RETRY_EXTRA_CODES": "500",
    # One line per section, with the reason if it is not written.
    "PREFECT_LOGGING_EXTRA_LOGGERS": "factbook",
    # A run continues when its worker, which reads its console, is killed.
    "PREFECT_LOGGING_HANDLERS_CONSOLE_CLASS": "server.console.LastingConsoleHandler",
}
"""Settings of deployed runs, which have their worker's environment; the environment wins."""


def become_server() -> NoReturn:
    """Start the server on PostgreSQL, with an authentication string.

    Raises:
        ConfigError: A setting is wrong.
        StoppedError: PostgreSQL is unavailable, or the port is taken.
    """
    require_settings()
    from prefect.settings import get_current_settings

    api = get_current_settings().server.api
    url = local_url(api.host, api.port)
    browser_url = _browser_url(api.host, url)
    _require_port(api.host, api.port)
    database = database_url()
    check_database(database)
    auth = _auth_string()
    print(f"Prefect server with the {place(database)}; web pages at {browser_url}")
    print(_about(auth), flush=True)
    _become(
        ["server", "start"],
        {
            SETTING: database,
            "PREFECT_SERVER_API_AUTH_STRING": auth.text,
            "PREFECT_API_AUTH_STRING": auth.text,
            "PREFECT_SERVER_API_HOST": api.host,
            "PREFECT_SERVER_API_PORT": str(api.port),
            "PREFECT_API_URL": f"{url}/api",
            "PREFECT_SERVER_UI_API_URL": f"{browser_url}/api",
            "PREFECT_UI_URL": pages_url(f"{browser_url}/api"),
            "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
            **_unless_set(_LASTING | _HISTORY),
        },
    )


def become_worker(arguments: Sequence[str]) -> NoReturn:
    """Start a worker that runs flows in processes on this machine, from this checkout.

    Args:
        arguments: More arguments for ``prefect worker start``.

    Raises:
        ConfigError: The server rejects the authentication, or has no work pool yet.
        StoppedError: The server does not answer.
    """
    from server.client import use_server

    with use_server() as server:  # first reports what Prefect cannot read of its settings
        _require_pool()
    print(f"Worker of pool '{POOL}' at {server.api_url}; flows of {CHECKOUT}", flush=True)
    command = ["worker", "start", "--pool", POOL, "--type", "process", *arguments]
    _become(command, {**server.environment, **_unless_set(_RUNS)})


def _become(arguments: Sequence[str], environment: Mapping[str, str]) -> NoReturn:
    """Replace this process by Prefect's program, in the checkout, with the profiles in use.

    The current folder may be any: neither settings nor modules are taken from it.
    """
    from prefect.settings import PREFECT_PROFILES_PATH

    profiles = {"PREFECT_PROFILES_PATH": str(PREFECT_PROFILES_PATH.value().resolve())}
    sys.stdout.flush()
    os.chdir(CHECKOUT)
    command = [sys.executable, "-P", "-m", "prefect", *arguments]
    os.execve(sys.executable, command, {**os.environ, **profiles, **environment})  # noqa: S606


def _unless_set(values: Mapping[str, str]) -> dict[str, str]:
    return {name: os.environ.get(name, value) for name, value in values.items()}


def _auth_string() -> AuthString:
    """The string in the settings; else this user's own, generated when there is none."""
    from prefect.settings import get_current_settings

    settings = get_current_settings()
    for setting, value in (
        ("PREFECT_SERVER_API_AUTH_STRING", settings.server.api.auth_string),
        ("PREFECT_API_AUTH_STRING", settings.api.auth_string),
    ):
        if value:
            return AuthString(value.get_secret_value(), setting)
    return made_auth_string()


def _about(auth: AuthString) -> str:
    note = "just generated; only you can read it" if auth.is_new else "worker and setup find it"
    if auth.source.startswith("PREFECT"):
        note = "workers and other clients need it as PREFECT_API_AUTH_STRING"
    return f"Sign in with the authentication string in {auth.source} ({note})"


def _browser_url(host: str, url: str) -> str:
    """Address of the web pages, as a browser finds them."""
    named = os.environ.get("PREFECT_SERVER_UI_API_URL")
    if named:
        return named.removesuffix("/").removesuffix("/api")
    if host in EVERYWHERE:
        message = (
            f"PREFECT_SERVER_API_HOST is {host} (all network interfaces), and browsers have no "
            "address for the web pages"
        )
        remedy = (
            "Set PREFECT_SERVER_UI_API_URL to http://HOST:PORT/api, as browsers reach it; or set "
            "PREFECT_SERVER_API_HOST to 127.0.0.1 and put a proxy with TLS in front"
        )
        raise config_error("ui-address", message, remedy)
    return url


def _require_port(host: str, port: int) -> None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise StoppedError(
                f"The server cannot listen at {host}:{port} ({error.strerror or error}). Stop the "
                "program that uses the port, or set PREFECT_SERVER_API_PORT to another one"
            ) from None


def _require_pool() -> None:
    from prefect.client.orchestration import get_client
    from prefect.exceptions import ObjectNotFound

    with get_client(sync_client=True) as client:
        try:
            client.read_work_pool(POOL)
        except ObjectNotFound:
            message = f"the server has no work pool '{POOL}'"
            remedy = "Create it with make deploy, or with factbook server setup"
            raise config_error("pool", message, remedy) from None
