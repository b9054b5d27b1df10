"""``factbook server``: the commands of a Prefect server that stays."""

from __future__ import annotations

from typing import Annotated

from cyclopts import App, Parameter

server = App(name="server", help="The Prefect server that stays: history, schedules, web pages.")


@server.command(name="start")
def server_start() -> int:
    """Start the server on PostgreSQL, with an authentication string. Ctrl-C ends it.

    Ends with 2 when a setting is wrong, with 3 when PostgreSQL is unavailable or the port is
    taken.
    """
    from server.commands import start

    return start()


@server.command(name="setup")
def server_setup() -> int:
    """Make the work pool, the Secret block and the automations, where they do not stand already.

    Ends with 2 when the server refuses us, with 3 when it does not answer.
    """
    from server.commands import set_up_server

    return set_up_server()


@server.command(name="worker")
def server_worker(
    *arguments: Annotated[
        str, Parameter(allow_leading_hyphen=True, help="More for prefect worker start.")
    ],
) -> int:
    """Start a worker, which runs deployed flows on this machine.

    Ends with 2 when the server refuses us or has no work pool, with 3 when it does not answer.
    """
    from server.commands import work

    return work(arguments)


@server.command(name="env")
def server_env() -> int:
    """Print for a shell what programs of Prefect need: eval "$(factbook server env)"."""
    from server.commands import show_environment

    return show_environment()
