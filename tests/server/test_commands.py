"""``factbook server``: an error names the setting and the remedy.

What needs PostgreSQL, or a server that answers, is tested in `tests/on_server`.
"""

from __future__ import annotations

import os
import shlex
import socket
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

import prefect.settings
import pytest

from server.commands import set_up_server, show_environment, start, work
from tests.servers.web import Quiet, web_server

Say = Callable[..., "Said"]
DATABASE = "PREFECT_SERVER_DATABASE_CONNECTION_URL"


@dataclass(frozen=True)
class Said:
    """What a command said.

    Attributes:
        code: Its exit code.
        out: Its output.
        error: Its errors.
    """

    code: int
    out: str
    error: str


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The home folder of somebody who has set nothing."""
    for name in os.environ:
        if name.startswith(("PREFECT", "XDG", "OPENAI", "FACTBOOK")):
            monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(tmp_path))
    return tmp_path


@pytest.fixture
def said(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., Said]:
    """Carries out a command with settings; none of them may get so far as to start something."""

    def refuse(*command: object) -> NoReturn:
        raise AssertionError(f"it went on to {command}")

    monkeypatch.setattr(os, "execve", refuse)

    def carry_out(command: Callable[[], int], **values: str) -> Said:
        for name, value in values.items():
            monkeypatch.setenv(name, value)
        known = {getattr(prefect.settings, name): value for name, value in values.items()}
        # Tests with a server of their own, in this process, have its string among the settings.
        own = {prefect.settings.PREFECT_API_AUTH_STRING} - known.keys()
        with prefect.settings.temporary_settings(known, restore_defaults=own):
            code = command()
        printed = capsys.readouterr()
        return Said(code, printed.out, printed.err)

    return carry_out


@pytest.fixture
def taken() -> Iterator[int]:
    """A port that something listens on, which never answers."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        yield listener.getsockname()[1]


@pytest.fixture
def other_server() -> Iterator[str]:
    """Address of a web server that is none of Prefect's: 404 to everything."""

    class Handler(Quiet):
        def do_GET(self) -> None:
            self.send_error(404)

    with web_server(Handler) as url:
        yield f"{url}/api"


@pytest.mark.slow
def test_start_without_postgresql(said: Say, free: int) -> None:
    """Where it was looked for, and the setting that names another; never the password."""
    url = f"postgresql+asyncpg://me:canary-9d1@127.0.0.1:{free}/factbook"
    done = said(start, **{DATABASE: url, "PREFECT_SERVER_API_PORT": str(free)})
    assert done.code == 3
    assert f"PostgreSQL does not answer at 127.0.0.1:{free}" in done.error
    assert f"Start it, or set {DATABASE} to postgresql+asyncpg://" in done.error
    assert "canary-9d1" not in done.out + done.error


def test_start_on_another_database(said: Say, free: int) -> None:
    """A database that is none of PostgreSQL is refused with the form of an address."""
    port = {"PREFECT_SERVER_API_PORT": str(free)}
    done = said(start, **port, **{DATABASE: "sqlite+aiosqlite:///x.db"})
    assert done.code == 2
    assert "not PostgreSQL with asyncpg but sqlite+aiosqlite" in done.error
    assert f"Set {DATABASE} to postgresql+asyncpg://USER:PASSWORD@HOST:PORT/DATABASE" in done.error


def test_start_on_a_port_that_is_taken(said: Say, taken: int) -> None:
    """The port and its setting are named, before the database is looked at."""
    done = said(start, PREFECT_SERVER_API_PORT=str(taken))
    assert done.code == 3
    assert f"cannot listen at 127.0.0.1:{taken} (Address already in use)" in done.error
    assert "set PREFECT_SERVER_API_PORT to another one" in done.error


@pytest.mark.parametrize("command", [start, set_up_server, show_environment])
def test_port_that_is_none(said: Say, command: Callable[[], int]) -> None:
    """Server and clients name its setting and what is allowed."""
    done = said(command, PREFECT_SERVER_API_PORT="99999")
    assert done.code == 2
    assert "PREFECT_SERVER_API_PORT is 99999. Allowed: 1 to 65535" in done.error


def test_start_for_everybody_needs_an_address_for_browsers(said: Say, free: int) -> None:
    """To listen everywhere is allowed, with an address that browsers find."""
    done = said(start, PREFECT_SERVER_API_HOST="::", PREFECT_SERVER_API_PORT=str(free))
    assert done.code == 2
    assert "Set PREFECT_SERVER_UI_API_URL to http://HOST:PORT/api" in done.error


@pytest.mark.parametrize("command", [set_up_server, lambda: work([])], ids=["setup", "worker"])
def test_nothing_answers(said: Say, free: int, command: Callable[[], int]) -> None:
    """The address, the setting, and how to start a server."""
    done = said(command, PREFECT_SERVER_API_PORT=str(free))
    assert done.code == 3
    assert f"No Prefect server answers at http://127.0.0.1:{free}/api" in done.error
    assert "Start it with make server, or set PREFECT_API_URL" in done.error


def test_something_else_answers(said: Say, other_server: str) -> None:
    """What is no Prefect server is said to be none."""
    done = said(set_up_server, PREFECT_API_URL=other_server)
    assert done.code == 2
    assert f"{other_server} is not the address of a Prefect server's API" in done.error
    assert "Set PREFECT_API_URL to http://HOST:PORT/api" in done.error


def test_environment_for_a_shell(home: Path, said: Say) -> None:
    """A shell gets address and string; the string of this machine's server goes nowhere else."""
    secret = home / ".config" / "factbook" / "server-auth"
    secret.parent.mkdir(parents=True)
    secret.write_text("factbook:canary 'quoted'\n")
    secret.chmod(0o600)

    here = said(show_environment, PREFECT_SERVER_API_PORT="4711").out
    elsewhere = said(show_environment, PREFECT_API_URL="https://prefect.example.org/api").out

    assert "export PREFECT_API_URL=http://127.0.0.1:4711/api" in here
    assert shlex.split(here)[-1] == "PREFECT_API_AUTH_STRING=factbook:canary 'quoted'"
    assert "export PREFECT_API_URL=https://prefect.example.org/api" in elsewhere
    assert "canary" not in elsewhere
