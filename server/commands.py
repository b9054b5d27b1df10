"""The commands of ``factbook server``, with their output and exit codes."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Sequence

from factbook.cli.boundary import exit_code_of
from factbook.cli.home import require_home


def start() -> int:
    """Become the server; returns only when it cannot start."""
    from server.processes import become_server

    return _exit_code(become_server)


def work(arguments: Sequence[str]) -> int:
    """Become a worker; returns only when it cannot start."""
    from server.processes import become_worker

    return _exit_code(lambda: become_worker(arguments))


def set_up_server() -> int:
    """Create what the server needs, and print what was done."""
    from server.client import use_server, without_retries

    def work() -> None:
        with use_server(), without_retries():
            from server.setup import set_up  # imported late: the rest of Prefect takes seconds

            for step in set_up():
                remark = f" ({step.remark})" if step.remark else ""
                print(f"{step.thing}: {step.change}{remark}", flush=True)

    return _exit_code(work)


def show_environment() -> int:
    """Print, as shell commands, the variables with which Prefect's programs reach the server."""
    from server.connection import connection

    def work() -> None:
        for name, value in connection().environment.items():
            print(f"export {name}={shlex.quote(value)}")

    return _exit_code(work)


def _exit_code(action: Callable[[], None]) -> int:
    """Run an action, print the error that stops it, and return the exit code that a run has."""

    def work() -> int:
        require_home()
        action()
        return 0

    return exit_code_of(work)
